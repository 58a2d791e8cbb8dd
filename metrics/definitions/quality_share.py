"""How much of the revenue is good revenue."""

from __future__ import annotations

from typing import Any

import numpy as np

from metrics.definitions.base import Direction, Function, Parts, Unit, pooled, shaped
from metrics.definitions.grouping import Ints, group
from metrics.definitions.long import Long, long, stack
from metrics.definitions.quality import FAIL, marked
from metrics.definitions.quality_policy import TESTS
from metrics.definitions.scene import Cut, Rows, Scene
from metrics.definitions.targets import DIMS, attain, revenue_names

FAMILY = "margin and quality"
_EVERYONE = (Function.EVERYONE,)
_READS = ("accounts", "subscriptions", "costs")
_RATE: dict[str, Any] = {
    "frame": "lines", "day": "day", "family": FAMILY, "functions": _EVERYONE, "reads": _READS,
    "numerator_scale": 10_000, "denominator_scale": 10_000, "empty": "no line could be decided",
}  # fmt: skip


def good(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """Which lines pass every test of the policy, and of which every test could be decided."""

    def make() -> tuple[np.ndarray, np.ndarray]:
        marks = marked(scene)
        asked = marks.asked
        return (marks.passed == asked) & (asked > 0), (marks.known == asked) & (asked > 0)

    return scene.once("good lines", make)


@pooled(
    "quality_revenue", "Quality revenue", Unit.MONEY, looks_ahead=True,
    frame="lines", day="day", family=FAMILY, functions=_EVERYONE,
    reads=_READS, empty="no line could be decided",
    formula="Net revenue of the lines that pass every test of the quality policy in force on their day.",
    why="The part of the number that was made in the right way.",
)  # fmt: skip
def quality_revenue(lines: Rows, scene: Scene) -> Parts:
    """Σ net of lines that pass all tests; n = lines of which at least one test could be decided."""
    passed, _ = good(scene)
    return Parts(np.where(passed, lines["net"], 0), n=np.where(marked(scene).known > 0, lines["n"], 0))


@pooled(
    "quality_share", "Quality share", Unit.RATE, looks_ahead=True, **_RATE,
    formula="Quality revenue divided by net revenue.", why="How much of the ore is gold.",
)  # fmt: skip
def quality_share(lines: Rows, scene: Scene) -> Parts:
    """quality_revenue / net_revenue."""
    passed, _ = good(scene)
    known = np.where(marked(scene).known > 0, lines["n"], 0)
    return Parts(np.where(passed, lines["net"], 0), lines["net"], n=known)


@pooled(
    "quality_index", "Quality index", Unit.RATE, looks_ahead=True, **{**_RATE, "numerator_scale": 600_000},
    formula="Net revenue weighted with the share of its decided tests that it passes, divided by the net revenue of "
    "which any test could be decided.",
    why="It moves before whole lines turn good.",
)  # fmt: skip
def quality_index(lines: Rows, scene: Scene) -> Parts:
    """Σ net × passed / known ÷ Σ net; in sixtieths, so that thirds, quarters and fifths stay exact."""
    marks = marked(scene)
    known = marks.known
    share = 60 * marks.passed // np.maximum(known, 1)
    judged = known > 0
    return Parts(
        np.where(judged, lines["net"] * share, 0), np.where(judged, lines["net"], 0), n=np.where(judged, lines["n"], 0)
    )


@pooled(
    "quality_coverage", "Quality coverage", Unit.RATE, looks_ahead=True, **{**_RATE, "empty": "no revenue"},
    formula="Share of net revenue for which every test could be decided.",
    why="What cannot be judged is neither good nor bad.",
)  # fmt: skip
def quality_coverage(lines: Rows, scene: Scene) -> Parts:
    """Σ net of fully decided lines / Σ net."""
    _, decided = good(scene)
    return Parts(np.where(decided, lines["net"], 0), lines["net"], n=lines["n"])


@shaped(
    "quality_attainment", "Quality attainment", Unit.RATE, looks_ahead=True,
    reads=("targets", "lines", *_READS), family=FAMILY,
    dims=DIMS, functions=_EVERYONE, numerator_scale=10_000, denominator_scale=10_000, empty="no line could be decided",
    formula="Quality revenue divided by the revenue target of the same scope and days.",
    why="We hit the number: how much of it in the right way?",
)  # fmt: skip
def quality_attainment(cut: Cut) -> Long:
    """quality_revenue / target."""
    lines = cut.scene.rows("lines")
    passed, _ = good(cut.scene)
    known = np.where(marked(cut.scene).known > 0, lines["n"], 0)
    return attain(cut, revenue_names(cut), "lines", "day", np.where(passed, lines["net"], 0), known)


REASONS = ("quality", *TESTS, "unknown")


@shaped(
    "quality_split", "Revenue by quality", Unit.MONEY, looks_ahead=True,
    reads=("lines", *_READS), family=FAMILY, functions=_EVERYONE,
    own_dims=("reason",), zero=True, direction=Direction.NEUTRAL,
    formula="Net revenue by the first test it fails (margin, price, route, fit, durability), or quality, or unknown.",
    why="It says what to work on.",
)  # fmt: skip
def quality_split(cut: Cut) -> Long:
    """Σ net per reason; the reasons add up to net revenue."""
    lines, code = cut.scene.rows("lines"), cut.scene.once("quality reason", lambda: _reason(cut.scene))
    width = len(REASONS)
    grouping = group(cut.codes("lines") * width + code, lines.days("day"))
    net, n = grouping.sum(lines["net"]), grouping.sum(lines["n"])
    names = np.array(REASONS, dtype=object)
    tables = []
    for grain in cut.grains:
        runs = grouping.rollup(grain, cut.setting.calendar)
        tables.append(
            long(
                grain, runs.period, runs.member // width, undated=runs.undated, numerator=runs.sum(net), n=runs.sum(n),
                reason=names[runs.member % width],
            )
        )  # fmt: skip
    return stack(tables)


def _reason(scene: Scene) -> Ints:
    """Position in REASONS of each line."""
    marks = marked(scene)
    passed, _ = good(scene)
    code = np.where(passed, 0, len(REASONS) - 1).astype(np.int64)
    for number, test in reversed(list(enumerate(TESTS, start=1))):
        code[(marks.marks[test] == FAIL) & marks.counts[test]] = number
    return code


@pooled(
    "broker_share", "Share through grey routes", Unit.RATE, **{**_RATE, "empty": "no line with a known route"},
    direction=Direction.DOWN, formula="Share of net revenue through routes on the policy's grey list.",
    why="Revenue that others own can be taken away by others.",
)  # fmt: skip
def broker_share(lines: Rows, scene: Scene) -> Parts:
    """Σ net through grey routes / Σ net; n = lines with a known route."""
    known = np.where(lines.frame["route"].cat.codes.to_numpy() >= 0, lines["n"], 0)
    grey = lines.isin("route", scene.setting.policy.grey_routes)
    return Parts(np.where(grey, lines["net"], 0), lines["net"], n=known)


@pooled(
    "strategic_share", "Share from strategic segments", Unit.RATE,
    **{**_RATE, "empty": "no strategic segment is set and no account is marked"},
    formula="Share of net revenue from the policy's strategic segments; where none is set, from accounts so marked.",
    why="Growth should come from where the company wants to be.",
)  # fmt: skip
def strategic_share(lines: Rows, scene: Scene) -> Parts:
    """Σ net of strategic accounts / Σ net; n = lines of which it is known."""
    chosen = scene.setting.policy.strategic_segments
    if chosen:
        strategic, known = lines.isin("segment", chosen), lines.frame["segment"].cat.codes.to_numpy() >= 0
    else:
        accounts = scene.rows("accounts")
        yes = accounts["account_id"][accounts["strategic_known"] & accounts["strategic"]]
        strategic = np.isin(lines["account_id"], yes)
        known = np.isin(lines["account_id"], accounts["account_id"][accounts["strategic_known"]])
    return Parts(np.where(strategic, lines["net"], 0), lines["net"], n=np.where(known, lines["n"], 0))
