"""What PowerPoint's own charts have in common: their workbook, quiet axes, labels."""

from __future__ import annotations

from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml.ns import qn
from pptx.util import Pt

from core.spreadsheet import safe
from scoreboard.charts.shape import Chart, Kind
from scoreboard.packs import look
from scoreboard.packs.drawing import bounds, ticks
from scoreboard.packs.layout import Box
from scoreboard.packs.number_formats import column_format, label_format
from scoreboard.packs.pptx.workbooks import Columns, workbook

LABELLED = 14  # columns that have room for a label each
MARKED = 10  # categories that have room for their names under a line


def rgb(colour: str) -> RGBColor:
    """A colour of the palette."""
    return RGBColor.from_string(colour[1:].upper())


def number_format(chart: Chart) -> str:
    """Of the chart's values."""
    return column_format(chart) if chart.kind is Kind.COLUMNS else label_format(chart)


class _Writer(CategoryWorkbookWriter):  # type: ignore[misc] # untyped
    """Writes the workbook our way: python-pptx would let a category that begins with = be a formula in there."""

    @property
    def xlsx_blob(self) -> bytes:
        """The workbook as a file."""
        data = self._chart_data
        columns = [(series.name, list(series.values)) for series in data]
        return workbook([str(each.label) for each in data.categories], columns, data.number_format)


class _Data(CategoryChartData):  # type: ignore[misc] # untyped
    """Chart data whose workbook is ours."""

    @property
    def _workbook_writer(self) -> _Writer:
        return _Writer(self)


def place(shapes: Any, chart: Chart, box: Box, kind: Any, columns: Columns) -> Any:
    """A native chart with its workbook, its alternative text and quiet axes."""
    names = _categories(chart)
    data = _Data(number_format=number_format(chart))
    data.categories = [safe(name) for name in names]
    for name, values in columns:
        data.add_series(safe(name), values)
    frame = shapes.add_chart(kind, Pt(box.x), Pt(box.y), Pt(box.w), Pt(box.h), data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.alternative)
    frame.name = f"Chart {chart.key}"
    _quiet(frame.chart, chart)
    return frame.chart


def _categories(chart: Chart) -> tuple[str, ...]:
    """The short names where they are all different, as the axis has little room."""
    return chart.short if chart.short and len(set(chart.short)) == len(chart.short) else chart.categories


def _quiet(drawn: Any, chart: Chart) -> None:
    """Small grey words, no frame, no legend: the caption says what the looks mean."""
    drawn.has_legend = drawn.has_title = False
    drawn.font.size = Pt(9)
    drawn.font.color.rgb = rgb(look.SOFT)
    names, values = drawn.category_axis, drawn.value_axis
    names.has_major_gridlines = False
    names.major_tick_mark = values.major_tick_mark = XL_TICK_MARK.NONE
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.format.line.color.rgb = rgb(look.LINE if chart.kind is Kind.LINE else look.INK)
    names.format.line.width = Pt(0.9)
    values.format.line.fill.background()
    values.tick_labels.number_format_is_linked = False
    values.tick_labels.number_format = "0%" if chart.unit == "rate" else column_format(chart)
    if chart.kind is Kind.LINE:
        _scale(names, values, chart)
    if chart.kind is Kind.LINE or (chart.kind is Kind.COLUMNS and len(chart.categories) > LABELLED):
        values.major_gridlines.format.line.color.rgb = rgb(look.LINE)
        values.major_gridlines.format.line.width = Pt(0.6)
    else:
        values.has_major_gridlines = False
        values.visible = False


def _scale(names: Any, values: Any, chart: Chart) -> None:
    """Round values on the axis, and as many categories under it as have room."""
    low, high = bounds(chart, zero=False)
    pad = (high - low) * 0.08
    steps = ticks(low - pad if low < 0 else max(low - pad, 0.0), high + pad)
    step = steps[1] - steps[0] if len(steps) > 1 else (high - low) or 1.0
    values.minimum_scale = steps[0] - (step if steps[0] > low else 0)
    values.maximum_scale = steps[-1] + (step if steps[-1] < high else 0)
    values.major_unit = step
    every = -(-len(chart.categories) // MARKED)
    for tag in ("c:tickLblSkip", "c:tickMarkSkip"):
        after = names._element.find(qn("c:noMultiLvlLbl"))
        skip = etree.Element(qn(tag), val=str(every))
        after.addprevious(skip) if after is not None else names._element.append(skip)
    names.tick_labels.font.size = Pt(9)
    names._element.find(qn("c:txPr")).find(qn("a:bodyPr")).set("rot", "-60000000")  # automatic


def word(label: Any, text: str, colour: str, *, bold: bool) -> None:
    """A data label with words of its own."""
    label.has_text_frame = True
    label.text_frame.text = safe(text) if text[:1] in "=@" else text
    run = label.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(9), bold
    run.font.color.rgb = rgb(colour)
