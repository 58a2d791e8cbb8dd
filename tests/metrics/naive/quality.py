"""The quality of revenue and new customers, naively, with the policy POLICY."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.periods import Grain
from metrics.definitions.bonus import BonusPlan
from metrics.definitions.policy import Policy
from metrics.definitions.quality_policy import Attribute, Profile, QualityPolicy, Threshold
from tests.metrics.naive.comparisons import daily
from tests.metrics.naive.customers import first_revenue, fit_of, kept
from tests.metrics.naive.keys import Answer, Cell, View, grouped, money, naive, ratio
from tests.metrics.naive.lifetime import is_worth_it
from tests.metrics.naive.periods import ONE, month_after, periods
from tests.metrics.naive.worlds import Row

TESTS = ("margin", "price", "route", "fit", "durability")
SECOND = date(2023, 8, 1)
POLICY = Policy(
    quality=(
        QualityPolicy(1),
        QualityPolicy(
            2, SECOND, tests=("margin", "price", "route", "fit"), grey_routes=frozenset({"broker", "partner"}),
            margin_floor=(
                Threshold(2_000), Threshold(-1_000, product_family="Core"), Threshold(5_000, segment="Small"),
            ),
            discount_cap=(Threshold(4_000, product_family="Plus", segment="Mid"), Threshold(1_500, segment="Mid")),
            strategic_segments=frozenset({"Enterprise"}), fit_line=5_000,
        ),
    ),
    profile=Profile(
        (Attribute("industry", 3, frozenset({"banking"})), Attribute("employees", 2, low=100, high=3000),
         Attribute("segment", 1, frozenset({"Mid"})))
    ),
    effect_minimum_reps=2, effect_minimum_deals=4,
    bonus=BonusPlan(
        threshold=Decimal("0.2"), cap=Decimal("1.4"), grain=Grain.QUARTER,
        curve=((Decimal("0.2"), Decimal("0.1")), (Decimal("0.6"), Decimal("0.7")), (Decimal(1), Decimal(1))),
        pool={"sales": Decimal("12345.67"), "marketing": Decimal(5000)}, gates={"sales": ("win_rate", Decimal("0.3"))},
    ),
)  # fmt: skip


def _account(view: View, line: Row) -> Row | None:
    for row in view.whole["accounts"]:
        if row["account_id"] == line["account_id"]:
            return row
    return None


def tests_of(view: View, line: Row) -> list[bool | None]:
    """The answers to the tests that count on the line's day, in their order."""
    answers: list[bool | None] = view.once(("tests", line["line_id"]), lambda: _tests(view, line))
    return answers


def _tests(view: View, line: Row) -> list[bool | None]:
    new = line["day"] is None or line["day"] >= SECOND
    floor: Fraction | None = Fraction(3, 10)
    cap: Fraction | None = Fraction(1, 5)
    if new:
        floor, cap = Fraction(1, 5), None
        if line["segment"] == "Small":
            floor = Fraction(1, 2)
        if line["product_family"] == "Core":
            floor = Fraction(-1, 10)
        if line["segment"] == "Mid":
            cap = Fraction(2, 5) if line["product_family"] == "Plus" else Fraction(3, 20)
    answers: list[bool | None] = []
    net = line["net"]
    known = line["cost"] is not None and net
    answers.append(Fraction(net - line["cost"], net) >= floor if known and floor is not None else None)
    known = line["list_amount"] is not None and line["list_amount"] and cap is not None
    answers.append(Fraction(line["list_amount"] - net, line["list_amount"]) <= (cap or 0) if known else None)
    grey = {"broker", "partner"} if new else {"broker"}
    answers.append(None if line["route"] is None else line["route"] not in grey)
    answers.append(_fit(view, line, new))
    if not new:
        stays = kept(view, line["account_id"])
        answers.append(is_worth_it(view, line["account_id"]) if stays is None else stays)
    return answers


def _fit(view: View, line: Row, new: bool) -> bool | None:
    account = _account(view, line)
    said: list[bool] = []
    if new and line["segment"] is not None:
        said.append(line["segment"] == "Enterprise")
    if account is not None:
        if account["strategic"] is not None:
            said.append(account["strategic"])
        hit, known = fit_of(account)
        if known:
            said.append(Fraction(hit, known) >= (Fraction(1, 2) if new else Fraction(3, 5)))
    return any(said) if said else None


Judge = Callable[[list[bool | None]], bool]


def _good(answers: list[bool | None]) -> bool:
    return all(answer is True for answer in answers)


def _any_known(answers: list[bool | None]) -> bool:
    return any(answer is not None for answer in answers)


def _decided(answers: list[bool | None]) -> bool:
    return all(answer is not None for answer in answers)


def _by_period(view: View) -> dict[Any, list[tuple[int, list[bool | None]]]]:
    return {
        p: [(r["net"], tests_of(view, r)) for r in rows] for p, rows in grouped(view, "lines", "day").items()
    }  # fmt: skip


@naive("quality_revenue")
def quality_revenue(view: View) -> Answer:
    return {
        p: money(sum(net for net, a in rows if _good(a))) if any(_any_known(a) for _, a in rows) else None
        for p, rows in _by_period(view).items()
    }


