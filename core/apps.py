"""People, teams, roles and scope; audit; money, periods; COPY; safe spreadsheet text. Imports no other app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The app every other one may import."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connects the audit of sign-ins."""
        from core import signin_audit  # noqa: F401
