"""The curve of the joint bonus as a drawing: payout over attainment, with where the company stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from core import show
from metrics.definitions.bonus import BonusPlan, payout

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 300, 76, 40, 40, 24
STEPS = 240
Place = Callable[[Decimal], str]


@dataclass(frozen=True)
class Tick:
    """A line across with its words."""

    at: str
    text: str


@dataclass(frozen=True)
class Mark:
    """A point on the curve."""

    x: str
    y: str
    text: str
    look: str
    anchor: str


@dataclass(frozen=True)
class Curve:
    """Positions in the drawing's own units, and its words."""

    line: str
    area: str
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    words: str
    rows: tuple[tuple[str, str], ...]  # attainment and payout, for the table


def drawn(plan: BonusPlan, now: Decimal | None, tried: Decimal | None) -> Curve:
    """The curve from a little under the threshold to where the cap is reached, at least to 130 %."""
    low = max(Decimal(0), min(plan.threshold, *(at for at, _ in plan.curve)) - Decimal("0.1"))
    high = max(Decimal("1.3"), *(at for at, _ in plan.curve), *(a for a in (now, tried) if a is not None)) + Decimal(
        "0.05"
    )
    high = min(high, Decimal(3))
    low = min([low, *(a for a in (now, tried) if a is not None and a >= 0)])
    top = max(Decimal("0.5"), max(payout(plan, low + (high - low) * k / STEPS) for k in range(STEPS + 1))) * Decimal(
        "1.12"
    )

    def x(at: Decimal) -> str:
        return f"{LEFT + (WIDTH - LEFT - RIGHT) * float((at - low) / (high - low)):.1f}"

    def y(pays: Decimal) -> str:
        return f"{HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * float(pays / top):.1f}"

    places = sorted({low + (high - low) * k / STEPS for k in range(STEPS + 1)} | {plan.threshold})
    points = []
    for at in places:
        if at == plan.threshold:
            points.append(f"{x(at)},{y(Decimal(0))}")
        points.append(f"{x(at)},{y(payout(plan, at))}")
    floor = y(Decimal(0))
    line = " ".join(points)
    marks = [_mark(plan, each, look, x, y) for each, look in ((now, "now"), (tried, "tried")) if each is not None]
    wide = high - low > 1
    across = [each for each in range(int(low * 10) * 10, int(high * 100) + 1, 20 if wide else 10) if each >= low * 100]
    down = list(range(0, int(top * 100) + 1, 50))
    told = sorted(
        {plan.threshold, Decimal(1), *(at for at, _ in plan.curve), *(a for a in (now, tried) if a is not None)}
    )
    return Curve(
        line, f"{LEFT},{floor} {line} {WIDTH - RIGHT},{floor}",
        tuple(Tick(x(Decimal(each) / 100), f"{each} %") for each in across),
        tuple(Tick(y(Decimal(each) / 100), f"{each} %") for each in down),
        tuple(marks),
        f"Nothing under {show.rate(plan.threshold, 0)} of the joint target, "
        f"{show.rate(payout(plan, Decimal(1)), 0)} of the pool at the target, at most {show.rate(plan.cap, 0)}",
        tuple((show.rate(at, 1), show.rate(payout(plan, at), 1)) for at in told),
    )  # fmt: skip


def _mark(plan: BonusPlan, at: Decimal, look: str, x: Place, y: Place) -> Mark:
    place = x(at)
    words = {"now": "to date", "tried": "tried"}[look]
    anchor = "end" if float(place) > WIDTH * 0.75 else "start"
    return Mark(place, y(payout(plan, at)), f"{words}: {show.rate(at, 1)}", look, anchor)
