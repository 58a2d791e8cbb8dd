"""Words that every format uses alike: captions, names of formats, safe names of files."""

from __future__ import annotations

import re
import unicodedata

from core import show
from scoreboard.charts.shape import Chart, Kind, Role
from scoreboard.deck.shape import Annotation, Deck, Presenter, Slide

LOOKS = {
    Role.ACTUAL: "dark", Role.TO_DATE: "hatched", Role.PRIOR: "pale", Role.PLAN: "outlined", Role.FORECAST: "hatched",
}  # fmt: skip
PRESENTERS = {
    Presenter.SALES: "Sales presents", Presenter.MARKETING: "Marketing presents",
    Presenter.BOTH: "Sales and marketing present", Presenter.NONE: "",
}  # fmt: skip
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


def unit_words(chart: Chart) -> str:
    """What a chart counts in: "USD M", "percent", "number"."""
    if chart.unit == "rate":
        return "percent"
    if chart.unit == "count":
        return "number"
    step = f" {chart.step}" if chart.step and chart.unit == "money" else ""
    return chart.unit.replace("money", f"{chart.currency}{step}")


def caption(chart: Chart) -> str:
    """Unit, period, what each look means, and the source."""
    drawn = [s for s in chart.series if any(v is not None for v in s.values)] if chart.explains else []
    named = [f"{_look(chart, s.role)}: {s.name[:1].lower()}{s.name[1:]}" for s in drawn]
    if chart.limits:
        named.append("band: process limits")
    if chart.cut:
        named.append("first and last column cut off below")
    return " · ".join([unit_words(chart), chart.period, *dict.fromkeys(named), f"source: {chart.source}"])


def _look(chart: Chart, role: Role) -> str:
    if role is Role.FORECAST and chart.kind is Kind.LINE:
        return "dashed"
    if role is not Role.PLAN:
        return LOOKS[role]
    return {Kind.LINE: "dashed", Kind.BARS: "gold mark"}.get(chart.kind, LOOKS[role])


def heading(chart: Chart, slide: Slide) -> str:
    """What stands over a chart: its finding, or beside another the name of what it draws where the slide says it."""
    if chart.title != slide.title:
        return chart.title
    if len(slide.charts) < 2:
        return ""
    own = [s.name for s in chart.series if s.role in (Role.ACTUAL, Role.FORECAST)]
    return " and ".join([own[0], *(name[:1].lower() + name[1:] for name in own[1:])]) if own else chart.series[0].name


def remark(said: Annotation) -> str:
    """A remark as one line: what, what follows, who, until when, and who says so."""
    due = show.day(said.due) if said.due else ""
    return " · ".join(filter(None, (said.text, said.action, said.owner, due, said.author)))


def file_stem(deck: Deck) -> str:
    """The name of the deck's files, without its ending: ASCII letters, digits and hyphens alone."""
    plain = unicodedata.normalize("NFKD", f"{deck.company} {deck.title}").encode("ascii", "ignore").decode()
    return _UNSAFE.sub("-", plain).strip("-").lower()[:80] or "pack"
