"""Charts as PowerPoint's own: editable, with their workbook inside, in the looks of IBCS."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lxml import etree
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.oxml.ns import qn
from pptx.util import Pt

from scoreboard.charts.shape import Chart, Kind, Role, Tone
from scoreboard.packs import look
from scoreboard.packs.layout import Box
from scoreboard.packs.number_formats import label_format
from scoreboard.packs.pptx.bridges import add_bridge
from scoreboard.packs.pptx.native import LABELLED, number_format, place, rgb, word

_TYPES = {
    Kind.COLUMNS: XL_CHART_TYPE.COLUMN_CLUSTERED, Kind.LINE: XL_CHART_TYPE.LINE_MARKERS,
    Kind.BARS: XL_CHART_TYPE.BAR_CLUSTERED,
}  # fmt: skip
_TONES = {Tone.GOOD: look.GOOD, Tone.BAD: look.BAD}
_ORDER = {Role.PRIOR: 0, Role.PLAN: 1, Role.ACTUAL: 2, Role.FORECAST: 3}


@dataclass(frozen=True)
class Drawn:
    """A series as it is drawn: `running` are its points of periods that are not over."""

    name: str
    role: Role
    values: tuple[Decimal | None, ...]
    tones: tuple[Tone, ...]
    running: frozenset[int] = frozenset()

    @property
    def floats(self) -> list[float | None]:
        """For the chart, whose numbers are floats."""
        return [None if v is None else float(v) for v in self.values]


def add_chart(shapes: Any, chart: Chart, box: Box) -> None:
    """Draws `chart` at `box` (in points of the slide). Nothing where it has no values."""
    if chart.empty:
        return
    if chart.kind is Kind.BRIDGE:
        add_bridge(shapes, chart, box)
        return
    mine = drawn_series(chart)
    columns = [(s.name, s.floats) for s in mine] + _limits(chart)
    native = place(shapes, chart, box, _TYPES[chart.kind], columns)
    if chart.kind is Kind.LINE:
        _lines(chart, native, mine)
    else:
        _bars(chart, native, mine)


def drawn_series(chart: Chart) -> list[Drawn]:
    """From back to front; what is to date stands in the actual series, so that no column has a place of its own."""
    to_date = next((s for s in chart.series if s.role is Role.TO_DATE), None)
    found = []
    for series in chart.series:
        if series.role is Role.TO_DATE:
            continue
        values, running = series.values, frozenset[int]()
        if series.role is Role.ACTUAL and to_date is not None:
            running = frozenset(i for i, v in enumerate(to_date.values) if v is not None)
            values = tuple(to_date.values[i] if i in running else v for i, v in enumerate(values))
        found.append(Drawn(series.name, series.role, values, series.tones, running))
    return sorted(found, key=lambda s: _ORDER[s.role])


def _limits(chart: Chart) -> list[tuple[str, list[float | None]]]:
    if chart.limits is None or chart.kind is not Kind.LINE:
        return []
    least = min(v for s in chart.series for v in s.values if v is not None)
    low = max(chart.limits.low, Decimal(0)) if least >= 0 else chart.limits.low
    edges = {"Upper process limit": chart.limits.high, "Lower process limit": low}
    return [(name, [float(edge)] * len(chart.categories)) for name, edge in edges.items()]


def _bars(chart: Chart, native: Any, mine: list[Drawn]) -> None:
    plot = native.plots[0]
    # What never stands beside another in one category (actual and forecast) lies in one place.
    alone = all(s.role in (Role.ACTUAL, Role.FORECAST) for s in mine)
    plot.gap_width, plot.overlap = (45, 100) if alone else (40, 45)
    if chart.kind is Kind.BARS:
        native.category_axis.reverse_order = True
    for series, own in zip(plot.series, mine, strict=True):
        _fill(series.format, own.role)
        series.invert_if_negative = False
        for i, tone in enumerate(own.tones):
            if tone in _TONES and own.values[i] is not None:
                series.points[i].format.fill.solid()
                series.points[i].format.fill.fore_color.rgb = rgb(_TONES[tone])
        for i in own.running:
            _fill(series.points[i].format, Role.TO_DATE)
        roomy = chart.kind is Kind.BARS or len(chart.categories) <= LABELLED
        if roomy and own.role not in (Role.PRIOR, Role.PLAN):
            _labels(series, number_format(chart), over=any(s.role is Role.PLAN for s in mine))


def _labels(series: Any, form: str, *, over: bool) -> None:
    """The values at the ends of the columns; on paper of their own where they may lie `over` an outlined plan."""
    shown = series.data_labels
    shown.show_value, shown.position = True, XL_LABEL_POSITION.OUTSIDE_END
    shown.number_format, shown.number_format_is_linked = form, False
    shown.font.size, shown.font.bold = Pt(9), True
    shown.font.color.rgb = rgb(look.INK)
    if over:
        held = shown._element
        paper = etree.Element(qn("c:spPr"))
        etree.SubElement(etree.SubElement(paper, qn("a:solidFill")), qn("a:srgbClr"), val=look.CARD[1:].upper())
        held.find(qn("c:txPr")).addprevious(paper)


def _fill(form: Any, role: Role) -> None:
    if role in (Role.TO_DATE, Role.FORECAST):
        form.fill.patterned()
        form.fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
        form.fill.fore_color.rgb, form.fill.back_color.rgb = rgb(look.ACTUAL), rgb(look.CARD)
        form.line.color.rgb, form.line.width = rgb(look.ACTUAL), Pt(0.9)
        return
    form.fill.solid()
    if role is Role.PLAN:
        form.fill.fore_color.rgb = rgb(look.CARD)
        form.line.color.rgb, form.line.width = rgb(look.SOFT), Pt(0.9)
    else:
        form.fill.fore_color.rgb = rgb(look.PRIOR if role is Role.PRIOR else look.ACTUAL)


def _lines(chart: Chart, native: Any, mine: list[Drawn]) -> None:
    series = list(native.plots[0].series)
    for each, own in zip(series, mine, strict=False):
        pale, goal = own.role is Role.PRIOR, own.role is Role.PLAN
        colour, wide = look.GOLD if goal else look.PRIOR if pale else look.ACTUAL, 1.3 if pale or goal else 2.2
        _line(each, colour, wide, dash=goal or own.role is Role.FORECAST)
        if not pale and not goal and len(chart.categories) <= 40:
            _markers(each, own)
        last = max((i for i, v in enumerate(own.values) if v is not None), default=None)
        if last is not None:
            _end(each.points[last].data_label, own, label_format(chart))
    for each in series[len(mine) :]:  # the process limits
        _line(each, look.FAINT, 0.75, dash=True)


def _line(series: Any, colour: str, wide: float, *, dash: bool) -> None:
    series.smooth = False
    series.format.line.color.rgb, series.format.line.width = rgb(colour), Pt(wide)
    if dash:
        series.format.line.dash_style = MSO_LINE.DASH
    series.marker.style = XL_MARKER_STYLE.NONE


def _markers(series: Any, own: Drawn) -> None:
    _marker(series.marker, 5, look.ACTUAL)
    for i, tone in enumerate(own.tones):
        if tone in _TONES and own.values[i] is not None:
            _marker(series.points[i].marker, 9, _TONES[tone])


def _marker(marker: Any, size: int, colour: str) -> None:
    marker.style, marker.size = XL_MARKER_STYLE.CIRCLE, size
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = rgb(colour)
    marker.format.line.color.rgb = rgb(look.CARD)


def _end(label: Any, own: Drawn, form: str) -> None:
    """The newest value at the end of the actual line; the others' names at theirs."""
    if own.role is not Role.ACTUAL:
        word(label, own.name, look.GOLD_INK if own.role is Role.PLAN else look.SOFT, bold=False)
        label.position = XL_LABEL_POSITION.ABOVE
        return
    label.font.size, label.font.bold = Pt(9), True
    label.font.color.rgb = rgb(look.INK)
    label.position = XL_LABEL_POSITION.RIGHT
    held = label._dLbl
    numbers = etree.Element(qn("c:numFmt"), formatCode=form, sourceLinked="0")
    first = next(i for i, c in enumerate(held) if etree.QName(c).localname not in ("idx", "delete", "layout", "tx"))
    held.insert(first, numbers)
