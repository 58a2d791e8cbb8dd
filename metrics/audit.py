"""What `manage.py audit` checks of the values, besides the store."""

from __future__ import annotations

from core.copy import scalar
from metrics.compute.identities import broken, identities
from metrics.models import MetricValue
from revenue.audit import Check


def check_identities() -> Check:
    """Parts add up to wholes, bridges close, credit sums to deals: in the values that are published now."""
    looked = MetricValue.objects.filter(run_to=None).count()
    wrong = tuple(str(each) for each in broken())
    return Check(f"{len(identities())} identities between metrics", looked, wrong)


def check_values() -> Check:
    """Every value's run is published, and no place has two values at a time."""
    strays = scalar(
        "SELECT count(*) FROM metrics_metricvalue v LEFT JOIN metrics_metricrun r ON r.id = v.run_from "
        "WHERE r.published_at IS NULL"
    )
    wrong = (f"{strays} values come from a run that is not published",) if strays else ()
    return Check("values and their runs", MetricValue.objects.count(), wrong)
