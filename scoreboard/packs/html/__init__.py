"""The deck as one HTML file that opens offline: charts alive with their script inside, drawn without it too."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from scoreboard.charts.plotly import figure
from scoreboard.charts.shape import Chart
from scoreboard.deck.shape import Cell, Deck, Figure, Slide
from scoreboard.packs.svg import svg
from scoreboard.packs.words import PRESENTERS, caption, heading, remark

HERE = Path(__file__).parent
VENDOR = Path(__file__).resolve().parents[3] / "static" / "vendor"
WIDE, TWO_WIDE, HIGH = 900.0, 460.0, 280.0
_DEPTH = {"--prior": 0, "--card": 1}
Model = dict[str, Any]


def html(deck: Deck) -> bytes:
    """The deck as a page that asks for nothing: script, styles, font and data are inside."""
    context = {"deck": deck, "slides": [_slide(deck, slide, place) for place, slide in enumerate(deck.slides, start=1)]}
    return render_to_string("packs/deck.html", context | _fixed()).encode()


@lru_cache(maxsize=1)
def _fixed() -> dict[str, SafeString]:
    """What is the same in every file. All of it is ours or vendored, so that it may stand as it is."""
    script = (VENDOR / "plotly" / "plotly-cartesian.min.js").read_text("utf-8").replace("</script", "<\\/script")
    font = (VENDOR / "inter" / "inter-latin-wght-normal.woff2").read_bytes()
    return {
        "plotly": mark_safe(script),  # noqa: S308
        "plotly_css": mark_safe((VENDOR / "plotly" / "plotly.css").read_text("utf-8")),  # noqa: S308
        "font": mark_safe(base64.b64encode(font).decode()),  # noqa: S308
        "css": mark_safe((HERE / "deck.css").read_text("utf-8")),  # noqa: S308
        "script": mark_safe((HERE / "deck.js").read_text("utf-8")),  # noqa: S308
    }


def _slide(deck: Deck, slide: Slide, place: int) -> Model:
    two = len(slide.charts) > 1
    return {
        "id": f"slide-{place}", "section": slide.section, "presenter": PRESENTERS[slide.presenter],
        "title": slide.title, "lede": slide.lede, "two": two, "hero": slide.key == "headline",
        "table": slide.table, "rows": _rows(slide),
        "figures": [_figure(deck, each) for each in slide.figures],
        "charts": [_chart(chart, f"chart-{place}-{i}", slide, two) for i, chart in enumerate(slide.charts)],
        "sales_part": slide.sales_part, "marketing_part": slide.marketing_part,
        "remarks": [remark(each) for each in slide.annotations],
    }  # fmt: skip


def _rows(slide: Slide) -> list[list[tuple[str, Cell]]]:
    """The table's cells, each with the heading over it: on a phone a row becomes a card, and the heading its label."""
    table = slide.table
    return [] if table is None else [list(zip(table.head, row, strict=False)) for row in table.rows]


def _figure(deck: Deck, each: Figure) -> Model:
    return {
        "label": each.label, "written": each.written(deck.currency), "exact": each.written(deck.currency, exact=True),
        "known": each.value is not None, "change": f"{each.change} on {each.against}" if each.change else "",
        "tone": each.tone, "reason": each.reason if each.reason != "to date" else "",
    }  # fmt: skip


def _chart(chart: Chart, name: str, slide: Slide, two: bool) -> Model:
    return {
        "id": name, "title": heading(chart, slide), "caption": caption(chart),
        "svg": mark_safe(svg(chart, TWO_WIDE if two else WIDE, HIGH)),  # noqa: S308 - its words are escaped there
        "figure": "" if chart.empty else data_block(as_packs_draw(figure(without_markup(chart)))),
        "head": chart.headings(), "rows": chart.table(),
    }  # fmt: skip


def as_packs_draw(drawn: Model) -> Model:
    """A figure of the pages in the looks that a pack's captions name: plan outlined as columns, dashed as a line."""
    data = drawn["data"]
    prior = any(trace["type"] == "bar" and trace["marker"].get("color") == "--prior" for trace in data)
    for place, trace in enumerate(data):
        if trace["type"] != "scatter":
            continue
        if trace.get("marker", {}).get("symbol") == "line-ew":
            shared = {key: trace[key] for key in ("x", "y", "name", "customdata", "hovertemplate")}
            marker = {"color": "--card", "line": {"color": "--soft", "width": 1.2}}
            wide = {"width": 0.52, "offset": -0.28} if prior else {"width": 0.62, "offset": -0.46}
            data[place] = {"type": "bar", "marker": marker, **shared, **wide}
        elif trace.get("line", {}).get("color") == "--gold":
            trace["line"]["dash"] = "dash"
    # Behind the actual columns, in front of last year's.
    data.sort(key=_depth)
    return drawn


def _depth(trace: Model) -> int:
    if trace["type"] != "bar":
        return 3
    marker = trace["marker"]
    return 2 if "pattern" in marker else _DEPTH.get(str(marker.get("color")), 2)


def without_markup(chart: Chart) -> Chart:
    """The chart with names that Plotly reads as words alone: in its texts a < would begin a tag, even a link."""

    def plain(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", "% {")

    series = tuple(replace(each, name=plain(each.name)) for each in chart.series)
    names, short = tuple(map(plain, chart.categories)), tuple(map(plain, chart.short))
    return replace(chart, categories=names, short=short, series=series, links=())


def data_block(data: Any) -> SafeString:
    """JSON that can stand in a script element whatever it says."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(text)  # noqa: S308 - no sign is left that could end the element
