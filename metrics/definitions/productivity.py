"""The seven questions of productivity as one metric: each answered by others, with the evidence behind it."""

from __future__ import annotations

import numpy as np

from core.periods import Grain
from metrics.definitions.base import Function, Unit, get, shaped
from metrics.definitions.checklist import QUESTIONS, Answer, Answered, checklist
from metrics.definitions.engine import evaluate_cuts
from metrics.definitions.grouping import to_days
from metrics.definitions.growth import days
from metrics.definitions.long import Long, long, stack
from metrics.definitions.scene import Cut

_READS = (
    "lines", "deals", "accounts", "subscriptions", "revaluations", "costs", "hours", "sales_meetings",
)  # fmt: skip
_ASKED = tuple(dict.fromkeys(test.metric for question in QUESTIONS for test in question.tests))
Values = dict[str, float | None]


@shaped(
    "productivity_checklist", "Seven questions of productivity", Unit.RATE, looks_ahead=True,
    reads=_READS, family="productivity",
    functions=(Function.EVERYONE,), dims=(), own_dims=("question", "answer"), grains=(Grain.QUARTER, Grain.YEAR),
    empty="none of its metrics has a value",
    formula="Customer retention, ideal-customer fit, steady acquisition, cost of sales, opportunity cost, results over "
    "activity, meetings on practice: each passes, is to be watched or fails by the worst of its metrics, against a "
    "limit or the year before. The value is the share of its metrics that pass.",
    why="Successful is not the same as productive.",
)  # fmt: skip
def productivity_checklist(cut: Cut) -> Long:
    """One row per period and question; passed / known metrics, n = known ones."""
    tables = []
    for grain in cut.grains:
        found = _values(cut, grain)
        for start in sorted(found):
            period = cut.setting.calendar.period(grain, np.datetime64(start, "D").astype("datetime64[D]").item())
            before = int(days([cut.setting.calendar.year_before(period).start])[0])
            answers = checklist(found[start], found.get(before, {}))
            tables += [_row(grain, start, answered) for answered in answers]
    return stack(tables)


def _row(grain: Grain, start: int, answered: Answered) -> Long:
    known = [e for e in answered.evidence if e.answer is not Answer.UNKNOWN]
    passed = sum(e.answer is Answer.PASS for e in known)
    one = np.array([len(known)])
    made = long(grain, np.array([start]), np.zeros(1), numerator=np.array([passed]), denominator=one, n=one)
    return made.labelled(question=answered.question.key, answer=answered.answer.value)


def _values(cut: Cut, grain: Grain) -> dict[int, Values]:
    """The values of every metric asked, by period start; what is only known by month, of the period's last month."""
    found: dict[int, Values] = {}
    for key in _ASKED:
        metric = get(key)
        own = grain if grain in metric.grains else Grain.MONTH
        table = evaluate_cuts(
            [metric], cut.scene.frames, setting=cut.setting, cuts=[()], grains=[own], scene=cut.scene
        )[()].dropna(subset=["period"]).sort_values("period")  # fmt: skip
        starts = to_days(cut.setting.calendar.starts(grain, table["period"].to_numpy()))
        for start, value in zip(starts.tolist(), table["value"].tolist(), strict=True):
            if value == value:
                found.setdefault(start, {})[key] = value
    return found
