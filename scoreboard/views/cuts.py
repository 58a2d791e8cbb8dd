"""The cut in the address: `?of=segment:Enterprise` is one member, `?by=segment` lays the members side by side.

Several `of` narrow together: `?of=segment:Enterprise&of=region:EMEA` is what lies in both.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest

from metrics.definitions.base import Metric
from metrics.models.runs import member_scope
from scoreboard.focus import Part
from scoreboard.reading import Setting

DIM_NAMES = {
    "segment": "Segment", "region": "Region", "industry": "Industry", "team": "Team", "rep": "Rep",
    "product_family": "Product family", "route": "Route", "motion": "Motion", "source_function": "Source",
}  # fmt: skip


def plural(dim: str) -> str:
    """The members of a dimension, as a sentence calls them: "product families"."""
    name = DIM_NAMES[dim].lower()
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


def member_name(member: str) -> str:
    """How a member is called; rows without one have the empty name."""
    return member or "none given"


def name_of_part(of: tuple[str, str] | None) -> str:
    """How a part of the company is called above a page: "Segment: Enterprise"; "" for the whole."""
    return f"{DIM_NAMES.get(of[0], of[0])}: {member_name(of[1])}" if of else ""


def names_of(setting: Setting, of: Part | None) -> str:
    """How what a page shows is called above it: its part, or the parts that it lies in, all of them."""
    return " · ".join(name_of_part(part) for part in setting.within) or name_of_part(of)


def narrowed(
    request: HttpRequest, metric: Metric, setting: Setting, *, extra: tuple[str, ...] = ()
) -> tuple[Setting, Part | None, str]:
    """The setting, the member that `?of=` names and the dimension that `?by=` names, "" for none.

    Where the address names several dimensions, the setting lies within all of them and there is no single member. Who
    does not see the whole company has one part at a time, the last named. `extra`: more words for `by`. Raises Http404
    for a dimension the metric does not have and for a member outside the reader's scope: whether it exists is nobody's
    business who may not see it.
    """
    parts, by = _parts(request, metric, setting), _by(request, metric, setting, extra)
    if len(parts) < 2 or not setting.user.sees_everything:
        return setting, parts[-1] if parts else None, by
    if any(by == dim for dim, _ in parts):
        raise Http404("the page shows one member of it")
    inside = replace(setting, within=parts)
    request.assay_setting = inside  # type: ignore[attr-defined] # the head of the page asks for the same
    return inside, None, by


def part_query(setting: Setting, part: Part) -> str:
    """The query that narrows a page of this setting to one more part."""
    asked = [("of", f"{dim}:{member}") for dim, member in (*setting.within, part)]
    return f"?{urlencode([('period', setting.view.code), *asked], safe=':')}"


def parts_in(request: HttpRequest) -> list[str]:
    """The parts that the address names, as it names them; of each dimension the last."""
    last = {given.partition(":")[0]: given for given in request.GET.getlist("of") if given}
    return list(last.values())


def _parts(request: HttpRequest, metric: Metric, setting: Setting) -> tuple[Part, ...]:
    found = []
    for given in parts_in(request):
        dim, separator, member = given.partition(":")
        if not separator or dim not in metric.dims or not _may_see(setting, dim, member):
            raise Http404("there is no such part")
        found.append((dim, member))
    return tuple(found)


def _by(request: HttpRequest, metric: Metric, setting: Setting, extra: tuple[str, ...]) -> str:
    by = request.GET.get("by", "")
    if by and by not in extra and (by not in metric.dims or not _may_cut(setting, by)):
        raise Http404("this metric is not cut that way")
    return by


def _may_cut(setting: Setting, dim: str) -> bool:
    return setting.user.sees_everything or dim in ("team", "rep")


def _may_see(setting: Setting, dim: str, member: str) -> bool:
    return setting.user.sees_everything or member in member_scope(setting.user).get(dim, [])
