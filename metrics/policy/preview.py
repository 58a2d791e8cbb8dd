"""How the last quarters would be scored under a draft: the same definitions on the same rows, with another policy."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from core.periods import Grain, Period
from metrics.compute.runs import snapshot
from metrics.compute.setting import current_setting, world_of
from metrics.definitions import registry
from metrics.definitions.engine import evaluate_cuts
from metrics.definitions.frames import Frames
from metrics.definitions.policy import Setting
from metrics.definitions.quality_policy import TESTS, QualityPolicy
from metrics.definitions.quality_share import REASONS
from metrics.definitions.scene import Scene

QUARTERS = 8
KEYS = ("quality_share", "quality_coverage", "quality_split")


@dataclass(frozen=True)
class Score:
    """One quarter under one policy. Money in the company currency; shares are fractions, None where there is none."""

    net: Decimal
    share: Fraction | None
    coverage: Fraction | None
    parts: Mapping[str, Decimal]  # net revenue by quality, the first test it fails, or unknown; adds up to net

    def part(self, reason: str) -> Decimal:
        """Net revenue of one reason of `quality_split`."""
        return self.parts.get(reason, Decimal(0))


@dataclass(frozen=True)
class Quarter:
    """A quarter as it is scored now and as the draft would score it. `judged`: the draft would be in force in it."""

    period: Period
    now: Score
    draft: Score
    judged: bool
    to_date: bool

    @property
    def change(self) -> Fraction | None:
        """Points of quality share that the draft would add."""
        return None if self.now.share is None or self.draft.share is None else self.draft.share - self.now.share


def preview(draft: QualityPolicy) -> list[Quarter]:
    """The last eight quarters, the running one last, with the draft applied to all of them.

    The draft is shown on every quarter, so that a policy that is to begin tomorrow can be judged by the past; `judged`
    says which quarters it would really score. Reads every revenue line: about two seconds for a million.
    """
    setting = current_setting()
    names = {name for key in KEYS for name in registry.get(key).reads}
    frames = snapshot(names, world_of(setting))
    drafted = replace(setting, policy=replace(setting.policy, quality=(replace(draft, since=date.min),)))
    return compare(frames, setting, drafted, draft.since)


def compare(frames: Frames, setting: Setting, drafted: Setting, since: date) -> list[Quarter]:
    """The quarters of `preview` from frames; pure."""
    calendar = setting.calendar
    periods = [calendar.period(Grain.QUARTER, setting.as_of)]
    while len(periods) < QUARTERS:
        periods.insert(0, calendar.previous(periods[0]))
    scene = Scene(frames, setting)
    before = _scores(scene)
    # What does not depend on the quality policy is worked out once for both.
    shared = {key: value for key, value in scene.memo.items() if _head(key) in _SHARED}
    after = _scores(Scene(frames, drafted, shared))
    return [
        Quarter(
            period, before.get(period.start, _NOTHING), after.get(period.start, _NOTHING), since < period.end,
            period.start <= setting.as_of and (period.end - setting.as_of).days > 1,
        )
        for period in periods
    ]  # fmt: skip


_NOTHING = Score(Decimal(0), None, None, {})
_SHARED = frozenset({
    "customers", "durability", "icp parts", "grouping", "codes", "lifetime model", "lifetime values", "bought",
    "lifetimes", "purchases", "positive revenue", "active spells", "cost of sales", "spells begun and ended",
})  # fmt: skip


def _head(key: Hashable) -> Hashable:
    return key[0] if isinstance(key, tuple) else key


def _scores(scene: Scene) -> dict[date, Score]:
    metrics = [registry.get(key) for key in KEYS]
    table = evaluate_cuts(metrics, scene.frames, setting=scene.setting, cuts=[()], grains=[Grain.QUARTER], scene=scene)
    rows = table[()]
    rows = rows[rows["period"].notna()]
    shares = {key: _by_period(rows[rows["metric"] == key]) for key in ("quality_share", "quality_coverage")}
    parts: dict[date, dict[str, Decimal]] = {}
    split = rows[rows["metric"] == "quality_split"]
    if split.empty:  # without lines the table has no column for the reason
        return {}
    for when, reason, amount in zip(split["period"], split["reason"], split["numerator"], strict=True):
        if not pd.isna(amount):
            parts.setdefault(when.date(), {})[str(reason)] = Decimal(int(amount)).scaleb(-4)
    return {
        when: Score(
            sum((found[r] for r in REASONS if r in found), Decimal(0)),
            shares["quality_share"].get(when),
            shares["quality_coverage"].get(when),
            found,
        )
        for when, found in parts.items()
    }


def _by_period(rows: pd.DataFrame) -> dict[date, Fraction | None]:
    """The exact share of each quarter, None where the definition gives no value."""
    return {
        when.date(): None if pd.isna(value) else Fraction(int(top), int(bottom))
        for when, top, bottom, value in zip(
            rows["period"], rows["numerator"], rows["denominator"], rows["value"], strict=True
        )
    }


def failing(score: Score) -> dict[str, Decimal]:
    """Net revenue that fails, by the first test that it fails."""
    return {test: score.part(test) for test in TESTS}
