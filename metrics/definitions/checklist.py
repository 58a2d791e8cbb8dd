"""The seven questions of productivity, each answered by its metrics: pass, watch or fail, with the evidence."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass


class Answer(enum.StrEnum):
    """What the evidence says. UNKNOWN: none of the question's metrics has a value."""

    PASS = "pass"  # noqa: S105
    WATCH = "watch"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Test:
    """A metric that must be at least (or at most) `limit`; within `slack` of it is watch. `limit` None: last year's."""

    metric: str
    limit: float | None
    slack: float
    at_most: bool = False


@dataclass(frozen=True)
class Question:
    """One question and the metrics that answer it; the worst of them decides."""

    key: str
    text: str
    tests: tuple[Test, ...]


QUESTIONS: tuple[Question, ...] = (
    Question("retention", "Do our customers stay?", (Test("grr", 0.9, 0.05), Test("early_churn", 0.1, 0.05, True))),
    Question("fit", "Are they the customers we want?", (Test("icp_fit", 60, 10), Test("strategic_share", None, 0.05))),
    Question("acquisition", "Do new ones come steadily?", (Test("new_logo_cv", 0.5, 0.25, True),)),
    Question("cost", "Does a sale cost no more than a year ago?", (Test("cost_of_sales_ratio", None, 0.01, True),)),
    Question("opportunity", "Is time spent where it earns most?", (Test("gross_profit_per_selling_hour", None, 0.0),)),
    Question("results", "Do results count, rather than activity?", (Test("win_rate", None, 0.02),)),
    Question("practice", "Do sales meetings teach?", (Test("best_practice_share", 0.5, 0.2),)),
)


@dataclass(frozen=True)
class Evidence:
    """One metric's part of an answer."""

    metric: str
    value: float | None
    limit: float | None
    answer: Answer


@dataclass(frozen=True)
class Answered:
    """A question with its answer and the evidence behind it."""

    question: Question
    answer: Answer
    evidence: tuple[Evidence, ...]


def checklist(values: Mapping[str, float | None], year_before: Mapping[str, float | None]) -> tuple[Answered, ...]:
    """The answers from this year's values and last year's, by metric key."""
    found = []
    for question in QUESTIONS:
        evidence = tuple(_judge(test, values.get(test.metric), year_before.get(test.metric)) for test in question.tests)
        told = [e.answer for e in evidence if e.answer is not Answer.UNKNOWN]
        worst = next((a for a in (Answer.FAIL, Answer.WATCH, Answer.PASS) if a in told), Answer.UNKNOWN)
        found.append(Answered(question, worst, evidence))
    return tuple(found)


def _judge(test: Test, value: float | None, before: float | None) -> Evidence:
    limit = before if test.limit is None else test.limit
    if value is None or limit is None:
        return Evidence(test.metric, value, limit, Answer.UNKNOWN)
    gap = limit - value if not test.at_most else value - limit
    answer = Answer.PASS if gap <= 0 else Answer.WATCH if gap <= test.slack else Answer.FAIL
    return Evidence(test.metric, value, limit, answer)
