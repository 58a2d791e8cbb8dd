"""What the rows mean: definitions, frames, computed and published values, targets and the quality policy."""

from django.apps import AppConfig

from core.later import later


class MetricsConfig(AppConfig):
    """Adds targets to the objects an import can fill, and follows what changes in the ledger."""

    name = "metrics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the importable object of this app, and the computation that follows a change."""
        from coaching import hooks as coaching_hooks
        from core import hooks as core_hooks
        from metrics import objects  # noqa: F401
        from revenue import audit
        from revenue.imports import hooks

        hooks.changed.append(later("metrics.tasks.mark_due"))
        audit.further += [later("metrics.audit.check_identities"), later("metrics.audit.check_values")]
        hooks.settled.append(later("metrics.tasks.settle"))
        core_hooks.company_changed.append(later("metrics.tasks.mark_all_due"))
        coaching_hooks.on_change.append(later("metrics.tasks.follow"))
        coaching_hooks.read_numbers = later("metrics.published.read")
        coaching_hooks.weekly_hours = later("metrics.policy.weekly_hours")
