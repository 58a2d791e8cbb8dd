"""Number formats of Excel for our units: in the workbook, on the charts' axes and at their labels."""

from __future__ import annotations

from decimal import Decimal

from core import show
from scoreboard.charts.shape import Chart

_STEPS = {"B": ",,,", "M": ",,", "K": ",", "": ""}


def cell_format(unit: str, currency: str) -> str:
    """For a value in full."""
    if unit.startswith("money"):
        sign = _quoted(show.symbol(currency).rstrip("\u202f"))
        return f"{sign}#,##0.00;-{sign}#,##0.00"
    return {"rate": "0.0%", "count": "#,##0", "ratio": '0.00"×"', "index": "0.0"}.get(unit, "#,##0.0")


def _fine(chart: Chart) -> str:
    """For hours, days and months: with the decimals that slides show."""
    return "0.00" if _largest(chart) < 10 else "#,##0.0"


def label_format(chart: Chart) -> str:
    """For a label at a bar, a bridge's column or a line's end: short, with its sign and step."""
    if not chart.unit.startswith("money"):
        known = chart.unit in ("rate", "count", "ratio", "index")
        return cell_format(chart.unit, chart.currency) if known else _fine(chart)
    sign = _quoted(show.symbol(chart.currency).rstrip("\u202f"))
    step = show.compact(_largest(chart))[1]
    if step == "B":
        return f'[>=1000000000]{sign}0.00,,,"\u202fB";[>=1000000]{sign}0.0,,"\u202fM";{sign}#,##0'
    return f'[>=1000000]{sign}0.00,,"\u202fM";[>=1000]{sign}0.0,"\u202fK";{sign}#,##0'


def column_format(chart: Chart) -> str:
    """For labels of columns, in the step that the caption names."""
    if chart.unit != "money":
        return cell_format(chart.unit, chart.currency)
    return f"#,##0.0{_STEPS[chart.step]}" if chart.step else "#,##0"


def _largest(chart: Chart) -> Decimal:
    return max((abs(v) for s in chart.series for v in s.values if v is not None), default=Decimal(0))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "") + '"'
