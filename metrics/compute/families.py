"""Evaluates the definitions family by family: in this process, and in others beside it where the ledger is large.

The others are forks. They see the frames without a copy, take the next family from a pipe that all of them read, and
hand their tables back through another. They touch neither the database nor polars, whose threads a fork leaves behind.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import groupby
from typing import Any

import pandas as pd

from core.periods import GRAINS, Grain
from metrics.definitions.base import Metric
from metrics.definitions.engine import By, evaluate_one
from metrics.definitions.frames import DIMENSIONS
from metrics.definitions.lifetime import MODEL
from metrics.definitions.scene import Scene

WHOLE: By = ()
CUTS: tuple[By, ...] = tuple((dim,) for dim in DIMENSIONS)
_BY_MEMBER = tuple(grain for grain in GRAINS if grain is not Grain.WEEK)
_WEEKLY_FAMILY = "coaching and training"
# What takes long is begun first, so that no process is left with it while the others have nothing to do any more.
_LONGEST_FIRST = (
    "contribution and attribution", "retention", "pipeline and forecast", "growth", "margin and quality",
    "productivity",
)  # fmt: skip
_MOST_FAMILIES = 256  # a family is handed out as one byte
Tables = Iterator[tuple[By, pd.DataFrame]]
Say = Callable[[str], None]


class LostProcess(RuntimeError):
    """A process that computed some of the families ended before it was done, or with an error of its own."""


def stored(metric: Metric, by: Sequence[str], grain: Grain) -> bool:
    """Whether runs store this cut. Weeks by member only for coaching: others are computed when asked."""
    if grain in metric.asked_grains:
        return False
    return not by or (len(by) == 1 and (grain is not Grain.WEEK or metric.family == _WEEKLY_FAMILY))


def evaluate_families(
    metrics: Sequence[Metric], scene: Scene, say: Say, *, processes: int = 1, since: date | None = None
) -> Tables:
    """The tables that a run stores, each with its dimensions; in any order where there are several processes.

    With `since`, what bears that day or a later one is all that changed: periods that had ended by then are left out,
    but for metrics that look ahead.

    Raises what a definition raises, and LostProcess if another process did not give back all that it took.
    """
    families = [list(of_one) for _, of_one in groupby(metrics, key=lambda metric: metric.family)]
    families.sort(
        key=lambda family: _LONGEST_FIRST.index(family[0].family) if family[0].family in _LONGEST_FIRST else 9
    )
    if processes < 2 or not 2 <= len(families) < _MOST_FAMILIES:
        for place in range(len(families)):
            say(f"computing {families[place][0].family}")
            yield from _family(families, place, scene, since)
        return
    for dim in DIMENSIONS:
        scene.labels(dim)  # once, for all
    tokens, handed_out = os.pipe()
    os.write(handed_out, bytes(range(len(families))))
    os.close(handed_out)
    others = [_Other(tokens, families, scene, since) for _ in range(processes - 1)]
    try:
        for place in _taken(tokens):
            say(f"computing {families[place][0].family}")
            yield from _family(families, place, scene, since)
            for other in others:
                yield from other.given()
        for other in others:
            yield from other.rest(scene)
    finally:
        os.close(tokens)
        for other in others:
            other.end()


def _family(families: Sequence[Sequence[Metric]], place: int, scene: Scene, since: date | None) -> Tables:
    """One family's tables; what only earlier families read is forgotten first."""
    scene = scene.only({name for family in families[place:] for metric in family for name in metric.reads})
    day = None if since is None else (since - date(1970, 1, 1)).days
    for metric in families[place]:
        from_day = None if metric.looks_ahead else day
        by_member = GRAINS if metric.family == _WEEKLY_FAMILY else _BY_MEMBER
        kept, of_member = ([g for g in each if g not in metric.asked_grains] for each in (GRAINS, by_member))
        cuts = evaluate_one(metric, scene, (WHOLE, *CUTS), kept, by_member=of_member, filled=True, since=from_day)
        for by, table in cuts:
            yield (*by, *metric.own_dims), table


def _taken(tokens: int) -> Iterator[int]:
    """The families that this process is to compute, one after the other, until none is left."""
    while taken := os.read(tokens, 1):
        yield taken[0]


class _Other:
    """A forked process that computes families, and the thread that reads what it gives back."""

    def __init__(self, tokens: int, families: Sequence[Sequence[Metric]], scene: Scene, since: date | None) -> None:
        self._tables: queue.SimpleQueue[Any] = queue.SimpleQueue()
        source, sink = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _compute(tokens, sink, families, scene, since)
        os.close(sink)
        self._ended = False
        self._reader = threading.Thread(target=self._read, args=(source,), daemon=True)
        self._reader.start()

    def _read(self, source: int) -> None:
        with os.fdopen(source, "rb") as stream, suppress(EOFError, pickle.UnpicklingError):
            while True:
                self._tables.put(pickle.load(stream))  # noqa: S301 -- written by our own fork
        self._tables.put(_Gone())

    def given(self) -> Tables:
        """What has come so far, without waiting."""
        with suppress(queue.Empty):
            while True:
                yield from self._opened(self._tables.get_nowait())

    def rest(self, scene: Scene) -> Tables:
        """What is still to come, until it is done. What it learned for the run goes into the scene's memory."""
        while not self._ended:
            yield from self._opened(self._tables.get())
        scene.memo.update(self._learned)

    def _opened(self, message: Any) -> Tables:
        match message:
            case _Done(learned):
                self._ended, self._learned = True, learned
            case _Gone() if not self._ended:
                raise LostProcess("A process that computed metrics was ended from outside, perhaps for want of memory.")
            case _Failed(text):
                raise LostProcess(f"A process that computed metrics failed:\n{text}")
            case (by, table):
                yield by, table

    def end(self) -> None:
        """Leaves nothing behind, whatever came of it."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._reader.join()


class _Done:
    __match_args__ = ("learned",)

    def __init__(self, learned: dict[Any, Any]) -> None:
        self.learned = learned


class _Failed:
    __match_args__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class _Gone:
    pass


def _compute(tokens: int, sink: int, families: Sequence[Sequence[Metric]], scene: Scene, since: date | None) -> None:
    """All that a forked process does. It ends here: nothing of its parent's is closed or cleaned up twice."""
    code = 1
    try:
        with os.fdopen(sink, "wb") as stream:
            try:
                for place in _taken(tokens):
                    for named in _family(families, place, scene, since):
                        pickle.dump(named, stream, pickle.HIGHEST_PROTOCOL)
                last: _Done | _Failed = _Done({MODEL: scene.memo[MODEL]} if MODEL in scene.memo else {})
                code = 0
            except Exception:
                last = _Failed(traceback.format_exc())
            pickle.dump(last, stream, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(code)
