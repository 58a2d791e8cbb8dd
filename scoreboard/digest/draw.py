"""Charts as PNG for mail: drawn as SVG in the house's light colours and rendered by resvg, without a browser.

The fonts are Inter from static/vendor at two fixed weights: resvg reads no WOFF2, and a server may have no fonts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape
from pathlib import Path

import resvg_py

from scoreboard.charts.shape import Chart, Role
from scoreboard.charts.svg import Segment
from scoreboard.leads import Lead

FONTS = [str(Path(__file__).parent / "fonts" / name) for name in ("Inter-Regular.ttf", "Inter-SemiBold.ttf")]
WIDTH = 600
SHARP = 2  # pixels drawn for each that is shown, for screens that have them
INK, SOFT, LINE, BAND, PRIOR, GOLD, CARD = "#15202b", "#57626e", "#e4dfd3", "#f2efe7", "#a7aeb6", "#b3842a", "#ffffff"
LOOKS = {"good": "#15202b", "unknown": "#d4d7da", "1": "#9c3620", "2": "#bd5d42", "3": "#d58d73", "4": "#e6b8a6",
         "5": "#f1d7cc"}  # fmt: skip
TOP, BOTTOM = 22, 26  # room for labels above and names below the columns
ROW = 34  # one lead measure


def png(svg: str) -> bytes:
    """The picture, on white."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, font_files=FONTS, skip_system_fonts=True, font_family="Inter", sans_serif_family="Inter",
            zoom=SHARP, background=CARD,
        )
    )  # fmt: skip


def columns(chart: Chart, height: int = 240) -> str:
    """Columns over time: actual solid, to date hatched, last year pale behind, plan a gold mark across."""
    known = [float(v) for s in chart.series for v in s.values if v is not None]
    most, least = max([*known, 0.0]) or 1.0, min([*known, 0.0])
    reach = (height - TOP - BOTTOM) / ((most - least) or 1.0)
    step = WIDTH / max(len(chart.categories), 1)

    def y(value: float) -> float:
        return TOP + (most - value) * reach

    def box(i: int, value: Decimal, left: float, fill: str) -> str:
        top, foot = sorted((y(float(value)), y(0.0)))
        return _rect(i * step + left * step, top, 0.52 * step, foot - top, fill)

    parts: list[str] = []
    by_role = {s.role: s.values for s in chart.series}
    both = Role.PRIOR in by_role
    for role, left, fill in ((Role.PRIOR, 0.12, PRIOR), (Role.ACTUAL, 0.32, INK), (Role.TO_DATE, 0.32, "url(#open)")):
        at = left if both else 0.24
        parts += [box(i, v, at, fill) for i, v in enumerate(by_role.get(role, ())) if v is not None]
    for i, value in enumerate(by_role.get(Role.PLAN, ())):
        if value is not None:
            parts.append(_rect(i * step + 0.08 * step, y(float(value)) - 1.25, 0.84 * step, 2.5, GOLD))
    parts += _tops(chart, by_role, step, y)
    names = chart.short or chart.categories
    every = -(-len(names) // 13)
    parts += [_text((i + 0.5) * step, height - 8, n, SOFT) for i, n in enumerate(names) if i % every == 0]
    return _svg(height, [_rect(0, y(0.0), WIDTH, 1, LINE), *parts], chart.alternative)


def stacked(parts: Sequence[Segment], alternative: str, height: int = 44) -> str:
    """One bar of all parts; a legend beside it names them."""
    drawn = [
        _rect(_share(p.x) * WIDTH, 0, max(_share(p.width) * WIDTH - 1.5, 1), height, LOOKS.get(p.look, PRIOR))
        for p in parts
    ]
    return _svg(height, drawn, alternative)


def bullets(leads: Sequence[Lead], alternative: str) -> str:
    """Lead measures under each other: now dark, last year pale, the target a gold mark, the value at the end."""
    drawn: list[str] = []
    name, bar = 210, 260
    for i, lead in enumerate(leads):
        y, left = i * ROW, float(name)
        drawn += [_text(0, y + 21, lead.label, INK, anchor="start"), _rect(left, y + 7, bar, 20, BAND)]
        if lead.bullet.prior:
            drawn.append(_rect(left, y + 10, _share(lead.bullet.prior) * bar, 14, PRIOR))
        drawn.append(_rect(left, y + 13.5, _share(lead.bullet.actual) * bar, 7, INK))
        if lead.bullet.target:
            drawn.append(_rect(left + _share(lead.bullet.target) * bar - 1.5, y + 7, 3, 20, GOLD))
        drawn.append(_text(WIDTH, y + 21, lead.value, INK, anchor="end", weight=700))
    return _svg(max(len(leads), 1) * ROW, drawn, alternative)


def _tops(chart: Chart, by_role: dict[Role, tuple[Decimal | None, ...]], step: float, y: object) -> Iterator[str]:
    """The values above their columns, clear of a plan's mark just above and of last year's higher column."""
    assert callable(y)  # noqa: S101 - for the type checker
    for i in range(len(chart.categories)):
        shown = next((v for r in (Role.ACTUAL, Role.TO_DATE) if (v := by_role.get(r, {i: None})[i]) is not None), None)
        if shown is None:
            continue
        plan = by_role[Role.PLAN][i] if Role.PLAN in by_role else None
        near = plan is not None and shown < plan < shown * Decimal("1.12")
        prior = by_role[Role.PRIOR][i] if Role.PRIOR in by_role else None
        top = y(float(plan if near and plan is not None else max(shown, prior or shown, Decimal(0))))
        yield _text((i + (0.58 if Role.PRIOR in by_role else 0.5)) * step, top - 6, chart.label(shown), INK)


def _share(percent: str) -> float:
    return float(percent.rstrip("%")) / 100


def _rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    stroke = f' stroke="{INK}"' if fill.startswith("url") else ""
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{max(height, 0):.2f}" fill="{fill}"{stroke}/>'


def _text(x: float, y: float, words: str, fill: str, *, anchor: str = "middle", weight: int = 400) -> str:
    style = f'fill="{fill}" font-size="12.5" font-weight="{weight}" text-anchor="{anchor}"'
    return f'<text x="{x:.2f}" y="{y:.2f}" {style}>{escape(words)}</text>'


def _svg(height: int, parts: Sequence[str], title: str) -> str:
    hatch = (
        '<defs><pattern id="open" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="5" height="5" fill="{CARD}"/><rect width="2" height="5" fill="{INK}"/></pattern></defs>'
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="Inter">'
    return f"{head}<title>{escape(title)}</title>{hatch}{''.join(parts)}</svg>"
