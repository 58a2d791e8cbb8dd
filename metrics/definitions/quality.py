"""The five tests of each revenue line: passed, failed or unknown, under the policy in force on the line's day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from metrics.definitions.customers import durability
from metrics.definitions.fit import icp_parts
from metrics.definitions.grouping import UNDATED, Ints, positions
from metrics.definitions.lifetime import lifetime_model, lifetime_values
from metrics.definitions.quality_policy import TESTS, QualityPolicy, Threshold
from metrics.definitions.scene import Rows, Scene

PASS, FAIL, UNKNOWN = 1, 0, -1
Marks = npt.NDArray[np.int8]
_NO_LIMIT = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Marked:
    """One array of marks per test (PASS, FAIL, UNKNOWN), which tests count, and the version in force, per line."""

    marks: dict[str, Marks]
    counts: dict[str, npt.NDArray[np.bool_]]
    version: Ints

    @cached_property
    def passed(self) -> Ints:
        """How many tests each line passes."""
        return _sum([(self.marks[t] == PASS) & self.counts[t] for t in TESTS])

    @cached_property
    def known(self) -> Ints:
        """How many tests could be decided."""
        return _sum([(self.marks[t] != UNKNOWN) & self.counts[t] for t in TESTS])

    @cached_property
    def asked(self) -> Ints:
        """How many tests the policy asks."""
        return _sum([self.counts[t] for t in TESTS])


def _sum(flags: list[npt.NDArray[np.bool_]]) -> Ints:
    total = np.zeros(flags[0].size, dtype=np.int64)
    for flag in flags:
        total += flag
    return total


def marked(scene: Scene) -> Marked:
    """The marks of all revenue lines."""
    return scene.once("quality marks", lambda: _marked(scene))


def _marked(scene: Scene) -> Marked:
    lines = scene.rows("lines")
    size = len(lines)
    result = Marked(
        {test: np.full(size, UNKNOWN, dtype=np.int8) for test in TESTS},
        {test: np.zeros(size, dtype=bool) for test in TESTS},
        np.full(size, -1, dtype=np.int64),
    )
    day = lines.days("day")
    versions = sorted(scene.setting.policy.quality, key=lambda version: version.since)
    starts = [int(np.datetime64(version.since, "D").astype(np.int64)) for version in versions]
    for number, version in enumerate(versions):
        end = starts[number + 1] if number + 1 < len(versions) else UNDATED
        # What has no date is judged by the newest version.
        here = ((day >= starts[number]) & (day < end)) | ((day == UNDATED) & (number == len(versions) - 1))
        for test, marks in _tests(scene, lines, version).items():
            result.marks[test][here] = marks[here]
            result.counts[test][here] = test in version.tests
        result.version[here] = version.version
    return result


def _tests(scene: Scene, lines: Rows, policy: QualityPolicy) -> dict[str, Marks]:
    net, listed = lines["net"], lines["list_amount"]
    floor, cap = limits(lines, policy.margin_floor), limits(lines, policy.discount_cap)
    # Compared without division: a credit note is judged like the sale it takes back.
    profit = (net - lines["cost"]) * np.sign(net)
    margin = profit * 10_000 >= floor * np.abs(net)
    discount = (listed - net) * np.sign(listed)
    price = discount * 10_000 <= cap * np.abs(listed)
    routed = lines.frame["route"].cat.codes.to_numpy() >= 0
    return {
        "margin": _mark(margin, lines["cost_known"] & (net != 0) & (floor != _NO_LIMIT)),
        "price": _mark(price, lines["list_amount_known"] & (listed != 0) & (cap != _NO_LIMIT)),
        "route": _mark(~lines.isin("route", policy.grey_routes), routed),
        "fit": fit_marks(scene, lines, policy),
        "durability": durability_marks(scene, lines, policy),
    }


def _mark(passed: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_]) -> Marks:
    return np.where(known, passed, UNKNOWN).astype(np.int8)


def limits(lines: Rows, thresholds: Sequence[Threshold]) -> Ints:
    """The most specific threshold of each line; _NO_LIMIT where none fits."""
    found = np.full(len(lines), _NO_LIMIT, dtype=np.int64)
    # From the general to the specific, so that the later overwrite the earlier.
    for threshold in sorted(thresholds, key=lambda t: (t.product_family is not None, t.segment is not None)):
        here = np.ones(len(lines), dtype=bool)
        if threshold.product_family is not None:
            here &= lines.isin("product_family", {threshold.product_family})
        if threshold.segment is not None:
            here &= lines.isin("segment", {threshold.segment})
        found[here] = threshold.value
    return found


def fit_marks(scene: Scene, lines: Rows, policy: QualityPolicy) -> Marks:
    """Strategic by segment or by the account's own mark, or an ideal-customer fit at or above the line."""
    accounts = scene.rows("accounts")
    ids = accounts["account_id"]
    known = np.zeros(len(lines), dtype=bool)
    passed = np.zeros(len(lines), dtype=bool)
    if policy.strategic_segments:
        known |= lines.frame["segment"].cat.codes.to_numpy() >= 0
        passed |= lines.isin("segment", policy.strategic_segments)
    if ids.size:
        row = positions(ids, lines["account_id"])
        there = row >= 0
        hit, weight, _ = icp_parts(scene)
        known |= there & (accounts["strategic_known"] | (weight > 0))[row]
        fits = (weight > 0) & (hit * 10_000 >= policy.fit_line * weight)
        passed |= there & ((accounts["strategic_known"] & accounts["strategic"]) | fits)[row]
    return _mark(passed, known)


def durability_marks(scene: Scene, lines: Rows, policy: QualityPolicy) -> Marks:
    """Kept past the early-churn window; while the window is open, an expected lifetime value of the policy's multiple
    of the acquisition cost, and unknown where either cannot be told."""
    found, kept, judged = durability(scene)
    known, place = found.place(lines["account_id"])
    if not found.account.size:
        return np.full(len(lines), UNKNOWN, dtype=np.int8)
    cost = lifetime_model(scene).cost
    if cost is None or judged.all():
        return _mark(kept[place], known & judged[place])
    worth = lifetime_values(scene)
    with np.errstate(invalid="ignore"):
        enough = worth * 10_000 >= policy.clv_multiple * cost
    passed, told = np.where(judged, kept, enough), judged | ~np.isnan(worth)
    return _mark(passed[place], known & told[place])
