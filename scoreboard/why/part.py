"""The part of the explain page that says why a number changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.urls import reverse

from metrics.definitions.base import Metric
from metrics.published import WHOLE, Values, Wanted, home_of
from revenue.models import Account, Product
from scoreboard.charts.shape import Chart
from scoreboard.reading import Setting, read_all
from scoreboard.views.cuts import part_query
from scoreboard.why.chart import NAMES, waterfall
from scoreboard.why.ondemand import BY_ROW, EXTRA, cut_on_demand
from scoreboard.why.read import Change, Spans, changed, explains, spans, subject_of

KEPT = 24 * 3600
_NAMED: dict[str, Any] = {"customer": Account, "product": Product}


@dataclass(frozen=True)
class Why:
    """The waterfall, or the reason why there is none; and the dimensions it can be asked by."""

    chart: Chart | None
    dims: tuple[tuple[str, str], ...]
    dim: str
    reason: str


def dims_for(metric: Metric, setting: Setting) -> tuple[str, ...]:
    """The dimensions by which this reader may ask: a manager by rep, a rep by customer and product alone."""
    user = setting.user
    own = metric.dims if user.sees_everything else [d for d in metric.dims if d == "rep" and user.may_coach]
    return (*own, *(EXTRA if metric.key in BY_ROW else ()))


def why(metric: Metric, setting: Setting, asked: str, *, whole: tuple[str, str]) -> Why | None:
    """Why the metric changed, by `asked` or the first dimension there is; None for what has no such parts."""
    subject = subject_of(metric)
    dims = dims_for(subject, setting)
    if not explains(subject) or not dims:
        return None
    focused = whole not in (WHOLE, home_of(setting.user))
    if focused and subject.key not in BY_ROW:
        return None
    taken = {whole[0], *dict(setting.within)}
    dims = tuple(d for d in dims if d not in taken)
    names = tuple((d, NAMES[d]) for d in dims)
    dim = asked if asked in dims else next((d for d, _ in names if d not in EXTRA), "")
    if not dim or (focused and not asked):
        return Why(None, names, "", "Choose what to split the change by.")
    at = spans(subject, setting)
    change = _change(subject, setting, at, dim, whole, stored=dim not in EXTRA and not focused)
    if change is None:
        reason = f"{at.now_name} and {at.base_name} do not both have values by {NAMES[dim].lower()} that add up."
        return Why(None, names, dim, reason)
    named, links = _named(change, setting, focused=focused)
    return Why(waterfall(named, setting, links=links), names, dim, "")


def _change(
    metric: Metric, setting: Setting, at: Spans, dim: str, whole: tuple[str, str], *, stored: bool
) -> Change | None:
    dims = [d for d in (dim if stored else "", whole[0]) if d]
    asked_for = Wanted(
        metrics=[at.like or metric.key], grains=[at.now.grain], dims=dims,
        since=min(at.base.start, at.now.start), until=max(at.base.end, at.now.end),
    )  # fmt: skip
    (values,) = read_all(setting, [asked_for])
    if stored:
        return changed(values, metric, at, dim, whole=whole)
    # What is asked for on demand is the same for everyone who may see `whole`, until the next run.
    parts = setting.within or ((whole,) if whole != WHOLE else ())
    asked = (setting.run.pk, metric.key, dim, parts, at.now, at.base)
    key = f"why:{sha256(repr(asked).encode()).hexdigest()}"  # names of members are no cache keys
    known: tuple[Change | None] | None = cache.get(key)
    if known is None:
        made = cut_on_demand(metric, at, dim, setting.run, parts=parts)
        both = Values(setting.run, whole, {**values.numbers, **made.numbers})
        known = (changed(both, metric, at, dim, whole=whole),)
        cache.set(key, known, KEPT)
    return known[0]


def _named(change: Change, setting: Setting, *, focused: bool) -> tuple[Change, tuple[str, ...]]:
    """Customers and products by their names, and where each step leads."""
    if change.dim in EXTRA:
        ids = [int(step.member) for step in change.steps if step.member]
        rows: dict[int, str] = dict(_NAMED[change.dim].objects.filter(pk__in=ids).values_list("pk", "name"))
        named = [replace(s, member=rows.get(int(s.member)) or f"No. {s.member}") if s.member else s
                 for s in change.steps]  # fmt: skip
        links = [_to(change.dim, step.member) for step in change.steps]
        return replace(change, steps=tuple(named)), tuple(links)
    if focused:
        return change, ()
    links = ["" if step.members > 1 else part_query(setting, (change.dim, step.member)) for step in change.steps]
    return change, tuple(links)


def _to(dim: str, member: str) -> str:
    return reverse("scoreboard:account", args=[member]) if dim == "customer" and member else ""
