"""Speaker notes: the finding, each leader's part, the numbers with what they rest on, and the source."""

from __future__ import annotations

from scoreboard.deck.shape import Deck, Figure, Slide
from scoreboard.packs.words import caption


def notes(deck: Deck, slide: Slide) -> str:
    """The notes of one slide, as plain text."""
    said = [slide.notes, slide.title + ".", slide.lede]
    said += [
        f"{who}: {text}" for who, text in (("Sales", slide.sales_part), ("Marketing", slide.marketing_part)) if text
    ]
    said += [
        f"Remark by {a.author or 'nobody named'}: {a.text}" + (f" Action: {a.action} ({a.owner})" if a.action else "")
        for a in slide.annotations
    ]
    said += [_numbers(deck, figure) for figure in slide.figures]
    said += [f"{chart.title}. {caption(chart)}" for chart in slide.charts]
    return "\n".join(filter(None, [*said, f"{deck.stamp}."]))


def _numbers(deck: Deck, figure: Figure) -> str:
    written = figure.written(deck.currency, exact=True)
    if figure.value is None:
        return f"{figure.label}: n/a ({figure.reason})"
    rests = f"n = {figure.n}"
    if figure.numerator is not None and figure.denominator is not None:
        rests = f"{figure.numerator:,.2f} / {figure.denominator:,.2f}, {rests}"
    return f"{figure.label}: {written} ({rests}{', ' + figure.reason if figure.reason else ''})"
