"""Draws a chart description as a Plotly figure.

Colours are names of custom properties ("--actual"); static/js/charts.js puts in what they are in the page's theme, so
one figure serves light, dark and print.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from scoreboard.charts import ticks
from scoreboard.charts.shape import Chart, Kind, Role, Series, Tone

Figure = dict[str, Any]
TICKS = 13  # words that fit under a chart
LABELLED = 14  # columns that still have room for a label each
MARGIN = Decimal("0.04")  # of a scale, that lies beyond its highest and lowest point
NEAR = Decimal("0.06")  # of the highest column: about half of a label
_FILL = {Role.ACTUAL: "--actual", Role.TO_DATE: "--actual", Role.PRIOR: "--prior", Role.FORECAST: "--actual"}
# Top to bottom, with room between names and bars.
_STRUCTURE = {"autorange": "reversed", "ticks": "outside", "ticklen": 6, "tickcolor": "rgba(0,0,0,0)"}
_TONE = {Tone.GOOD: "--good", Tone.BAD: "--bad"}


def figure(chart: Chart) -> Figure:
    """`{"data": […], "layout": {…}}` for Plotly.react."""
    draw = {
        Kind.COLUMNS: _columns, Kind.LINE: _lines, Kind.BARS: _bars, Kind.BRIDGE: _bridge, Kind.WATERFALL: _bridge,
    }[chart.kind]  # fmt: skip
    layout = _layout(chart)
    data = draw(chart, layout)
    if chart.limits:
        layout["shapes"] = [*_band(chart), *layout.get("shapes", [])]
    return {"data": data, "layout": layout, "links": list(chart.links)}


def _layout(chart: Chart) -> Figure:
    axis = {
        "fixedrange": True, "zeroline": False, "showline": False, "ticks": "", "automargin": True,
        "tickfont": {"color": "--soft", "size": 11},
    }  # fmt: skip
    values = {
        **axis, **_scale(chart), "showgrid": True, "gridcolor": "--line",
        "tickangle": 0, "rangemode": "tozero" if chart.kind is not Kind.LINE else "normal",
    }  # fmt: skip
    # Words stand clear of the scale's lowest number, which would else touch the first of them.
    names = {**axis, "showgrid": False, "type": "category", "tickangle": 0, "ticks": "outside", "ticklen": 5,
             "tickcolor": "rgba(0,0,0,0)"}  # fmt: skip
    across = chart.kind in (Kind.BARS, Kind.WATERFALL)
    if not across:
        every = -(-len(chart.categories) // TICKS)
        names["tickvals"] = list(chart.categories)[::every]
        names["ticktext"] = list(chart.short or chart.categories)[::every]
    return {
        "xaxis": values if across else names,
        "yaxis": {**names, **_STRUCTURE} if across else values,
        "margin": {"l": 8, "r": 8, "t": 18, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "Inter, Inter Fallback, sans-serif", "size": 12, "color": "--ink"},
        "showlegend": False, "barmode": "overlay", "bargap": 0.28, "dragmode": False,
        "hovermode": "y unified" if across else "x unified",
        "hoverlabel": {"bgcolor": "--card", "bordercolor": "--edge", "font": {"color": "--ink", "size": 12}},
    }  # fmt: skip


def _scale(chart: Chart) -> Figure:
    """The lines of the scale and what stands at them."""
    known = [value for series in chart.series for value in series.values if value is not None]
    if chart.kind in (Kind.BARS, Kind.WATERFALL):
        return {}  # each of their bars carries its value
    if chart.limits is not None:
        known += [chart.limits.low if min(known, default=Decimal(-1)) < 0 else max(chart.limits.low, Decimal(0)),
                  chart.limits.high]  # fmt: skip
    if not known:
        return {"nticks": ticks.MOST}
    low, high = min(known), max(known)
    if chart.kind is not Kind.LINE:
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    reach = (high - low) * MARGIN
    inside = ticks.ticks(low if low == 0 else low - reach, high + reach, whole=chart.unit == "count")
    step = chart.step if chart.kind is Kind.COLUMNS and chart.unit == "money" else None
    return {"tickvals": [float(place) for place in inside], "ticktext": ticks.texts(inside, chart.unit, step=step)}


def _numbers(series: Series) -> list[float | None]:
    # Floats only here, at the very edge: pixels need no more.
    return [None if v is None else float(v) for v in series.values]


def _hover(chart: Chart, series: Series) -> Figure:
    return {
        "name": series.name,
        "customdata": [chart.written(v) for v in series.values],
        "hovertemplate": "%{customdata}<extra>" + series.name.replace("<", "&lt;") + "</extra>",
    }


def _colours(series: Series) -> list[str] | str:
    fill = _FILL.get(series.role, "--actual")
    return [_TONE.get(tone, fill) for tone in series.tones] if series.tones else fill


def _marker(series: Series) -> Figure:
    if series.role in (Role.TO_DATE, Role.FORECAST):
        pattern = {"shape": "/", "size": 5, "solidity": 0.35, "fgcolor": "--actual", "bgcolor": "--card"}
        return {"color": "--card", "pattern": pattern, "line": {"color": "--actual", "width": 1}}
    return {"color": _colours(series)}


def _columns(chart: Chart, layout: Figure) -> list[Figure]:
    """Prior year behind and to the left, actual in front, plan as a line across both and a little beyond."""
    traces: list[Figure] = []
    both = any(s.role is Role.PRIOR for s in chart.series)
    left, right = (-0.42, 0.38) if both else (-0.42, 0.42)
    order = {Role.PRIOR: 0, Role.ACTUAL: 1, Role.TO_DATE: 1, Role.FORECAST: 1, Role.PLAN: 2}
    for series in sorted(chart.series, key=lambda s: order[s.role]):
        common = {"x": list(chart.categories), "y": _numbers(series), **_hover(chart, series)}
        if series.role is Role.PLAN:
            # A marker's size is in pixels: on a phone it would reach over the columns beside. The trace only speaks.
            layout["shapes"] = [
                {"type": "line", "x0": i + left, "x1": i + right, "y0": float(value), "y1": float(value),
                 "line": {"color": "--gold", "width": 2.5}}
                for i, value in enumerate(series.values) if value is not None
            ]  # fmt: skip
            traces.append({"type": "scatter", "mode": "markers", "marker": {"opacity": 0}, **common})
            continue
        prior = series.role is Role.PRIOR
        bar = {"type": "bar", "marker": _marker(series), **common}
        if both:
            bar |= {"width": 0.52, "offset": -0.38 if prior else -0.18}
        traces.append(bar)
    if is_labelled(chart):
        # The labels say what an axis would say again.
        layout["yaxis"] |= {"showticklabels": False, "showgrid": False}
        traces.append(_labels(chart))
    return traces


def _labels(chart: Chart) -> Figure:
    """Actual values above their own columns, in the steps that the caption names."""
    shown = [_shown(chart, i) for i in range(len(chart.categories))]
    texts = ["" if value is None else chart.label(value) for value in shown]
    tops = [label_foot(chart, i) for i in range(len(chart.categories))]
    return {
        "type": "scatter", "mode": "text", "x": list(chart.categories), "y": tops, "text": texts,
        "textposition": "top center", "textfont": {"color": "--ink", "size": 11}, "cliponaxis": False,
        "hoverinfo": "skip",
    }  # fmt: skip


def is_labelled(chart: Chart) -> bool:
    """Whether each of its columns carries its value."""
    return chart.kind is Kind.COLUMNS and len(chart.categories) <= LABELLED


def label_foot(chart: Chart, place: int) -> float | None:
    """The value on which a column's label stands; None for a column without one."""
    shown = _shown(chart, place)
    plan = next((s.values[place] for s in chart.series if s.role is Role.PLAN), None)
    prior = next((s.values[place] for s in chart.series if s.role is Role.PRIOR), None)
    if shown is None:
        return None
    most = max((v for s in chart.series for v in s.values if v is not None), default=Decimal(0))
    # Clear of a plan's mark or of a pale column's edge just above it.
    near = [plan] if plan is not None and shown < plan < shown * Decimal("1.12") else []
    near += [prior] if prior is not None and shown < prior < shown + most * NEAR else []
    return float(max([shown, *near]))


