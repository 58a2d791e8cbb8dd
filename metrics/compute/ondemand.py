"""Values that are not stored: combinations of dimensions and filters, by the same definitions on filtered frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

import pandas as pd

from core.periods import Grain
from metrics.compute.runs import snapshot
from metrics.compute.setting import current_setting, world_of
from metrics.definitions.base import Metric
from metrics.definitions.engine import evaluate
from metrics.definitions.frames import Frames


def evaluate_filtered(
    metric: Metric, *, by: Sequence[str] = (), grain: Grain, where: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """The long table of `metric`, cut by `by`, of the rows where each dimension of `where` has the given member.

    An empty member means "none". Raises ValueError if the metric cannot be cut by one of the dimensions.
    """
    where = dict(where or {})
    stray = [dim for dim in (*by, *where) if dim not in metric.dims]
    if stray:
        known = ", ".join(metric.dims) or "nothing"
        raise ValueError(f"{metric.key} cannot be cut by {', '.join(stray)}; it can be cut by {known}")
    setting = current_setting()
    frames = snapshot(metric.reads, world_of(setting))
    return evaluate([metric], _filtered(frames, where), setting=setting, by=tuple(by), grains=[grain])


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
