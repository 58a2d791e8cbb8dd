"""Values that are not stored: combinations of dimensions and filters, by the same definitions on filtered frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

import pandas as pd

from core.periods import Grain
from metrics.compute.digests import code_version, frame_digest, setting_digest
from metrics.compute.runs import snapshot
from metrics.compute.setting import current_setting, world_of
from metrics.definitions.base import Metric
from metrics.definitions.engine import evaluate
from metrics.definitions.frames import Frames
from metrics.definitions.policy import Setting
from metrics.models import MetricRun


def evaluate_filtered(
    metric: Metric,
    *,
    by: Sequence[str] = (),
    grain: Grain,
    where: Mapping[str, str] | None = None,
    run: MetricRun | None = None,
) -> pd.DataFrame:
    """The long table of `metric`, cut by `by`, of the rows where each dimension of `where` has the given member.

    An empty member means "none". With `run`, as that run would have answered: only while the ledger, the policy and
    the definitions are what it was made from, which is checked. Raises ValueError if they are not, and if the metric
    cannot be cut by one of the dimensions.
    """
    where = dict(where or {})
    stray = [dim for dim in (*by, *where) if dim not in metric.dims]
    if stray:
        known = ", ".join(metric.dims) or "nothing"
        raise ValueError(f"{metric.key} cannot be cut by {', '.join(stray)}; it can be cut by {known}")
    setting = current_setting() if run is None else _setting_of(run)
    frames = snapshot(metric.reads, world_of(setting))
    if run is not None:
        _same_rows(run, frames, metric)
    return evaluate([metric], _filtered(frames, where), setting=setting, by=tuple(by), grains=[grain])


def _setting_of(run: MetricRun) -> Setting:
    """The setting of a run. Raises ValueError where the definitions or the policy are others by now."""
    setting = replace(current_setting(), as_of=run.as_of)
    if run.code_version != code_version():
        raise ValueError(f"the definitions are others than in run {run.pk}: {_ONLY_STORED}")
    if run.inputs.get("setting") != setting_digest(setting):
        raise ValueError(f"the policy or the calendar is another than in run {run.pk}: {_ONLY_STORED}")
    return setting


def _same_rows(run: MetricRun, frames: Frames, metric: Metric) -> None:
    known = run.inputs.get("frames", {})
    moved = [name for name in metric.reads if known.get(name) != frame_digest(frames.get(name))]
    if moved:
        raise ValueError(
            f"the ledger has moved on since run {run.pk} ({', '.join(moved).replace('_', ' ')}): {_ONLY_STORED}"
        )


_ONLY_STORED = "of it, only stored values can be given, the whole or one dimension without weeks"


def _filtered(frames: Frames, where: Mapping[str, str]) -> Frames:
    if not where:
        return frames
    kept: dict[str, pd.DataFrame] = {}
    for each in fields(frames):
        frame = frames.get(each.name)
        for dim, member in where.items():
            if dim in frame.columns:
                column = frame[dim]
                frame = frame[column.isna() if member == "" else column == member]
        kept[each.name] = frame.reset_index(drop=True)
    return Frames(**kept)
