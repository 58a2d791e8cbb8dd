"""Values of several parts of the company at once ("Enterprise, in EMEA"), which no run stores: computed when asked.

By the same definitions on the rows that lie in all the parts, in the shape of published values. What was computed is
kept until the next run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from django.core.cache import cache

from metrics.compute.ondemand import only_rows_of
from metrics.compute.runs import fingerprints, snapshot
from metrics.compute.setting import current_setting, world_of
from metrics.compute.store import JOINT
from metrics.definitions.base import Metric
from metrics.definitions.engine import By, evaluate_one
from metrics.definitions.exact import exact, part
from metrics.definitions.frames import DIMENSIONS
from metrics.definitions.registry import all_metrics
from metrics.definitions.scene import Scene
from metrics.models import MetricRun
from metrics.published import WHOLE, Number, Values, Wanted

Parts = tuple[tuple[str, str], ...]  # (dimension, member), each dimension once; an empty member: the rows without one
Numbers = dict[tuple[str, str, Any, str, str], Number]
KEPT = 24 * 3600


def read_within(run: MetricRun, wanted: Sequence[Wanted], parts: Parts) -> list[Values]:
    """The values of each of `wanted` for the rows that lie in all of `parts`: these are the whole of what is returned.

    Metrics that cannot be cut by one of the dimensions are left out, as they are where a part has no stored value.
    Reads every row: for those who may see the whole company.
    """
    name = f"within:{hashlib.blake2b(repr((run.pk, parts, [_told(w) for w in wanted])).encode()).hexdigest()[:32]}"
    known: list[Numbers] | None = cache.get(name)
    if known is None:
        known, as_published = _computed(run, wanted, parts)
        if as_published:
            cache.set(name, known, KEPT)
    return [Values(run, WHOLE, numbers) for numbers in known]


def _told(wanted: Wanted) -> tuple[Any, ...]:
    return (
        sorted(wanted.metrics), sorted(map(str, wanted.grains)), sorted(wanted.dims), wanted.since, wanted.until,
        wanted.member,
    )  # fmt: skip


def _computed(run: MetricRun, wanted: Sequence[Wanted], parts: Parts) -> tuple[list[Numbers], bool]:
    """The numbers, and whether they come from the rows that the run was made of: an import may have come since."""
    where = dict(parts)
    able = {m.key: m for m in all_metrics() if set(where) <= set(m.dims)}
    asked = [[able[key] for key in dict.fromkeys(w.metrics) if key in able] for w in wanted]
    setting = replace(current_setting(), as_of=run.as_of)
    world = world_of(setting)
    names = {name for metrics in asked for metric in metrics for name in metric.reads}
    frames = snapshot(names, world)
    digests, made_of = fingerprints(frames, world, names), run.inputs.get("frames", {})
    scene = Scene(only_rows_of(frames, where), setting, within=frozenset(where))
    made = [dict(_numbers(metrics, each, scene)) for metrics, each in zip(asked, wanted, strict=True)]
    return made, all(made_of.get(name) == digest for name, digest in digests.items())


def _numbers(metrics: Sequence[Metric], wanted: Wanted, scene: Scene) -> Iterator[tuple[Any, Number]]:
    cuts: list[By] = [(), *((dim,) for dim in wanted.dims if dim in DIMENSIONS)]
    grains = list(dict.fromkeys(wanted.grains))
    for metric in metrics:
        for by, table in evaluate_one(metric, scene, cuts, grains, filled=True):
            names = (*by, *metric.own_dims)
            if names and ",".join(names) not in wanted.dims:
                continue
            for row in _in_time(table, wanted).to_dict("records"):
                member = JOINT.join("" if pd.isna(row[name]) else str(row[name]) for name in names)
                if by and wanted.member is not None and member != wanted.member:
                    continue
                number = number_of(metric, row, ",".join(names), member)
                yield (number.metric, number.grain, number.period, number.dim, number.member), number


def _in_time(table: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    period = table["period"].to_numpy().astype("datetime64[D]")
    kept = np.ones(len(table), dtype=bool)
    if wanted.since:
        kept &= ~(period < np.datetime64(wanted.since))
    if wanted.until:
        kept &= ~(period >= np.datetime64(wanted.until))
    found: pd.DataFrame = table[kept]
    return found


def number_of(metric: Metric, row: Any, dim: str = "", member: str = "") -> Number:
    """A row of the engine's long table (a mapping or Series) in the shape of a published value."""
    period = None if pd.isna(row["period"]) else row["period"].date()
    return Number(
        metric.key, str(row["grain"]), period, dim, member, part(metric, row, "numerator"),
        part(metric, row, "denominator"), int(row["n"]), exact(metric, row), str(row["status"]) or "ok",
    )  # fmt: skip
