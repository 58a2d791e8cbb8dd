"""The numbers of a deck that one can differ on: its figures, each named once."""

from __future__ import annotations

from dataclasses import dataclass

from scoreboard.deck.shape import Deck


@dataclass(frozen=True)
class Shown:
    """A number as the deck calls and writes it."""

    name: str
    shown: str


def numbers(deck: Deck) -> tuple[Shown, ...]:
    """Every figure that has a value, in the order of the slides; one that two slides show comes once."""
    found: dict[str, str] = {}
    for slide in deck.slides:
        for figure in slide.figures:
            if figure.value is not None:
                found.setdefault(figure.label, figure.written(deck.currency, exact=True))
    return tuple(Shown(name, shown) for name, shown in found.items())
