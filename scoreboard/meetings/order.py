"""Which slides a meeting shows, and in what order: drafted for its kind, then as its leaders arrange them."""

from __future__ import annotations

from collections.abc import Sequence

from metrics.policy.checks import Refused
from scoreboard.deck.shape import Deck, Slide

LEAST, MOST = 6, 12
APPENDIX = "Appendix"
CHANGES, CARRIED, DECISIONS = "changes", "carried", "decisions"
# A board sees twelve of the slides there are; these wait in the catalogue, the first of them first to come back.
SPARE = ("sourcing", "mrr-bridge", "quality-trend", "margin-against-discount", "cohorts")


def content(deck: Deck) -> tuple[Slide, ...]:
    """The slides that people arrange; the definitions at the end follow from them."""
    return tuple(slide for slide in deck.slides if slide.section != APPENDIX)


def default_keys(keys: Sequence[str]) -> list[str]:
    """At most twelve of the keys of a kind's deck, in its order; the spare ones go first."""
    kept = list(keys)
    for key in reversed(SPARE):
        if len(kept) > MOST and key in kept:
            kept.remove(key)
    return kept[:MOST]


def checked(keys: Sequence[str], catalogue: Sequence[str]) -> list[str]:
    """Keys that can stand in a meeting in this order. Raises Refused."""
    if unknown := [key for key in keys if key not in catalogue]:
        raise Refused(f"There is no slide “{unknown[0][:40]}” in this deck.", "slide")
    if len(set(keys)) < len(keys):
        raise Refused("That slide is already shown.", "slide")
    if len(keys) > MOST:
        raise Refused(f"A meeting has at most {MOST} slides: take one away first.", "slide")
    if len(keys) < min(LEAST, len(catalogue)):
        raise Refused(f"A meeting has at least {LEAST} slides: add another one first.", "slide")
    return list(keys)


def moved(keys: Sequence[str], key: str, step: int) -> list[str]:
    """The keys with one of them `step` places further down (negative: up); at the edge nothing changes."""
    order = list(keys)
    if key not in order:
        raise Refused("That slide is not shown any more.", "slide")
    at = order.index(key)
    to = min(max(at + step, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    return order