@naive("quality_share")
def quality_share(view: View) -> Answer:
    return {
        p: ratio(sum(net for net, a in rows if _good(a)), sum(net for net, _ in rows))
        if any(_any_known(a) for _, a in rows) else None
        for p, rows in _by_period(view).items()
    }  # fmt: skip


@naive("quality_split")
def quality_split(view: View) -> Answer:
    """By the first test that a line fails; unknown if it fails none but one could not be decided."""
    sums: dict[Any, int] = {}
    for period, rows in _by_period(view).items():
        for net, answers in rows:
            failed = [test for test, answer in zip(TESTS, answers, strict=False) if answer is False]
            reason = failed[0] if failed else "quality" if _good(answers) else "unknown"
            sums[period, reason] = sums.get((period, reason), 0) + net
    return {place: money(net) for place, net in sums.items()}


@naive("quality_index")
def quality_index(view: View) -> Answer:
    answer: Answer = {}
    for period, rows in _by_period(view).items():
        judged = [(net, a) for net, a in rows if _any_known(a)]
        top = sum(
            (net * Fraction(sum(x is True for x in a), sum(x is not None for x in a)) for net, a in judged), Fraction(0)
        )
        answer[period] = ratio(top, sum(net for net, _ in judged))
    return answer


@naive("quality_coverage")
def quality_coverage(view: View) -> Answer:
    return {
        p: ratio(sum(net for net, a in rows if _decided(a)), sum(net for net, _ in rows))
        for p, rows in _by_period(view).items()
    }


@naive("quality_attainment")
def quality_attainment(view: View) -> Answer:
    laid = daily(view)
    top: dict[Any, int] = {}
    bottom: dict[Any, int] = {}
    judged: set[Any] = set()
    for day, share in laid.items():
        if day <= view.as_of:
            bottom[view.bucket(day)] = bottom.get(view.bucket(day), 0) + share
    for row in view.rows["lines"]:
        if row["day"] in laid and row["day"] <= view.as_of:
            answers = tests_of(view, row)
            if _any_known(answers):
                judged.add(view.bucket(row["day"]))
            top[view.bucket(row["day"])] = top.get(view.bucket(row["day"]), 0) + _good(answers) * row["net"]
    return {p: ratio(top.get(p, 0), share) if p in judged else None for p, share in bottom.items()}


@naive("broker_share")
def broker_share(view: View) -> Answer:
    return {
        p: ratio(sum(r["net"] for r in rows if r["route"] in ("broker", "partner")), sum(r["net"] for r in rows))
        if any(r["route"] for r in rows) else None
        for p, rows in grouped(view, "lines", "day").items()
    }  # fmt: skip


@naive("strategic_share")
def strategic_share(view: View) -> Answer:
    return {
        p: ratio(sum(r["net"] for r in rows if r["segment"] == "Enterprise"), sum(r["net"] for r in rows))
        if any(r["segment"] for r in rows) else None
        for p, rows in grouped(view, "lines", "day").items()
    }  # fmt: skip


def _new(view: View) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for account in view.rows["accounts"]:
        first = first_revenue(view, account["account_id"])
        if first:
            found.setdefault(view.bucket(first), []).append(account)
    return found


@naive("new_logos")
def new_logos(view: View) -> Answer:
    return {p: Fraction(len(rows)) for p, rows in _new(view).items()}


@naive("icp_fit")
def icp_fit(view: View) -> Answer:
    answer: Answer = {}
    for period, rows in _new(view).items():
        parts = [fit_of(account) for account in rows]
        share = ratio(sum(hit for hit, _ in parts), sum(known for _, known in parts))
        answer[period] = None if share is None else 100 * share
    return answer


@naive("icp_completeness")
def icp_completeness(view: View) -> Answer:
    return {p: ratio(sum(fit_of(a)[1] for a in rows), 6 * len(rows)) for p, rows in _new(view).items()}


@naive("early_churn")
def early_churn(view: View) -> Answer:
    answer: Answer = {}
    for period, rows in _new(view).items():
        states = [kept(view, account["account_id"]) for account in rows]
        judged = [state for state in states if state is not None]
        answer[period] = Cell(ratio(sum(not state for state in judged), len(judged)), len(judged))
    return answer


@naive("new_logo_cv")
def new_logo_cv(view: View) -> Answer:
    firsts = [f for a in view.whole["accounts"] if (f := first_revenue(view, a["account_id"]))]
    if not firsts or view.grain not in ("month", "all"):
        return {}
    months = [m for m in periods("month", min(firsts), view.as_of, 1) if month_after(m, 1) - ONE <= view.as_of]
    answer: Answer = {}
    for last in range(11, len(months)):
        counts = [sum(m <= f < month_after(m, 1) for f in firsts) for m in months[last - 11 : last + 1]]
        mean = sum(counts) / 12
        spread = (sum((c - mean) ** 2 for c in counts) / 11) ** 0.5
        answer[view.bucket(months[last])] = spread / mean if mean else None
    return answer
