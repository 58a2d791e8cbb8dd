"""What came in: imports and the ledger."""

from django.apps import AppConfig


class RevenueConfig(AppConfig):
    """Keeps what the CRMs' exports say, row by row."""

    name = "revenue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers what follows from an import, and from a change of people."""
        from core import hooks as core_hooks
        from core.later import later
        from revenue.imports import hooks
        from revenue.people import follow_person, follow_reps

        hooks.promoted.append(follow_reps)
        hooks.settled.append(later("revenue.tasks.keep"))
        core_hooks.person_changed.append(follow_person)
