"""Values that are not stored: combinations of dimensions and filters, by the same definitions on filtered frames."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date

import numpy as np
import pandas as pd

from core.periods import Grain
from core.spans import spanning
from metrics.compute.digests import code_version, setting_digest
from metrics.compute.runs import fingerprints, snapshot
from metrics.compute.setting import current_setting, world_of
from metrics.definitions.base import Metric
from metrics.definitions.engine import evaluate
from metrics.definitions.frames import Frames
from metrics.definitions.policy import Setting
from metrics.frames import LOADERS
from metrics.frames.kept import version_of, versions
from metrics.models import MetricRun


def evaluate_filtered(
    metric: Metric,
    *,
    by: Sequence[str] = (),
    grain: Grain,
    where: Mapping[str, str] | None = None,
    run: MetricRun | None = None,
    span: tuple[date | None, date | None] | None = None,
) -> pd.DataFrame:
    """The long table of `metric`, cut by `by`, of the rows where each dimension of `where` has the given member.

    An empty member means "none". With `run`, as that run would have answered: only while the ledger, the policy and
    the definitions are what it was made from, which is checked. Raises ValueError if they are not, and if the metric
    cannot be cut by one of the dimensions. With `span`, of the days [since, until) as one period (grain all).
    """
    where = dict(where or {})
    stray = [dim for dim in (*by, *where) if dim not in metric.dims]
    if stray:
        known = ", ".join(metric.dims) or "nothing"
        raise ValueError(f"{metric.key} cannot be cut by {', '.join(stray)}; it can be cut by {known}")
    setting = current_setting() if run is None else _setting_of(run)
    world = world_of(setting)
    frames = snapshot(metric.reads, world)
    if run is not None:
        _same_rows(run, fingerprints(frames, world, metric.reads))
    kept = only_rows_of(frames, where)
    within = frozenset(where)
    if span is None:
        return evaluate([metric], kept, setting=setting, by=tuple(by), grains=[grain], within=within)
    if Grain.YEAR not in metric.every_grain:
        known = ", ".join(str(grain) for grain in metric.every_grain)
        raise ValueError(f"{metric.key} has no value for a span of days; it has values by {known}")
    calendar = spanning(setting.calendar, *span)
    setting = replace(setting, calendar=calendar)
    table = evaluate([metric], kept, setting=setting, by=tuple(by), grains=[Grain.YEAR], within=within)
    return _one_period(table, calendar.since)


def made_of(metric: Metric) -> str:
    """A text that is another one whenever `evaluate_filtered` of the metric may answer otherwise.

    Empty while no change of what it reads was ever noted.
    """
    version = version_of({name for frame in metric.reads for name in LOADERS[frame].objects}, versions())
    if not version:
        return ""
    setting = current_setting()
    told = f"{version} {setting_digest(setting)} {setting.as_of} {code_version()}"
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def _one_period(table: pd.DataFrame, start: date) -> pd.DataFrame:
    """The rows of the period that begins on `start`, as rows of everything: without a period."""
    first = np.datetime64(start, "s")
    found: pd.DataFrame = table[table["period"].to_numpy().astype("datetime64[s]") == first].reset_index(drop=True)
    return found.assign(period=np.datetime64("NaT", "s"))


def _setting_of(run: MetricRun) -> Setting:
    """The setting of a run. Raises ValueError where the definitions or the policy are others by now."""
    setting = replace(current_setting(), as_of=run.as_of)
    if run.code_version != code_version():
        raise ValueError(f"the definitions are others than in run {run.pk}: {_ONLY_STORED}")
    if run.inputs.get("setting") != setting_digest(setting):
        raise ValueError(f"the policy or the calendar is another than in run {run.pk}: {_ONLY_STORED}")
    return setting


def _same_rows(run: MetricRun, digests: dict[str, str]) -> None:
    known = run.inputs.get("frames", {})
    moved = [name for name, digest in digests.items() if known.get(name) != digest]
    if moved:
        raise ValueError(
            f"the ledger has moved on since run {run.pk} ({', '.join(moved).replace('_', ' ')}): {_ONLY_STORED}"
        )


_ONLY_STORED = "of it, only stored values can be given, the whole or one dimension without weeks"


def only_rows_of(frames: Frames, where: Mapping[str, str]) -> Frames:
    """The rows that have each member of `where`, "" for those without one; frames without the dimension stay whole."""
    if not where:
        return frames
    kept: dict[str, pd.DataFrame] = {}
    for each in fields(frames):
        frame = frames.get(each.name)
        asked = {dim: member for dim, member in where.items() if dim in frame.columns}
        if asked:
            found = np.ones(len(frame), dtype=bool)
            for dim, member in asked.items():
                column = frame[dim].cat
                known = {str(name): code for code, name in enumerate(column.categories)}
                found &= column.codes.to_numpy() == (-1 if member == "" else known.get(member, -2))
            frame = frame.take(np.flatnonzero(found)).reset_index(drop=True)
        kept[each.name] = frame
    return Frames(**kept)
