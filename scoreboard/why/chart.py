"""The waterfall of a change and the sentence above it."""

from __future__ import annotations

from decimal import Decimal

from metrics.definitions.base import Direction, Metric
from scoreboard import sentences
from scoreboard.charts.shape import Chart, Kind, Role, Series, Tone
from scoreboard.reading import Setting, frames_in_words
from scoreboard.views.cuts import DIM_NAMES
from scoreboard.why.decompose import Step
from scoreboard.why.read import Change

NAMES = DIM_NAMES | {"customer": "Customer", "product": "Product"}


def waterfall(change: Change, setting: Setting, *, links: tuple[str, ...] = ()) -> Chart:
    """From the value before to the value now by what each member did; a rate's steps also by rate and by mix."""
    metric, currency = change.metric, setting.company.currency
    names = _names(change)
    inner = tuple(step.total for step in change.steps)
    series = [Series("Change", Role.ACTUAL, (change.before, *inner, change.now), _tones(change))]
    if any(step.mix for step in change.steps):
        series.append(Series("by its own rate", Role.ACTUAL, (None, *(step.rate for step in change.steps), None)))
        series.append(Series("by its share", Role.ACTUAL, (None, *(step.mix for step in change.steps), None)))
    return Chart(
        key=f"why-by-{change.dim.replace('_', '-')}", kind=Kind.WATERFALL, unit=str(metric.unit), currency=currency,
        title=title(change, currency), period=f"{change.now_name} against {change.before_name}",
        source=frames_in_words(metric.reads),
        first_heading=NAMES[change.dim], categories=names, series=tuple(series),
        cut=_small(change), links=("", *links, "") if links else (),
    )  # fmt: skip


def title(change: Change, currency: str) -> str:
    """What the waterfall shows."""
    named = [(label(step, change.dim), step.total) for step in change.steps if step.members == 1]
    return sentences.carried(
        change.metric.label, before=change.before, now=change.now, against=change.before_name,
        unit=str(change.metric.unit), currency=currency, steps=named,
    )  # fmt: skip


def label(step: Step, dim: str) -> str:
    """A member's name; what has none is called so, and the rest by their number."""
    if step.members > 1:
        return f"{step.members} others"
    return step.member or f"no {NAMES[dim].lower()}"


def _names(change: Change) -> tuple[str, ...]:
    """All different: a member may be called as a period is."""
    names: list[str] = []
    for name in (change.before_name, *(label(step, change.dim) for step in change.steps), change.now_name):
        said = name[0].upper() + name[1:] if name else name
        while said in names:
            said += " "
        names.append(said)
    return tuple(names)


def _tones(change: Change) -> tuple[Tone, ...]:
    return (Tone.NONE, *(tone(change.metric, step.total) for step in change.steps), Tone.NONE)


def tone(metric: Metric, amount: Decimal) -> Tone:
    """Good or bad, by which way is good; nothing for what is neither."""
    if not amount or metric.direction is Direction.NEUTRAL:
        return Tone.NONE
    return Tone.GOOD if (amount > 0) is (metric.direction is Direction.UP) else Tone.BAD


def _small(change: Change) -> bool:
    """Whether the steps would be hairlines beside bars that stand on zero."""
    ground = min(abs(change.before), abs(change.now))
    return ground > 0 and change.before > 0 and all(abs(step.total) * 5 < ground for step in change.steps)
