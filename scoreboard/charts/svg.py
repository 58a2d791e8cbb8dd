"""Geometry of the small drawings that are HTML: spark line, bullet, quality bar. Positions in percent of the width.

They need no script, so the first screen says everything before any arrives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core import show
from scoreboard.charts.shape import Limits

HEADROOM = Decimal("1.08")


@dataclass(frozen=True)
class Dot:
    """A point of the spark line. `look` is its class: "", "s-high", "s-low" or "s-open" (a week that is not over)."""

    x: str
    y: str
    look: str
    size: str
    text: str


@dataclass(frozen=True)
class Spark:
    """The lines' points are in a 100 × 100 box that is stretched; dots and words are not."""

    actual: str
    prior: str
    tail: str  # from the last full period to the running one
    dots: tuple[Dot, ...]
    labels: tuple[tuple[str, str, str], ...]  # x, text anchor, words
    band_top: str = ""
    band_height: str = ""
    mean: str = ""


@dataclass(frozen=True)
class Bullet:
    """Widths and marks in percent; an empty text is something that is not there."""

    actual: str
    prior: str
    target: str
    text: str


@dataclass(frozen=True)
class Segment:
    """A part of the quality bar."""

    x: str
    width: str
    look: str
    label: str
    text: str
    roomy: bool
    middle: str


def percent(value: Decimal | float) -> str:
    """With two decimals, as SVG wants it."""
    return f"{value:.2f}%"


def spark(
    actual: Sequence[Decimal | None],
    prior: Sequence[Decimal | None],
    *,
    within: Limits | None,
    sides: Sequence[int],
    texts: Sequence[str],
    names: Sequence[str],
    running: bool,
) -> Spark:
    """Thirteen or so points, oldest first. With `running`, the last one is a period that is not over.

    `sides` says which are outside the limits: 1 good news, −1 bad news, 2 news that is neither, 0 noise.
    """
    known = [v for v in (*actual, *prior) if v is not None] + ([within.low, within.high] if within else [])
    low, high = min(known, default=Decimal(0)), max(known, default=Decimal(1))
    reach = (high - low) or Decimal(1)

    def y(value: Decimal) -> float:
        return 6 + 76 * float((high - value) / reach)

    def x(i: int) -> float:
        return 1.5 + 97 * i / max(len(actual) - 1, 1)

    def line(values: Sequence[Decimal | None]) -> str:
        return " ".join(f"{x(i):.2f},{y(v):.2f}" for i, v in enumerate(values) if v is not None)

    solid = actual[:-1] if running else actual
    tail: list[Decimal | None] = [*[None] * (len(actual) - 2), *actual[-2:]] if running else []
    dots = []
    for i, value in enumerate(actual):
        if value is None:
            continue
        still = running and i == len(actual) - 1
        look = "s-open" if still else {1: "s-high", -1: "s-low", 2: "s-news"}.get(sides[i], "")
        dots.append(Dot(percent(x(i)), percent(y(value)), look, "5" if look else "2.4", texts[i]))
    marked = range(0, len(names), 4)
    labels = tuple(
        (percent(x(i)), "start" if i == 0 else "end" if i == len(names) - 1 else "middle", names[i]) for i in marked
    )
    if within is None:
        return Spark(line(solid), line(prior), line(tail), tuple(dots), labels)
    return Spark(
        line(solid), line(prior), line(tail), tuple(dots), labels,
        band_top=percent(y(within.high)), band_height=percent(y(within.low) - y(within.high)),
        mean=percent(y(within.mean)),
    )  # fmt: skip


def bullet(
    actual: Decimal, *, target: Decimal | None, prior: Decimal | None, text: str, top: Decimal | None = None
) -> Bullet:
    """One scale from 0 to `top`, for what has one by its nature, else to a little over the largest of the three."""
    most = top or max(v for v in (actual, target, prior, Decimal("0.000001")) if v is not None) * HEADROOM

    def at(value: Decimal | None) -> str:
        return "" if value is None else percent(max(Decimal(0), value) / most * 100)

    return Bullet(actual=at(actual), prior=at(prior), target=at(target), text=text)


def segments(parts: Sequence[tuple[str, str, Decimal]]) -> tuple[Segment, ...]:
    """The quality bar from (look, label, share) in drawing order; shares are fractions of the whole."""
    placed, x = [], Decimal(0)
    for look, label, share in parts:
        if share <= 0:
            continue
        width = share * 100
        placed.append(
            Segment(
                x=percent(x), width=percent(width), look=look, label=label, text=show.rate(share, 0),
                roomy=width >= 24, middle=percent(x + width / 2),
            )
        )  # fmt: skip
        x += width
    return tuple(placed)
