"""The five answers of one revenue line with the numbers behind them, by the definitions that score all lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np

from metrics.compute.models_kept import from_json
from metrics.compute.runs import snapshot
from metrics.compute.setting import current_setting, world_of
from metrics.definitions.customers import durability, months_after
from metrics.definitions.fit import icp_parts
from metrics.definitions.frames import Frames
from metrics.definitions.lifetime import MODEL, LifetimeModel, lifetime_model, lifetime_values
from metrics.definitions.policy import Setting
from metrics.definitions.quality import UNKNOWN, marked
from metrics.definitions.quality_policy import TESTS, QualityPolicy, Threshold
from metrics.definitions.scene import Rows, Scene
from metrics.models import MetricRun

READS = ("lines", "accounts", "subscriptions", "costs")


@dataclass(frozen=True)
class Against:
    """A share of the line beside the limit that counts for it; None where one of them is missing."""

    share: Fraction | None
    limit: Threshold | None


@dataclass(frozen=True)
class Fit:
    """Why the account fits. `icp`: weight matched and weight known of the ideal customer profile."""

    segment: str | None
    strategic_segment: bool
    marked_strategic: bool | None
    icp: tuple[int, int]


@dataclass(frozen=True)
class Stay:
    """The customer's first revenue and the day on which the early-churn window ends; while it is open, what the
    customer is expected to be worth and what a new one costs, in the company currency."""

    first: date | None
    until: date | None
    worth: Decimal | None = None
    cost: Decimal | None = None


@dataclass(frozen=True)
class Answers:
    """What the policy in force on the line's day says of it. Marks: True passed, False failed, None not decided."""

    policy: QualityPolicy
    marks: dict[str, bool | None]
    net: Decimal
    cost: Decimal | None
    listed: Decimal | None
    margin: Against
    price: Against
    route: str | None
    fit: Fit
    stay: Stay

    @property
    def outcome(self) -> str:
        """As `quality_split` counts the line: quality, the first test it fails, or unknown."""
        asked = [self.marks[test] for test in TESTS if test in self.policy.tests]
        return self.failed[0] if self.failed else "quality" if asked and all(asked) else "unknown"

    @property
    def failed(self) -> list[str]:
        """Every test of the policy that the line fails, in their order."""
        return [test for test in TESTS if test in self.policy.tests and self.marks[test] is False]


def answers(line: int, account: int | None) -> Answers | None:
    """The answers of one revenue line by its id and its account's; None if it is in no number (no exchange rate).

    Loads that account's rows alone, which decide everything the tests ask.
    """
    setting = current_setting()
    world = world_of(setting)
    world.only = (line, -1 if account is None else account)
    newest = MetricRun.newest()
    kept = newest.inputs.get("lifetime") if newest else None
    return answers_in(snapshot(READS, world), setting, line, from_json(kept) if kept else None)


def answers_in(frames: Frames, setting: Setting, line: int, model: LifetimeModel | None = None) -> Answers | None:
    """As `answers`, from frames; pure. `model` is what was fitted over all customers."""
    scene = Scene(frames, setting, {MODEL: model} if model else {})
    lines = scene.rows("lines")
    places = np.flatnonzero((lines["line_id"] == line) & ~lines["bookings_basis"])
    if not places.size:
        return None
    place = int(places[0])
    found = marked(scene)
    policy = next(p for p in setting.policy.quality if p.version == found.version[place])
    net, cost, listed = (int(lines[name][place]) for name in ("net", "cost", "list_amount"))
    knows_cost, knows_list = bool(lines["cost_known"][place]), bool(lines["list_amount_known"][place])
    family, segment, route = (_text(lines, name, place) for name in ("product_family", "segment", "route"))
    return Answers(
        policy=policy,
        marks={test: _mark(int(found.marks[test][place])) for test in TESTS},
        net=_money(net),
        cost=_money(cost) if knows_cost else None,
        listed=_money(listed) if knows_list else None,
        margin=Against(Fraction(net - cost, net) if knows_cost and net else None,
                       limit_of(policy.margin_floor, family, segment)),
        price=Against(Fraction(listed - net, listed) if knows_list and listed else None,
                      limit_of(policy.discount_cap, family, segment)),
        route=route,
        fit=_fit(scene, policy, int(lines["account_id"][place]), segment),
        stay=_stay(scene, int(lines["account_id"][place])),
    )  # fmt: skip


def limit_of(limits: Sequence[Threshold], family: str | None, segment: str | None) -> Threshold | None:
    """The threshold that counts: family and segment, then family, then segment, then the general one."""
    fitting = [
        limit
        for limit in limits
        if _same(limit.product_family, family) and _same(limit.segment, segment)
    ]  # fmt: skip
    return max(fitting, key=lambda t: (t.product_family is not None, t.segment is not None), default=None)


def _same(wanted: str | None, given: str | None) -> bool:
    return wanted is None or (given is not None and wanted.lower() == given.lower())


def _mark(mark: int) -> bool | None:
    return None if mark == UNKNOWN else bool(mark)


def _text(rows: Rows, column: str, place: int) -> str | None:
    value = rows.frame[column].iloc[place]
    return None if value is None or value != value else str(value)


def _money(units: int) -> Decimal:
    return Decimal(units).scaleb(-4)


def _fit(scene: Scene, policy: QualityPolicy, account: int, segment: str | None) -> Fit:
    accounts = scene.rows("accounts")
    hit, weight, _ = icp_parts(scene)
    strategic = segment is not None and segment.lower() in {name.lower() for name in policy.strategic_segments}
    places = np.flatnonzero(accounts["account_id"] == account)
    if not places.size:
        return Fit(segment, strategic, None, (0, 0))
    row = int(places[0])
    told = bool(accounts["strategic"][row]) if accounts["strategic_known"][row] else None
    return Fit(segment, strategic, told, (int(hit[row]), int(weight[row])))


def _stay(scene: Scene, account: int) -> Stay:
    found, _, judged = durability(scene)
    known, place = found.place(np.array([account]))
    if not known[0]:
        return Stay(None, None)
    first = found.first[place]
    until = months_after(first, scene.setting.policy.early_churn_months)
    epoch = date(1970, 1, 1)
    days = epoch + timedelta(int(first[0])), epoch + timedelta(int(until[0]))
    cost = lifetime_model(scene).cost
    if judged[place][0] or cost is None:
        return Stay(*days)
    worth = lifetime_values(scene)[place][0]
    return Stay(*days, worth=None if np.isnan(worth) else Decimal(repr(float(worth))), cost=Decimal(repr(cost)))
