"""The customers who went quiet, as pages list them: worked out after a run, kept until another one says otherwise."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from django.core.cache import cache

from core.money import to_decimal
from metrics.compute.models_kept import from_json
from metrics.compute.runs import snapshot
from metrics.compute.setting import current_setting, world_of
from metrics.definitions.frames import Frames
from metrics.definitions.lifetime import MODEL, LifetimeModel
from metrics.definitions.quiet import Quiet, quiet
from metrics.definitions.scene import Scene
from metrics.frames.world import World
from metrics.models import MetricRun

READS = ("lines", "subscriptions")
KEPT = 3 * 24 * 3600  # seconds; another day's list is another
EPOCH = date(1970, 1, 1)
ACCOUNT = ("segment", "region", "industry")
_NO_MODEL = LifetimeModel(None, None, None, None, None)


@dataclass(frozen=True)
class QuietBuyer:
    """A good customer without a contract who has been quiet for too long."""

    account: int
    last: date
    gap: Decimal | None  # usual (median) days between purchases; None where there was one purchase alone
    year: Decimal  # net revenue of the year up to the last purchase, company currency
    alive: float | None  # chance of still being a customer; None where no model fits
    segment: str
    region: str
    industry: str
    rep: str  # who owns the account, else the last purchase; "" for nobody
    team: str


def quiet_buyers(run: MetricRun) -> list[QuietBuyer]:
    """Those of the run's day, most revenue first; from the cache unless the rows, the day or the policy are others."""
    key = _key(run)
    found: list[tuple[Any, ...]] | None = cache.get(key)
    if found is None:
        found = [astuple(each) for each in _worked_out(run)]
        cache.set(key, found, KEPT)
    return [QuietBuyer(*each) for each in found]


def follow(run: MetricRun) -> None:
    """Works the list out after a run has been published, so that no reader has to wait for it."""
    quiet_buyers(run)


def _key(run: MetricRun) -> str:
    """By what the list is made of, so that a run about something else does not make it anew."""
    frames = run.inputs.get("frames", {})
    told = [run.code_version, run.inputs.get("setting"), run.inputs.get("lifetime"), *(frames.get(n) for n in READS)]
    told = [run.pk] if None in told[-len(READS) :] else told
    digest = hashlib.blake2b(json.dumps([str(run.as_of), *told], sort_keys=True).encode(), digest_size=10)
    return f"quiet-buyers:{digest.hexdigest()}"


def _worked_out(run: MetricRun) -> list[QuietBuyer]:
    setting = replace(current_setting(), as_of=run.as_of)
    world = world_of(setting)
    frames = snapshot(READS, world)
    scene = Scene(frames, setting)
    model = run.inputs.get("lifetime")
    scene.memo[MODEL] = from_json(model) if model else _NO_MODEL  # the run has fitted it
    return sorted(_named(quiet(scene), frames, world), key=lambda each: (-each.year, each.account))


def _named(found: Quiet, frames: Frames, world: World) -> list[QuietBuyer]:
    last = _last_lines(found, frames, world.as_of)
    owners = world.owner_of(found.account)
    owners = np.where(owners < 0, last["owner_id"].fillna(-1).to_numpy(dtype="int64"), owners)
    columns = {dim: last[dim] for dim in ACCOUNT} | {k: pd.Series(v) for k, v in world.rep_dims(owners).items()}
    dims = {dim: column.astype(object).where(column.notna(), "").tolist() for dim, column in columns.items()}
    return [
        QuietBuyer(
            account=int(account), last=EPOCH + timedelta(int(day)), gap=Decimal(int(twice)) / 2 if twice else None,
            year=to_decimal(int(year)), alive=None if np.isnan(alive) else float(alive),
            **{dim: str(column[place]) for dim, column in dims.items()},
        )
        for place, (account, day, twice, year, alive) in enumerate(
            zip(found.account, found.last, found.twice_gap, found.year, found.alive, strict=True)
        )
    ]  # fmt: skip


def _last_lines(found: Quiet, frames: Frames, as_of: date) -> pd.DataFrame:
    """One line of each customer's last day of buying, by account: it has the account's segment or its own."""
    lines = frames.lines
    past = lines["day"] <= pd.Timestamp(as_of)
    mine = lines[past & lines["account_id"].isin(found.account) & (lines["net"] > 0)]
    mine = mine.sort_values(["day", "line_id"], ascending=[False, True])
    return mine.drop_duplicates("account_id").set_index("account_id").reindex(found.account)
