"""Computes metrics and publishes them.

1. Take the lock of runs: one at a time, so that each starts from what the last one published.
2. Load the frames in one snapshot of the database, so that an import that commits meanwhile is in all of them or none.
3. Evaluate the definitions, for the whole and by each dimension.
4. Store what differs and publish, in one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils import timezone

from core.copy import run as execute
from core.periods import GRAINS, Grain
from metrics import VERSION
from metrics.compute import store
from metrics.compute.setting import current_setting, world_of
from metrics.definitions import registry
from metrics.definitions.base import Metric
from metrics.definitions.engine import By, evaluate_cuts
from metrics.definitions.frames import DIMENSIONS, Frames
from metrics.definitions.policy import Setting
from metrics.definitions.scene import Scene
from metrics.frames import load, touched_by
from metrics.frames.held import by_currency, held_counts
from metrics.frames.world import World
from metrics.models import MetricRun

_LOCK = 7_305_003
WHOLE: By = ()
CUTS: tuple[By, ...] = tuple((dim,) for dim in DIMENSIONS)
_BY_MEMBER = tuple(grain for grain in GRAINS if grain is not Grain.WEEK)
Say = Callable[[str], None]


def touched_metrics(objects: Collection[str]) -> list[Metric]:
    """The metrics that read rows of these objects."""
    frames = touched_by(objects)
    return [m for m in registry.all_metrics() if frames & set(m.reads)]


def compute(*, metrics: Collection[Metric] | None = None, say: Say = lambda text: None) -> MetricRun:
    """Computes `metrics` (default: all) from the ledger as it is now, and publishes the run."""
    chosen = list(registry.all_metrics() if metrics is None else metrics)
    setting = current_setting()
    began = time.monotonic()
    with _one_at_a_time():
        run = MetricRun.objects.create(
            as_of=setting.as_of, metrics=[] if metrics is None else [m.key for m in chosen], code_version=VERSION
        )
        world = world_of(setting)
        say("loading")
        frames = snapshot({name for m in chosen for name in m.reads}, world)
        _evaluate_and_publish(run, chosen, frames, setting, world, began, say)
    return run


def stored(metric: Metric, by: Sequence[str], grain: Grain) -> bool:
    """Whether runs store this cut. Weeks by member only for coaching: others are computed when asked."""
    return not by or (len(by) == 1 and (grain is not Grain.WEEK or metric.family == _WEEKLY_FAMILY))


_WEEKLY_FAMILY = "coaching and training"


def snapshot(names: Collection[str], world: World) -> Frames:
    """The named frames as of one moment of the database."""
    if connection.in_atomic_block:  # the caller's transaction decides what is seen
        return load(names, world)
    with transaction.atomic():
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return load(names, world)


def _evaluate_and_publish(
    run: MetricRun, metrics: list[Metric], frames: Frames, setting: Setting, world: World, began: float, say: Say
) -> None:
    keys = [m.key for m in metrics]
    groups: dict[tuple[tuple[str, ...], bool], list[Metric]] = {}
    for metric in metrics:
        groups.setdefault((metric.own_dims, metric.family == _WEEKLY_FAMILY), []).append(metric)
    scene = Scene(frames, setting)
    with transaction.atomic():
        store.begin(metrics)
        for (own_dims, weekly), group in groups.items():
            say(f"computing {len(group)} metrics")
            for cuts, grains in (([WHOLE], GRAINS), (CUTS, GRAINS if weekly else _BY_MEMBER)):
                tables = evaluate_cuts(group, frames, setting=setting, cuts=cuts, grains=grains, scene=scene)
                for by, table in tables.items():
                    store.add(table, (*by, *own_dims))
        say("publishing")
        run.values_count, run.changed_count = store.finish(run.pk, keys)
        run.published_at = timezone.now()
        run.inputs = {
            "missing_rates": by_currency(held_counts(setting.currency)),
            "frames": {n: len(frames.get(n)) for n in _names(metrics)},
        }
        run.seconds = round(time.monotonic() - began, 3)
        run.save()


def _names(metrics: list[Metric]) -> list[str]:
    return sorted({name for m in metrics for name in m.reads})


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    execute("SELECT pg_advisory_lock(%s, 0)", [_LOCK])
    try:
        yield
    finally:
        execute("SELECT pg_advisory_unlock(%s, 0)", [_LOCK])
