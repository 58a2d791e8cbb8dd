"""What improves the numbers: sessions, commitments, training, change events, sales meetings."""

from django.apps import AppConfig


class CoachingConfig(AppConfig):
    """Adds its objects to those an import can fill."""

    name = "coaching"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the importable objects of this app."""
        from coaching import objects  # noqa: F401
