"""Every deal as it stood on an earlier day, from the change history and, where it is silent, from the deal itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metrics.definitions.grouping import UNDATED, Ints, to_days
from metrics.definitions.links import join
from metrics.definitions.scene import Rows, Scene

COMMIT = frozenset({"commit", "committed", "closed"})


@dataclass(frozen=True)
class States:
    """Every deal as it stood at the end of a day: whether it was there, open, won, its amount and expected close."""

    there: np.ndarray
    still: np.ndarray
    won: np.ndarray
    amount: Ints
    close: Ints


@dataclass(frozen=True)
class Told:
    """What history says of every deal: whether anything, whether it is committed, and its probability if known."""

    known: np.ndarray
    commit: np.ndarray
    probability: Ints
    probability_known: np.ndarray


class History:
    """Deals as of any day, from the change history and, where it is silent, from the deal itself.

    A deal that history last had won or lost was closed on that day, whatever it is now.
    """

    def __init__(self, scene: Scene) -> None:
        self.deals, history = scene.rows("deals"), scene.rows("deal_history")
        row, deal = join(self.deals["deal_id"], history["deal_id"])
        day = history.days("day")[row]
        dated = day != UNDATED
        row, deal, day = row[dated], deal[dated], day[dated]
        order = np.lexsort((history["at"].astype("datetime64[s]").astype(np.int64)[row], deal))
        row, self.deal, self.day = row[order], deal[order], day[order]
        self.amount, self.amount_known = history["amount"][row], history["amount_known"][row]
        self.probability, self.probability_known = history["probability"][row], history["probability_known"][row]
        self.commit = history.isin("forecast_category", COMMIT)[row]
        self.close = to_days(history["close"])[row]
        self.ended, self.ended_won = self._ended(history, row)
        self.span = int(self.day.max()) + 2 if self.day.size else 1
        self.keys = self.deal * self.span + self.day
        size = len(self.deals)
        created = self.deals.days("created")
        heads = np.flatnonzero(np.diff(self.deal, prepend=-1))
        first = np.full(size, UNDATED)
        first[self.deal[heads]] = self.day[heads]
        self.since = np.where(created != UNDATED, created, np.where(first != UNDATED, first, np.iinfo(np.int64).min))
        self.over = np.where(self.deals["is_closed"], self.deals.days("close"), UNDATED)

    def at(self, day: int) -> States:
        """At the end of `day`."""
        place, told = self._place(day)
        none = np.zeros(told.size, dtype=np.int64)
        amount, known, close = (
            (self.amount[place], self.amount_known[place], self.close[place]) if self.keys.size else (none, told, none)
        )
        there = self.since <= day
        final = self.over <= day
        ended = told & self.ended[place] if self.keys.size else told
        done = final | ended
        won = np.where(final, self.deals["is_won"], ended & self.ended_won[place] if self.keys.size else ended)
        return States(
            there, there & ~done, there & done & won,
            np.where(told & known, amount, self.deals["amount"]),
            np.where(told & (close != UNDATED), close, self.deals.days("close")),
        )  # fmt: skip

    def _ended(self, history: Rows, row: Ints) -> tuple[np.ndarray, np.ndarray]:
        """Whether each history row has the deal closed, and won; one that says nothing of it as the row before."""
        names = [str(name) for name in history.frame["outcome"].cat.categories]
        kind = np.array([*((name != "open", name == "won") for name in names), (False, False)], dtype=bool)
        code = history.frame["outcome"].cat.codes.to_numpy()[row]
        said = np.flatnonzero((code >= 0) | (np.diff(self.deal, prepend=-1) != 0))
        last = np.zeros(code.size, dtype=np.int64)
        last[said] = said
        known = code[np.maximum.accumulate(last)] if code.size else code
        return kind[known, 0], kind[known, 1]

    def _place(self, day: int) -> tuple[Ints, np.ndarray]:
        """Each deal's last history row up to `day`, and whether there is one."""
        number = np.arange(len(self.deals))
        place = np.searchsorted(self.keys, number * self.span + min(day, self.span - 1), side="right") - 1
        told = (place >= 0) & (self.deal[np.maximum(place, 0)] == number) if self.keys.size else number < 0
        return np.maximum(place, 0), told

    def told(self, day: int) -> Told:
        """What history alone says of each deal by the end of `day`; it never looks ahead."""
        place, known = self._place(day)
        none = np.zeros(known.size, dtype=np.int64)
        if not self.keys.size:
            return Told(known, known, none, known)
        return Told(
            known, known & self.commit[place], np.where(known, self.probability[place], 0),
            known & self.probability_known[place],
        )  # fmt: skip
