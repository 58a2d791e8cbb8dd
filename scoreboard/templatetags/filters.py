"""The bar of filters under a page's title: part of the company, comparison, and a name for the view."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django import template
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse

from metrics.definitions.base import Metric
from metrics.definitions.frames import DIMENSIONS
from metrics.models import MetricRun, MetricValue
from metrics.models.runs import member_scope
from scoreboard.reading import PREVIOUS, YEAR, Setting
from scoreboard.views.cuts import DIM_NAMES, member_name

register = template.Library()
KEPT = 24 * 3600
LONGEST = 400  # members of one dimension that a list of choices can bear
AGAINST = ((YEAR, "Against last year"), (PREVIOUS, "Against the period before"))


@dataclass(frozen=True)
class Choice:
    """One choice of a list."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Bar:
    """The lists, what else stands in the address, and where the view can be kept."""

    parts: tuple[tuple[str, tuple[Choice, ...]], ...]
    against: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    whole: str
    save: str


@register.simple_tag(takes_context=True)
def filter_bar(context: template.Context) -> Bar | None:
    """The bar of a page that can be cut (its context has `of_name`); None for the others."""
    setting = context.get("setting")
    if not isinstance(setting, Setting) or "of_name" not in context:
        return None
    request: HttpRequest = context["request"]
    of = request.GET.get("of", "")
    metric = context.get("metric")
    dims = metric.dims if isinstance(metric, Metric) else DIMENSIONS
    members = members_for(setting)
    parts = tuple(
        (DIM_NAMES[dim], tuple(Choice(f"{dim}:{m}", member_name(m), of == f"{dim}:{m}") for m in members[dim]))
        for dim in dims
        if members.get(dim)
    )
    return Bar(
        parts, tuple(Choice(value, label, setting.versus == value) for value, label in AGAINST),
        tuple((k, str(v)) for k, v in request.GET.items() if k not in ("of", "vs", "page", "csv")),
        "The whole company" if setting.user.sees_everything else "All that I see",
        f"{reverse('scoreboard:saved')}?{urlencode({'address': request.get_full_path()})}",
    )  # fmt: skip


def members_for(setting: Setting) -> dict[str, list[str]]:
    """The members by which this reader may filter: the company's as of the run (kept until the next), or their own."""
    if not setting.user.sees_everything:
        return {dim: sorted(names) for dim, names in member_scope(setting.user).items()}
    return cache.get_or_set(f"members:{setting.run.pk}", lambda: _members(setting.run), KEPT) or {}


def _members(run: MetricRun) -> dict[str, list[str]]:
    rows = MetricValue.objects.at(run).filter(metric="net_revenue", grain="all", dim__in=DIMENSIONS)
    found: dict[str, list[str]] = {}
    for dim, member in rows.order_by("dim", "member").values_list("dim", "member").distinct():
        found.setdefault(dim, []).append(member)
    return {dim: names for dim, names in found.items() if len(names) <= LONGEST}