def _shown(chart: Chart, place: int) -> Decimal | None:
    """What the column says: the actual value, or that to date."""
    at = {series.role: series.values[place] for series in chart.series}
    actual = at.get(Role.ACTUAL)
    return at.get(Role.TO_DATE) if actual is None else actual


def _lines(chart: Chart, layout: Figure) -> list[Figure]:
    traces = []
    for series in sorted(chart.series, key=lambda s: s.role is not Role.PRIOR):
        if series.role is Role.TO_DATE:
            # A period that is not over is a point of its own: a line down to it would tell of a fall that is none.
            marker = {"symbol": "circle-open", "size": 10, "color": "--actual", "line": {"width": 2}}
            traces.append({"type": "scatter", "mode": "markers", "x": list(chart.categories), "y": _numbers(series),
                           "marker": marker, "cliponaxis": False, **_hover(chart, series)})  # fmt: skip
            continue
        light, ahead = series.role is Role.PRIOR, series.role is Role.FORECAST
        colour = "--gold" if series.role is Role.PLAN else "--prior" if light else "--actual"
        plain = light or ahead or series.role is Role.PLAN or len(chart.categories) > 40
        mode = "lines" if plain else "lines+markers"
        line = {"color": colour, "width": 1.6 if light or ahead else 2.6, "dash": "dash" if ahead else "solid"}
        traces.append(
            {
                "type": "scatter", "mode": mode, "x": list(chart.categories), "y": _numbers(series),
                "line": line,
                # Points of several sizes are bubbles to Plotly: pale and with a rim, unless it is told otherwise.
                "marker": {"color": _colours(series), "size": [9 if tone else 5 for tone in series.tones] or 5,
                           "opacity": 1, "line": {"width": 0}},
                **_hover(chart, series),
            }
        )  # fmt: skip
    return traces


