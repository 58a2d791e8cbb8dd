"""Families of metrics shared between processes: the same tables, and nothing left behind when one of them fails."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest

from metrics.compute.families import LostProcess, evaluate_families
from metrics.definitions.base import Metric, Pooled
from metrics.definitions.lifetime import MODEL
from metrics.definitions.policy import Setting
from metrics.definitions.registry import all_metrics
from metrics.definitions.scene import Rows, Scene
from tests.metrics.naive.compare import to_frames
from tests.metrics.naive.quality import POLICY
from tests.metrics.naive.test_invariance import full


def scene(seed: int = 3) -> Scene:
    """A small company with rows of every kind."""
    world, as_of = full(seed)
    return Scene(to_frames(world), Setting(as_of=as_of, policy=POLICY))


def collected(metrics: list[Metric], here: Scene, processes: int) -> dict[tuple[str, tuple[str, ...]], pd.DataFrame]:
    """All tables by metric and dimensions."""
    return {
        (str(table["metric"].iloc[0]), by): table
        for by, table in evaluate_families(metrics, here, lambda text: None, processes=processes)
    }


@pytest.fixture(autouse=True)
def _no_child_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    children: list[int] = []
    fork = os.fork

    def counted() -> int:
        child = fork()
        if child:
            children.append(child)
        return child

    monkeypatch.setattr(os, "fork", counted)
    yield
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


@pytest.mark.parametrize("processes", [2, 3])
def test_several_processes_give_the_tables_of_one(processes: int) -> None:
    metrics = list(all_metrics())
    alone, shared = scene(), scene()
    expected = collected(metrics, alone, 1)
    found = collected(metrics, shared, processes)
    assert len(expected) > 300
    assert found.keys() == expected.keys()
    for place, table in expected.items():
        pd.testing.assert_frame_equal(found[place], table)
    assert (MODEL in shared.memo) == (MODEL in alone.memo), "what is learned for the run comes back too"


def one_of_each_family() -> list[Metric]:
    """The first pooled metric of every family."""
    firsts: dict[str, Metric] = {}
    for metric in all_metrics():
        if isinstance(metric.compute, Pooled):
            firsts.setdefault(metric.family, metric)
    return list(firsts.values())


def spoiled(metric: Metric, deed: str) -> Metric:
    """A metric that fails in any process but this one."""
    parent, compute = os.getpid(), metric.compute
    assert isinstance(compute, Pooled)

    def parts(rows: Rows, here: Scene) -> object:
        if os.getpid() != parent:
            if deed == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            raise ArithmeticError("the sun stood still")
        return compute.parts(rows, here)

    return replace(metric, compute=Pooled(compute.frame, compute.day, parts))  # type: ignore[arg-type]


def repeat_until_one_is_taken(metrics: list[Metric]) -> None:
    """Computes until another process was quick enough to take a family: which one does is chance."""
    while True:
        collected(metrics, scene(), 3)


@pytest.mark.parametrize(("deed", "said"), [("raises", "the sun stood still"), ("killed", "ended from outside")])
def test_what_happens_to_another_process_is_told(deed: str, said: str) -> None:
    metrics = [spoiled(metric, deed) for metric in one_of_each_family()]
    with pytest.raises(LostProcess, match=said):
        repeat_until_one_is_taken(metrics)


def test_a_failure_here_ends_the_others() -> None:
    families = one_of_each_family()

    def refuse(rows: Rows, here: Scene) -> object:
        raise ArithmeticError("no")

    broken = [replace(m, compute=Pooled("lines", "day", refuse)) for m in families]  # type: ignore[arg-type]
    with pytest.raises((ArithmeticError, LostProcess)):
        collected(broken, scene(), 2)
