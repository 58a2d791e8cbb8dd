"""A metric reads what it says it reads: with those frames alone it gives the same values, so that an import that
touches none of them changes none of them."""

from __future__ import annotations

import pandas as pd

from metrics.definitions.engine import evaluate
from metrics.definitions.frames import Frames
from metrics.definitions.policy import Setting
from metrics.definitions.registry import all_metrics
from metrics.frames import LOADERS, touched_by
from revenue.objects import all_objects
from tests.metrics.naive.compare import to_frames
from tests.metrics.naive.quality import POLICY
from tests.metrics.naive.test_invariance import full


def test_each_metric_needs_its_own_frames_alone() -> None:
    world, as_of = full(3)
    frames, setting = to_frames(world), Setting(as_of=as_of, policy=POLICY)
    for metric in all_metrics():
        alone = Frames(**{name: frames.get(name) for name in metric.reads})
        for by in ((), metric.dims[-1:]):
            whole = evaluate([metric], frames, setting=setting, by=by)
            part = evaluate([metric], alone, setting=setting, by=by)
            pd.testing.assert_frame_equal(_plain(whole, by), _plain(part, by), obj=f"{metric.key} by {by}")


def _plain(table: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """Without the categories, which may list members of other frames."""
    return table.assign(**{dim: table[dim].astype(object).where(table[dim].notna(), "") for dim in by})


def test_every_frame_that_a_metric_reads_is_loaded() -> None:
    unread = {name for metric in all_metrics() for name in metric.reads} - set(LOADERS)
    assert unread == set()


def test_every_importable_object_touches_a_frame() -> None:
    silent = [spec.name for spec in all_objects() if not touched_by([spec.name])]
    assert silent == []
