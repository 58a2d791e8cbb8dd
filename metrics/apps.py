"""What the rows mean: definitions, frames, computed and published values, targets and the quality policy."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """Adds targets to the objects an import can fill."""

    name = "metrics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the importable object of this app."""
        from metrics import objects  # noqa: F401
