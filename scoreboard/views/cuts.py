"""The cut in the address: `?of=segment:Enterprise` is one member, `?by=segment` lays the members side by side."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from metrics.definitions.base import Metric
from metrics.models.runs import member_scope
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


def cut_of(
    request: HttpRequest, metric: Metric, setting: Setting, *, extra: tuple[str, ...] = ()
) -> tuple[tuple[str, str] | None, str]:
    """The member that `?of=` names and the dimension that `?by=` names, "" for none. `extra`: more words for `by`.

    Raises Http404 for a dimension the metric does not have and for a member outside the reader's scope: whether it
    exists is nobody's business who may not see it.
    """
    by = request.GET.get("by", "")
    if by and by not in extra and (by not in metric.dims or not _may_cut(setting, by)):
        raise Http404("this metric is not cut that way")
    given = request.GET.get("of", "")
    if not given:
        return None, by
    dim, separator, member = given.partition(":")
    if not separator or dim not in metric.dims or not _may_see(setting, dim, member):
        raise Http404("there is no such part")
    return (dim, member), by


def _may_cut(setting: Setting, dim: str) -> bool:
    return setting.user.sees_everything or dim in ("team", "rep")


def _may_see(setting: Setting, dim: str, member: str) -> bool:
    return setting.user.sees_everything or member in member_scope(setting.user).get(dim, [])
