"""Computes metrics and publishes them.

1. Take the lock of runs: one at a time, so that each starts from what the last one published.
2. Load the frames in one snapshot of the database, so that an import that commits meanwhile is in all of them or none.
3. Evaluate the definitions, metric by metric, for the whole and by each dimension.
4. Check the identities between values; a run that breaks one is not published, and says which.
5. Store what differs and publish, in one transaction.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import polars as pl
import structlog
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from core.copy import run as execute
from core.periods import Grain
from metrics.compute import store
from metrics.compute.digests import code_version, setting_digest
from metrics.compute.families import Say, evaluate_families
from metrics.compute.identities import Broken, broken
from metrics.compute.models_kept import to_json
from metrics.compute.setting import current_setting, world_of
from metrics.definitions import registry
from metrics.definitions.base import Metric
from metrics.definitions.basis import basis_of
from metrics.definitions.frames import Frames
from metrics.definitions.lifetime import MODEL
from metrics.definitions.policy import Setting
from metrics.definitions.scene import Scene
from metrics.frames import load, touched_by
from metrics.frames.digest import frame_digest
from metrics.frames.held import by_currency, held_counts
from metrics.frames.world import World
from metrics.models import MetricRun
from revenue.models import ImportBatch, Status

_LOCK = 7_305_003
_BLOCK = 50_000  # values of one COPY
log = structlog.get_logger()
_SEVERAL_FROM = 300_000  # rows of frames: below, starting a second process takes longer than it saves
_MOST_PROCESSES = 4


def touched_metrics(objects: Collection[str]) -> list[Metric]:
    """The metrics that read rows of these objects."""
    frames = touched_by(objects)
    return [m for m in registry.all_metrics() if frames & set(m.reads)]


def compute(
    *, metrics: Collection[Metric] | None = None, since: date | None = None, say: Say = lambda text: None
) -> MetricRun:
    """Computes `metrics` (default: all) from the ledger as it is now, and publishes the run.

    With `since`, nothing changed that bears an earlier day: periods that had ended by then stay as they were published,
    but for metrics that look ahead. Without `metrics` and `since` nothing that was kept from earlier runs is trusted.

    A run that breaks an identity is kept without its values: `error` says which, and readers go on seeing the last.
    """
    chosen = list(registry.all_metrics() if metrics is None else metrics)
    setting = current_setting()
    began = time.monotonic()
    with one_at_a_time():
        since = _since(since, setting)
        run = MetricRun.objects.create(
            as_of=setting.as_of, metrics=[] if metrics is None else [m.key for m in chosen], code_version=code_version()
        )
        say("loading")
        handed_over = [
            _loaded(run, chosen, setting, afresh=metrics is None and since is None)
        ]  # popped: no reference here keeps frames that are done with
        try:
            with transaction.atomic():
                _evaluate_and_publish(run, chosen, handed_over.pop(), since, say)
                run.seconds = round(time.monotonic() - began, 3)
                run.save()
        except NotPublished as reasons:
            run.error, run.published_at = "\n".join(map(str, reasons.broken)), None
            run.seconds = round(time.monotonic() - began, 3)
            run.save()
            log.error("a run breaks an identity and is not published", run=run.pk, broken=run.error)
    return run


def _since(day: date | None, setting: Setting) -> date | None:
    """The day before which periods can stay as they were published; None where none can.

    Those that were not over when they were last published are computed again; all are, by other definitions or another
    policy or calendar.
    """
    newest = MetricRun.newest()
    if day is None or newest is None or newest.code_version != code_version():
        return None
    if newest.inputs.get("setting") != setting_digest(setting):
        return None
    return min(day, newest.as_of)


def _loaded(run: MetricRun, metrics: list[Metric], setting: Setting, *, afresh: bool) -> Scene:
    """All frames that the metrics read, as of one moment, with their fingerprints kept in the run."""
    names = {name for metric in metrics for name in metric.reads}
    world = world_of(setting)
    frames = snapshot(names, world, afresh=afresh)
    basis = basis_of(frames.lines["bookings_basis"].to_numpy()) if "lines" in names else None
    run.inputs = _inputs(run, setting, fingerprints(frames, world, names), basis)
    return Scene(frames, setting)


def fingerprints(frames: Frames, world: World, names: Collection[str]) -> dict[str, str]:
    """The digest of each of the frames that were loaded with `world`."""
    return {name: world.digests.get(name) or frame_digest(frames.get(name)) for name in sorted(names)}


class NotPublished(Exception):
    """What was computed contradicts itself; nothing of it is kept."""

    def __init__(self, broken: list[Broken]) -> None:
        super().__init__("; ".join(map(str, broken)))
        self.broken = broken


def _inputs(run: MetricRun, setting: Setting, digests: dict[str, str], basis: str | None) -> dict[str, Any]:
    """What the run is made from: fingerprints of its frames (of the others, the last run's), policy, newest import.

    `basis`: what stands in for revenue lines; None where they were not read, and it is what the last run said.
    """
    last = MetricRun.objects.filter(published_at__isnull=False, pk__lt=run.pk).order_by("-pk").first()
    known = dict(last.inputs.get("frames", {})) if last else {}
    held = held_counts(setting.currency)
    in_force = [v.version for v in setting.policy.quality if v.since <= setting.as_of]
    return {
        "frames": known | digests,
        "setting": setting_digest(setting),
        "policy": in_force[-1] if in_force else 0,
        "import": ImportBatch.objects.filter(status=Status.DONE).aggregate(newest=Max("pk"))["newest"] or 0,
        "basis": (last.inputs.get("basis", "") if last else "") if basis is None else basis,
        "missing_rates": by_currency(held),
        "held_up": held,
    }


def snapshot(names: Collection[str], world: World, *, afresh: bool = False) -> Frames:
    """The named frames as of one moment of the database; `afresh` takes none that was kept from an earlier reading."""
    if connection.in_atomic_block:  # the caller's transaction decides what is seen
        return load(names, world, afresh=afresh)
    with transaction.atomic():
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return load(names, world, afresh=afresh)


def _evaluate_and_publish(run: MetricRun, metrics: list[Metric], scene: Scene, since: date | None, say: Say) -> None:
    store.begin(metrics, partial(_first_period, scene.setting, since))
    if since is not None:
        scene = replace(scene, earlier=store.earlier([m for m in metrics if not m.looks_ahead]))
    waiting: list[pl.DataFrame] = []
    for dims, table in evaluate_families(metrics, scene, say, processes=_processes(scene), since=since):
        waiting.append(store.rows_of(table, dims))
        if sum(frame.height for frame in waiting) >= _BLOCK:
            store.add(waiting)
            waiting = []
    store.add(waiting)
    run.inputs["lifetime"] = to_json(scene.memo[MODEL]) if MODEL in scene.memo else _last_model(run)
    run.values_count = store.settle()
    say("checking")
    keys = [m.key for m in metrics]
    if wrong := broken("computed" if since is None else store.ALL_TOGETHER, keys):
        raise NotPublished(wrong)
    say("publishing")
    run.changed_count = store.publish(run.pk)
    run.published_at = timezone.now()


def _first_period(setting: Setting, since: date | None, metric: Metric, grain: Grain) -> date | None:
    """The first day of the first period of `grain` that a run computes of a metric; None: of all of them."""
    if since is None or metric.looks_ahead or grain is Grain.ALL:
        return None
    return setting.calendar.period(grain, since).start


def _processes(scene: Scene) -> int:
    """How many processes share the families: one unless there are many rows."""
    if sum(len(scene.frames.get(name)) for name in scene.frames.__dataclass_fields__) < _SEVERAL_FROM:
        return 1
    return min(_MOST_PROCESSES, len(os.sched_getaffinity(0)))


def _last_model(run: MetricRun) -> Any:
    last = MetricRun.objects.filter(published_at__isnull=False, pk__lt=run.pk).order_by("-pk").first()
    return last.inputs.get("lifetime") if last else None


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Waits for the lock of runs and holds it. Within itself it is free."""
    execute("SELECT pg_advisory_lock(%s, 0)", [_LOCK])
    try:
        yield
    finally:
        execute("SELECT pg_advisory_unlock(%s, 0)", [_LOCK])
