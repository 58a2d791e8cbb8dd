"""The ledger rows behind a metric: which table, which day decides the period, and which rows belong to it.

One `RowSet` per frame. A reader gets the rows they may see (`visible_to`), filtered as the number was cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from coaching.models import CoachingSession
from core.models import User
from core.periods import Period
from metrics.definitions.base import Metric, Pooled
from metrics.frames.sourcing import function_of
from metrics.policy import load_policy
from metrics.within import Parts
from revenue.models import Deal, RevenueLine, Subscription

Rows = models.QuerySet[Any]


@dataclass(frozen=True)
class RowColumn:
    """A column of the list: `path` through the models, `kind` decides how it is written."""

    heading: str
    path: str
    kind: str = "text"  # text, day, money, rate, minutes, yes
    leads: str = ""  # "account" or "rep": whose page the name opens; `id_path` holds the id

    @property
    def id_path(self) -> str:
        """The column with the id behind the name."""
        return self.path.replace("__name", "_id")


@dataclass(frozen=True)
class RowSet:
    """A table of the ledger as the list behind a number shows it."""

    object: str
    name: str
    model: type[models.Model]
    columns: tuple[RowColumn, ...]
    day: str
    search: tuple[str, ...]
    dims: Mapping[str, str | tuple[str, str]] = field(default_factory=dict)  # two paths: the first that is filled
    deal: str = ""  # path to the deal, for the sourcing function

    @property
    def one(self) -> str:
        """What a single row is called."""
        return self.name.removesuffix("s")


_REP = {"rep": "owner__name", "team": "owner__team"}
_ACCOUNT_NAME = RowColumn("Account", "account__name", leads="account")
_OWNER_NAME = RowColumn("Owner", "owner__name", leads="rep")
_ACCOUNT = {"industry": "account__industry"}

LINES = RowSet(
    "revenue_lines", "revenue lines", RevenueLine,
    (
        RowColumn("Line", "key"), RowColumn("Booked on", "booked_on", "day"), _ACCOUNT_NAME,
        RowColumn("Product", "product__name"), _OWNER_NAME, RowColumn("Route", "route"),
        RowColumn("Net", "net_amount", "money"), RowColumn("List", "list_amount", "money"),
        RowColumn("Cost", "cost", "money"),
    ),
    day="booked_on", search=("key", "account__name", "product__name", "owner__name", "route"), deal="deal__",
    dims={
        **_REP, **_ACCOUNT, "segment": ("segment", "account__segment"), "region": ("region", "account__region"),
        "product_family": "product__family", "route": "route", "motion": "deal__motion",
    },
)  # fmt: skip
DEALS = RowSet(
    "deals", "deals", Deal,
    (
        RowColumn("Deal", "name"), RowColumn("Id", "key"), _ACCOUNT_NAME,
        _OWNER_NAME, RowColumn("Stage", "stage"), RowColumn("Created", "created_on", "day"),
        RowColumn("Closes", "close_on", "day"), RowColumn("Amount", "amount", "money"),
        RowColumn("Probability", "probability", "rate"), RowColumn("Source", "lead_source"),
    ),
    day="close_on", search=("key", "name", "account__name", "owner__name", "stage", "lead_source"), deal="",
    dims={
        **_REP, **_ACCOUNT, "segment": "account__segment", "region": "account__region",
        "product_family": "product__family", "route": "route", "motion": "motion",
    },
)  # fmt: skip
SUBSCRIPTIONS = RowSet(
    "subscriptions", "subscriptions", Subscription,
    (
        RowColumn("Subscription", "key"), _ACCOUNT_NAME,
        RowColumn("Product", "product__name"), _OWNER_NAME,
        RowColumn("Starts", "starts_on", "day"), RowColumn("Ends", "ends_on", "day"),
        RowColumn("Amount", "amount", "money"), RowColumn("Per", "interval"),
    ),
    day="", search=("key", "account__name", "product__name", "owner__name"),
    dims={
        **_ACCOUNT, "rep": ("account__owner__name", "owner__name"), "team": ("account__owner__team", "owner__team"),
        "segment": "account__segment", "region": "account__region", "product_family": "product__family",
    },
)  # fmt: skip
SESSIONS = RowSet(
    "coaching_sessions", "coaching sessions", CoachingSession,
    (
        RowColumn("Held on", "held_on", "day"), RowColumn("Kind", "kind"), RowColumn("Manager", "manager__name"),
        RowColumn("Reps", "rep_refs"), RowColumn("Minutes", "minutes", "minutes"), RowColumn("Topic", "topic"),
        RowColumn("Planned", "planned", "yes"),
    ),
    day="held_on", search=("kind", "manager__name", "rep_refs", "topic"),
    dims={"rep": "attendances__rep__name", "team": "attendances__rep__team"},
)  # fmt: skip

BY_FRAME = {"lines": LINES, "deals": DEALS, "subscriptions": SUBSCRIPTIONS, "coaching_sessions": SESSIONS}
BY_OBJECT = {rowset.object: rowset for rowset in BY_FRAME.values()}
_OPEN = Q(is_closed=False) | Q(is_closed=None)
_ONLY: dict[str, Q] = {
    "bookings": Q(is_won=True),
    "avg_deal_size": Q(is_won=True),
    "sales_cycle_days": Q(is_won=True),
    "sales_cycle_days_p75": Q(is_won=True),
    "win_rate": Q(is_closed=True),
    "win_rate_value": Q(is_closed=True, amount__isnull=False),
    "pipeline_open": _OPEN,
    "pipeline_weighted": _OPEN,
    "gross_profit": Q(cost__isnull=False),
    "gross_margin": Q(cost__isnull=False),
    "discount_depth": Q(list_amount__isnull=False),
    "price_realisation": Q(list_amount__isnull=False),
}


def rowset_of(metric: Metric) -> RowSet | None:
    """The list behind a metric: the first of its frames that is one; revenue from won deals if there are no lines."""
    for frame in metric.reads:
        if frame == "lines" and not RevenueLine.objects.exists():
            return DEALS
        if frame in BY_FRAME:
            return BY_FRAME[frame]
    return None


def rows_of(
    metric: Metric, rowset: RowSet, user: User, *, period: Period | None, parts: Parts = (), search: str = ""
) -> Rows:
    """The rows in all of `parts` that the reader may see. Raises ValueError if the list cannot be cut that way."""
    rows: Rows = rowset.model._default_manager.visible_to(user)  # type: ignore[attr-defined]
    if rowset is DEALS:
        rows = rows.filter(implied=False)
        if "lines" in metric.reads[:2] and metric.key not in _ONLY:
            rows = rows.filter(is_won=True, amount__isnull=False)  # won deals stand in for revenue lines
    known = {f.name for f in rowset.model._meta.get_fields()}
    only = _ONLY.get(metric.key)
    if only is not None and _fields(only) <= known:
        rows = rows.filter(only)
    if period is not None:
        rows = _within(rows, metric, rowset, period)
    for part in parts:
        rows = cut_rows(rows, rowset, *part)
    if search:
        found = Q()
        for path in rowset.search:
            found |= Q(**{f"{path}__icontains": search})
        rows = rows.filter(found)
    return rows.distinct() if rowset is SESSIONS else rows


def _within(rows: Rows, metric: Metric, rowset: RowSet, period: Period) -> Rows:
    if not rowset.day:  # what runs at any time in the period
        return rows.filter(starts_on__lt=period.end).filter(Q(ends_on=None) | Q(ends_on__gt=period.start))
    created = isinstance(metric.compute, Pooled) and metric.compute.day == "created"
    day = "created_on" if created and rowset is DEALS else rowset.day
    return rows.filter(**{f"{day}__gte": period.start, f"{day}__lt": period.end})


def cut_rows(rows: Rows, rowset: RowSet, dim: str, member: str) -> Rows:
    """The rows of one member, "" for those without one. Raises ValueError if the list cannot be cut that way."""
    if dim == "source_function" and (rowset.deal or rowset is DEALS):
        return rows.filter(_sourced_by(member, rowset.deal))
    path = rowset.dims.get(dim)
    if path is None:
        raise ValueError(f"{rowset.name} cannot be filtered by {dim}")
    if isinstance(path, tuple):
        rows = rows.annotate(**{f"_{dim}": Coalesce(*(F(p) for p in path))})
        path = f"_{dim}"
    return rows.filter(**{path: member}) if member else rows.filter(**{f"{path}__isnull": True})


def _sourced_by(function: str, prefix: str) -> Q:
    """Deals whose lead source and type mean `function`: decided per distinct pair, as the metric's frame does."""
    policy = load_policy()
    found = Q(pk__in=[])
    for source, kind in Deal.objects.values_list("lead_source", "deal_type").distinct():
        if function_of(source, kind, policy) == function:
            found |= _same(f"{prefix}lead_source", source) & _same(f"{prefix}deal_type", kind)
    if prefix and not function:
        found |= Q(**{f"{prefix.rstrip('_')}__isnull": True})
    return found


def _same(path: str, value: str | None) -> Q:
    return Q(**{f"{path}__isnull": True}) if value is None else Q(**{path: value})


def _fields(condition: Q) -> set[str]:
    """The columns that a condition of `_ONLY` names."""
    names: set[str] = set()
    for child in condition.children:
        if isinstance(child, Q):
            names |= _fields(child)
        elif isinstance(child, tuple):
            names.add(str(child[0]).split("__")[0])
    return names
