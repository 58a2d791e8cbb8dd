"""What improves the numbers: sessions, commitments, training, change events, sales meetings."""

from django.apps import AppConfig


class CoachingConfig(AppConfig):
    """Adds its objects to those an import can fill, and follows the imports of them."""

    name = "coaching"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the importable objects of this app, and what follows from their import."""
        from coaching import objects  # noqa: F401
        from coaching.attendance import follow_import
        from revenue.imports import hooks

        hooks.promoted.append(follow_import)
