"""What the rows mean: definitions, frames, computed and published values, targets and the quality policy."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """Adds targets to the objects an import can fill, and follows what changes in the ledger."""

    name = "metrics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the importable object of this app, and the computation that follows a change."""
        from coaching import hooks as coaching_hooks
        from core import hooks as core_hooks
        from metrics import objects  # noqa: F401
        from metrics.audit import check_identities, check_values
        from metrics.policy import weekly_hours
        from metrics.published import read
        from metrics.tasks import follow, mark_all_due, mark_due, settle
        from revenue import audit
        from revenue.imports import hooks

        hooks.changed.append(mark_due)
        audit.further += [check_identities, check_values]
        hooks.settled.append(settle)
        core_hooks.company_changed.append(mark_all_due)
        coaching_hooks.on_change.append(follow)
        coaching_hooks.read_numbers = read
        coaching_hooks.weekly_hours = weekly_hours