def _bars(chart: Chart, layout: Figure) -> list[Figure]:
    traces = []
    for series in sorted(chart.series, key=lambda s: s.role is not Role.PRIOR):
        if series.role is Role.PLAN:
            marker = {"symbol": "line-ns", "size": 18, "line": {"color": "--gold", "width": 2.5}, "color": "--gold"}
            trace: Figure = {"type": "scatter", "mode": "markers", "marker": marker}
        else:
            trace = {"type": "bar", "orientation": "h", "marker": _marker(series)}
            if series.role is not Role.PRIOR:
                trace |= {
                    "text": [chart.written(v) if v is not None else "" for v in series.values],
                    "textposition": "outside", "cliponaxis": False, "constraintext": "none",
                    "textfont": {"color": "--ink", "size": 11},
                }  # fmt: skip
        traces.append({**trace, "y": list(chart.categories), "x": _numbers(series), **_hover(chart, series)})
    widest = max((len(chart.written(v)) for s in chart.series for v in s.values if v is not None), default=0)
    layout["margin"]["r"] = max(56, 7 * widest + 8)  # the labels stand outside of their bars
    layout["barmode"] = "group" if len(chart.series) > 1 else "overlay"
    # Each bar carries its value: a scale would say it again.
    layout["xaxis"] |= {"showticklabels": False, "showgrid": False}
    return traces


def _bridge(chart: Chart, layout: Figure) -> list[Figure]:
    """Floating columns by their bases; the first and the last stand on the ground. A waterfall lies on its side."""
    series, across = chart.series[0], chart.kind is Kind.WATERFALL
    values = [v or Decimal(0) for v in series.values]
    bases, level = [Decimal(0)], values[0]
    for value in values[1:-1]:
        bases.append(level)
        level += value
    bases.append(Decimal(0))
    axis = layout["xaxis" if across else "yaxis"]
    if across:
        axis |= {"showticklabels": False, "showgrid": False}
    levels = [values[0], values[-1], *bases[1:-1], *(b + v for b, v in zip(bases[1:-1], values[1:-1], strict=True))]
    low, high = min(levels), max(levels)
    reach = (high - low) or Decimal(1)
    if chart.cut:
        room = reach * Decimal("0.85") if across else reach / 4  # for the labels beyond the bars
        axis |= {"range": [float(low - reach), float(high + room)], "showticklabels": False, "showgrid": False}
    elif across:
        # Labels stand outside of their bars, and lie outside of a range that fits the bars alone.
        edges = [Decimal(0), *levels]
        room = (max(edges) - min(edges)) * Decimal("0.36")
        axis["range"] = [float(min(edges) - (room if min(edges) < 0 else 0)), float(max(edges) + room)]
    inner = [_TONE.get(tone, "--actual") for tone in series.tones[1:-1]] if series.tones else [
        "--good" if v > 0 else "--bad" for v in values[1:-1]
    ]  # fmt: skip
    drawn, names = [float(v) for v in values], list(chart.categories)
    trace: Figure = {
        "type": "bar", "base": [float(b) for b in bases], "marker": {"color": ["--prior", *inner, "--actual"]},
        "text": [chart.step_label(i) for i in range(len(values))], "textposition": "outside", "cliponaxis": False,
        "textfont": {"color": "--ink", "size": 11}, "constraintext": "none", **_hover(chart, series),
        **({"orientation": "h", "y": names, "x": drawn} if across else {"x": names, "y": drawn}),
    }  # fmt: skip
    trace["customdata"] = trace["text"]
    return [trace]


def _band(chart: Chart) -> list[Figure]:
    assert chart.limits is not None  # noqa: S101 - the caller asked
    low, high, mean = (float(v) for v in (chart.limits.low, chart.limits.high, chart.limits.mean))
    if all(v is None or v >= 0 for series in chart.series for v in series.values):
        low = max(low, 0.0)  # what is never negative has no range below zero
    across = {"xref": "paper", "x0": 0, "x1": 1, "layer": "below"}
    return [
        {"type": "rect", "y0": low, "y1": high, "fillcolor": "--band", "line": {"width": 0}, **across},
        {"type": "line", "y0": mean, "y1": mean, "line": {"color": "--edge", "width": 1, "dash": "dot"}, **across},
    ]
