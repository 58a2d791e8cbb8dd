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
from scoreboard.reading import METRICS, PREVIOUS, YEAR, Setting
from scoreboard.views.cuts import DIM_NAMES, member_name, name_of_part, parts_in
from scoreboard.views_of_time import View

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
    named = parts_in(request)
    several = setting.user.sees_everything and bool(named)
    taken = {given.partition(":")[0] for given in named} if several else set()
    metric = context.get("metric")
    dims = metric.dims if isinstance(metric, Metric) else DIMENSIONS
    members = members_for(setting)
    chosen = "" if several or not named else named[-1]
    parts = tuple(
        (DIM_NAMES[dim], tuple(Choice(f"{dim}:{m}", member_name(m), chosen == f"{dim}:{m}") for m in members[dim]))
        for dim in dims
        if members.get(dim) and dim not in taken
    )
    return Bar(
        parts, tuple(Choice(value, label, setting.versus == value) for value, label in AGAINST),
        (
            *((k, str(v)) for k, v in request.GET.items() if k not in ("of", "vs", "page", "csv")),
            *(("of", given) for given in (named if several else ())),
        ),
        "… and also" if several else "The whole company" if setting.user.sees_everything else "All that I see",
        f"{reverse('scoreboard:saved')}?{urlencode({'address': request.get_full_path()})}",
    )  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """One part that the page is narrowed to, and the address without it."""

    name: str
    href: str


@register.simple_tag(takes_context=True)
def part_chips(context: template.Context) -> list[Chip]:
    """The parts that the address names, each to be taken off by itself."""
    request: HttpRequest = context["request"]
    named = parts_in(request)
    if not request.user.sees_everything:  # type: ignore[union-attr]
        named = named[-1:]
    chips = []
    for given in named:
        dim, _, member = given.partition(":")
        rest = request.GET.copy()
        rest.setlist("of", [each for each in named if each != given])
        chips.append(Chip(name_of_part((dim, member)), f"?{rest.urlencode()}"))
    return chips


@register.simple_tag(takes_context=True)
def explain_url(context: template.Context, key: str, of: str = "") -> str:
    """The address of what is behind a number of this page: of its period, and of the parts it is narrowed to.

    A metric that cannot be cut that way is explained for the whole. `of`: a part of the page's own that it is of.
    """
    request: HttpRequest = context["request"]
    metric, view = METRICS.get(key), context.get("view")
    parts = [*(parts_in(request) if "of_name" in context else []), *([of] if of else [])]
    able = [given for given in parts if metric and given.partition(":")[0] in metric.dims]
    query = [*([("period", view.code)] if isinstance(view, View) else []), *(("of", given) for given in able)]
    if request.GET.get("vs") == PREVIOUS:
        query.append(("vs", PREVIOUS))
    address = reverse("scoreboard:explain", args=[key])
    return f"{address}?{urlencode(query)}" if query else address


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
