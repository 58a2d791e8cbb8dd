"""Successful is not the same as productive: seven questions, each answered by its metric against a stated bar."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core import show
from core.periods import Grain
from metrics.published import Values
from scoreboard.leads import targets_for
from scoreboard.pages.build import bars, full_periods, group, tiles, trend
from scoreboard.pages.rep_quality import beside_revenue, effort, quadrants
from scoreboard.pages.shape import Cell, Content, Page, Table
from scoreboard.reading import METRICS, Setting, frames_in_words, value_of, written
from scoreboard.sentences import LEVEL
from scoreboard.signals import limits, side
from scoreboard.views_of_time import name_of

TILES = ("revenue_per_selling_hour", "gross_profit_per_selling_hour", "cost_of_sales_ratio", "cac", "magic_number")
SELLERS = ("net_revenue", "gross_margin", "rep_quality", "rogue_superstar", "walkaway_risk", "return_on_effort")
WORDS = {"pass": "Pass", "watch": "Watch", "fail": "Fail", "": "Not known"}
TONES = {"pass": "good", "watch": "warn", "fail": "bad", "": ""}


@dataclass(frozen=True)
class Question:
    """One of the seven and the metric that answers it."""

    name: str
    asks: str
    key: str


QUESTIONS = (
    Question("Customer retention", "Does the revenue we had stay?", "grr"),
    Question("Ideal-customer fit", "Are new customers those we want?", "icp_fit"),
    Question("Steady acquisition", "Do new customers come evenly?", "new_logos"),
    Question("Cost of sales", "Is selling no dearer than a year ago?", "cost_of_sales_ratio"),
    Question("Opportunity cost", "Does an hour of selling earn more?", "gross_profit_per_selling_hour"),
    Question("Results over activity", "Do more of the decided deals end in a win?", "win_rate"),
    Question("Meetings on practice", "Do sales meetings practise rather than report?", "best_practice_share"),
)


@dataclass(frozen=True)
class Answer:
    """`verdict` is "pass", "watch", "fail" or "" where nothing can be said; `evidence` says by what."""

    verdict: str
    value: str
    evidence: str


def build(values: Values, setting: Setting) -> Content:
    """The page's content."""
    goals = targets_for(setting)
    return Content(
        tiles(values, setting, TILES),
        (
            group(checklist(values, setting, goals)),
            group(
                *(
                    trend(values, setting, key, grain=Grain.QUARTER, goal=goals.get(key))
                    for key in ("gross_profit_per_selling_hour", "cost_of_sales_ratio", "new_logos", "win_rate")
                ),
                title="The evidence",
            ),
            group(quadrants(values, setting), beside_revenue(values, setting), title="Who sells how"),
            group(
                effort(values, setting, "kind"),
                effort(values, setting, "source"),
                effort(values, setting, "account"),
                bars(values, setting, "walkaway_risk", "segment", noun="segment", grain=Grain.ALL),
                title="Where effort goes, and what hangs on one person",
            ),
        ),
    )


def judge(now: Decimal | None, bar: Decimal | None, direction: str, signal: int) -> str:
    """At or beyond the bar in the good direction: pass. Short of it: fail if that is a signal, else watch.

    `signal`: 1, 0 or −1, as from `signals.side`; a value short of its bar by no more than 0.05 points is at it.
    """
    if now is None or bar is None:
        return ""
    short = (bar - now) if direction == "up" else (now - bar)
    if short < LEVEL:
        return "pass"
    worse = -1 if direction == "up" else 1
    return "fail" if signal == worse or short > abs(bar) / 10 else "watch"


def checklist(values: Values, setting: Setting, goals: dict[str, Decimal]) -> Table:
    """The seven questions in their order, about the last full quarter."""
    quarter = full_periods(setting, Grain.QUARTER, 1)[0]
    rows, passed, known = [], 0, 0
    for question in QUESTIONS:
        found = _steady(values, setting) if question.key == "new_logos" else _answer(values, setting, question, goals)
        passed, known = passed + (found.verdict == "pass"), known + bool(found.verdict)
        rows.append(
            (
                Cell(question.name), Cell(question.asks),
                Cell(WORDS[found.verdict], badge=TONES[found.verdict] or "none"),
                Cell(found.value, href=f"/metric/{question.key}/"), Cell(found.evidence),
            )
        )  # fmt: skip
    name = name_of(quarter, setting.calendar)
    return Table(
        "seven-questions", _answered(passed, known, len(rows)),
        f"{name}, the last full quarter · pass: at the target, or no worse than a year before; fail: short of it by "
        "more than a tenth, or beyond the process limits; watch: in between",
        ("Question", "It asks", "Answer", "Now", "Evidence"), tuple(rows), wide=True, words=True,
    )  # fmt: skip


def _answered(passed: int, known: int, asked: int) -> str:
    if not known:
        return "None can be answered yet"
    return f"{passed} of the {known} questions {'' if known == asked else 'that can be answered '}pass"


def _answer(values: Values, setting: Setting, question: Question, goals: dict[str, Decimal]) -> Answer:
    key, quarter = question.key, full_periods(setting, Grain.QUARTER, 1)[0]
    number = values.get(key, Grain.QUARTER, quarter.start)
    now = value_of(number)
    if now is None:
        reason = (
            number.status if number else f"made from {frames_in_words(METRICS[key].reads)}, which are not there yet"
        )
        return Answer("", show.NONE, f"{reason[0].upper()}{reason[1:]}")
    before = value_of(values.get(key, Grain.QUARTER, setting.calendar.year_before(quarter).start))
    goal = goals.get(key)
    months = [n.value for n in values.series(key, Grain.MONTH) if n.value is not None and not n.to_date]
    signal = side(months[-1], limits(months[:-1])) if len(months) > 1 else 0
    verdict = judge(now, goal if goal is not None else before, str(METRICS[key].direction), signal)
    if number is not None and number.too_few:
        return Answer("", written(key, now), f"Too few to judge: {number.status}")
    said = f"Target {written(key, goal)}" if goal is not None else f"A year before {written(key, before)}"
    if goal is not None and before is not None:
        said += f"; a year before {written(key, before)}"
    return Answer(
        verdict, written(key, now), said if goal is not None or before is not None else "Nothing to hold it against yet"
    )


def _steady(values: Values, setting: Setting) -> Answer:
    """New customers of the last twelve full months within their process limits."""
    known = [n for n in values.series("new_logos", Grain.MONTH) if n.value is not None and not n.to_date]
    months = [n.value for n in known if n.value is not None]
    within = limits(months)
    if within is None:
        return Answer("", show.NONE, "Too few full months to judge")
    sides = [side(v, within) for v in months[-12:]]
    low, out = sides.count(-1), sum(1 for s in sides if s)
    verdict = "pass" if out == 0 else "fail" if low > 1 or out > 2 else "watch"
    said = "All of the last 12 full months lie within the process limits"
    if out:
        said = f"{out} of the last 12 full months {'lies' if out == 1 else 'lie'} outside the process limits"
    return Answer(verdict, f"{show.fixed(within.mean, 1)} a month", said)


PAGE = Page(
    "productivity", "Productivity", "Are we productive, or only successful?",
    tuple(dict.fromkeys((*TILES, *SELLERS, *(q.key for q in QUESTIONS)))), build,
    "Import hours and costs beside revenue lines. This page then answers seven questions that turnover alone does not.",
    dims=("rep", "segment"), own=("rep,measure", "use"), grains=frozenset({Grain.MONTH, Grain.QUARTER, Grain.ALL}),
)  # fmt: skip
