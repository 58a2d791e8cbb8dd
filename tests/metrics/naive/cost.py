"""What growth costs and what an hour brings, naively."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.metrics.naive.coaching import month_back
from tests.metrics.naive.customers import first_revenue
from tests.metrics.naive.keys import Answer, Cell, View, grouped, money, naive, ratio
from tests.metrics.naive.periods import ONE, end_of, periods
from tests.metrics.naive.retention import _parts, _walk
from tests.metrics.naive.worlds import Row

SELLING = ("sales", "marketing")
NO_COST = "no cost on record"


def selling_costs(view: View) -> list[Row]:
    """Costs of the functions that sell, up to as-of."""
    return [
        r for r in view.whole["costs"]
        if (r["source_function"] or "").lower() in SELLING and (r["day"] is None or r["day"] <= view.as_of)
    ]  # fmt: skip


def spent(view: View) -> dict[Any, int]:
    """Their sum by period; a period without any on record is not there."""
    found: dict[Any, int] = {}
    for row in selling_costs(view):
        found[view.bucket(row["day"])] = found.get(view.bucket(row["day"]), 0) + row["amount"]
    return found


def acquired(view: View) -> dict[Any, list[int]]:
    """Accounts by the period of their first revenue."""
    found: dict[Any, list[int]] = {}
    for account in view.whole["accounts"]:
        first = first_revenue(view, account["account_id"])
        if first:
            found.setdefault(view.bucket(first), []).append(account["account_id"])
    return found


@naive("cac")
def cac(view: View) -> Answer:
    """A period in which nothing was recorded has no cost that is known."""
    new, cost = acquired(view), spent(view)
    answer: Answer = {p: Cell(None, len(who), NO_COST) for p, who in new.items()} if cost else {}
    return answer | {
        p: Cell(ratio(money(c), len(who)), len(who), "no new customers")
        for p, c in cost.items() for who in [new.get(p, [])]
    }  # fmt: skip


@naive("cost_of_sales_ratio")
def cost_of_sales_ratio(view: View) -> Answer:
    lines, cost = grouped(view, "lines", "day"), spent(view)
    answer: Answer = {p: Cell(None, len(rows), NO_COST) for p, rows in lines.items()} if cost else {}
    return answer | {
        p: Cell(ratio(c, sum(r["net"] for r in lines.get(p, []))), len(lines.get(p, [])), "no revenue")
        for p, c in cost.items()
    }


def _net(view: View, low: date, high: date) -> list[Row]:
    return [r for r in view.whole["lines"] if r["day"] and low <= r["day"] < high]


def _cost(view: View, low: date, high: date) -> int:
    return sum(r["amount"] for r in selling_costs(view) if r["day"] and low <= r["day"] < high)


@naive("magic_number")
def magic_number(view: View) -> Answer:
    """Of full quarters from the second one with revenue on."""
    days = [r["day"] for r in view.whole["lines"] if r["day"]]
    if not days or not selling_costs(view):
        return {}
    quarters = [
        q for q in periods("quarter", min(days), view.as_of, view.fiscal) if end_of("quarter", q) - ONE <= view.as_of
    ]
    answer: Answer = {}
    for was, now in pairwise(quarters):
        lines = _net(view, now, end_of("quarter", now))
        gain = sum(r["net"] for r in lines) - sum(r["net"] for r in _net(view, was, now))
        answer[now] = Cell(ratio(4 * gain, _cost(view, was, now)), len(lines))
    return answer


@naive("cac_payback_months")
def cac_payback_months(view: View) -> Answer:
    """Cost per new customer / (new MRR per new customer × margin); the number of new customers cancels out."""
    answer: Answer = {}
    if not selling_costs(view) or not view.whole["lines"]:
        return {}
    for start, opening, closing, seen in _walk(view, view.grain):
        end = end_of(view.grain, start)
        count = sum(account not in opening and account not in seen for account in closing)
        lines = [r for r in _net(view, start, end) if r["cost"] is not None]
        net, profit = sum(r["net"] for r in lines), sum(r["net"] - r["cost"] for r in lines)
        monthly = _parts(opening, closing, seen)["new"] * Fraction(profit, net) if net > 0 else Fraction(0)
        cost = _cost(view, start, end)
        if cost or count:
            answer[start] = Cell(float(money(cost) / monthly) if monthly > 0 else None, count)
    return answer


def _per_hour(view: View, worth: Callable[[Row], int | None]) -> Answer:
    """Over the weeks for which anybody logged selling hours."""
    logged = [r for r in view.whole["hours"] if r["selling"] is not None and r["day"] <= view.as_of]
    weeks = {r["day"] for r in logged}
    lines: dict[Any, int] = {}
    for row in view.rows["lines"]:
        value = worth(row)
        if row["day"] and value is not None and row["day"] - timedelta(row["day"].weekday()) in weeks:
            lines[view.bucket(row["day"])] = lines.get(view.bucket(row["day"]), 0) + value
    hours = grouped(view, "hours", "day", lambda r: r["selling"] is not None and r["day"] <= view.as_of)
    return {
        p: Cell(ratio(lines.get(p, 0), sum(r["selling"] for r in hours.get(p, []))), len(hours.get(p, [])))
        for p in {*lines, *hours}
    }


@naive("revenue_per_selling_hour")
def revenue_per_selling_hour(view: View) -> Answer:
    return _per_hour(view, lambda r: int(r["net"]))


@naive("gross_profit_per_selling_hour")
def gross_profit_per_selling_hour(view: View) -> Answer:
    return _per_hour(view, lambda r: None if r["cost"] is None else int(r["net"] - r["cost"]))


def _timed(row: Row, as_of: date) -> bool:
    return bool(row["minutes"] and row["day"] and row["day"] <= as_of)


def _earned(view: View) -> dict[int, Fraction]:
    """Gross profit of each activity: its account's, shared by minutes."""
    acts = [r for r in view.whole["activities"] if _timed(r, view.as_of)]
    earned: dict[int, Fraction] = {}
    for row in acts:
        lines = [
            r for r in view.whole["lines"]
            if r["account_id"] == row["account_id"] and r["cost"] is not None and r["day"] and r["day"] <= view.as_of
        ]  # fmt: skip
        minutes = sum(r["minutes"] for r in acts if r["account_id"] == row["account_id"])
        profit = sum(r["net"] - r["cost"] for r in lines)
        earned[row["activity_id"]] = money(profit) * Fraction(row["minutes"], minutes)
    return earned


def _busiest(view: View) -> dict[int, str]:
    """Names of the hundred accounts that took the most minutes; of two alike the older one."""
    minutes: dict[int, int] = {}
    for row in view.whole["activities"]:
        if _timed(row, view.as_of) and row["account_id"] is not None and row["account_id"] >= 0:
            minutes[row["account_id"]] = minutes.get(row["account_id"], 0) + row["minutes"]
    names = {r["account_id"]: r["name"] for r in view.whole.get("account_names", [])}
    most = sorted(minutes, key=lambda account: (-minutes[account], account))[:100]
    return {account: names.get(account, str(account)) for account in most}


def _uses(view: View) -> dict[str, tuple[Fraction, Fraction, int]]:
    """use → (profit, hours, activities) of the member."""
    earned: dict[int, Fraction] = view.once("earned", lambda: _earned(view))
    sources = {r["deal_id"]: r["source_function"] for r in view.whole["deals"]}
    busiest: dict[int, str] = view.once("busiest", lambda: _busiest(view))
    found: dict[str, tuple[Fraction, Fraction, int]] = {}
    for row in view.rows["activities"]:
        if not _timed(row, view.as_of):
            continue
        source, account = sources.get(row["deal_id"]), busiest.get(row["account_id"])
        for use in (
            f"kind: {row['kind']}",
            *([f"source: {source}"] if source else []),
            *([f"account: {account}"] if account else []),
        ):
            profit, hours, count = found.get(use, (Fraction(0), Fraction(0), 0))
            found[use] = (
                profit + earned[row["activity_id"]], hours + Fraction(row["minutes"], 600_000), count + 1
            )  # fmt: skip
    return found


@naive("return_on_effort")
def return_on_effort(view: View) -> Answer:
    return {("all", use): Cell(float(profit / hours), n) for use, (profit, hours, n) in _uses(view).items()}


@naive("cold_call_profit_per_hour")
def cold_call_profit_per_hour(view: View) -> Answer:
    earned: dict[int, Fraction] = view.once("earned", lambda: _earned(view))
    calls = [r for r in view.rows["activities"] if r["kind"].lower() == "call" and r["cold"] and _timed(r, view.as_of)]
    if not calls:
        return {}
    hours = sum(Fraction(r["minutes"], 600_000) for r in calls)
    return {"all": Cell(float(sum(earned[r["activity_id"]] for r in calls) / hours), len(calls))}


@naive("opportunity_cost")
def opportunity_cost(view: View) -> Answer:
    """(Best use of the same sort − this use) × hours."""
    uses = _uses(view)
    answer: Answer = {}
    for use, (profit, hours, n) in uses.items():
        best = max(p / h for other, (p, h, _) in uses.items() if other.split(":")[0] == use.split(":")[0])
        answer["all", use] = Cell(float((best - profit / hours) * hours), n)
    return answer


def _team(view: View, known: str, top: Callable[[Row], int], bottom: Callable[[Row], int]) -> Answer:
    """Not shown where fewer than five people stand behind it."""
    answer: Answer = {}
    for period, rows in grouped(view, "hours", "day", lambda r: r[known] is not None).items():
        people = len({r["rep_id"] for r in rows})
        value = ratio(sum(top(r) for r in rows), sum(bottom(r) for r in rows))
        answer[period] = Cell(value if people >= 5 else None, people)
    return answer


@naive("overtime_share")
def overtime_share(view: View) -> Answer:
    return _team(view, "overtime", lambda r: int(r["overtime"]), lambda r: (r["selling"] or 0) + (r["other"] or 0))


@naive("absence_rate")
def absence_rate(view: View) -> Answer:
    return _team(view, "sick_days", lambda r: int(r["sick_days"]), lambda r: 50_000)


@naive("walkaway_risk")
def walkaway_risk(view: View) -> Answer:
    """Revenue of the past year from accounts that only one rep has spoken with in it."""
    since = month_back(view.as_of + ONE, 12)
    owners = {r["deal_id"]: r["account_id"] for r in view.whole["deals"]}
    contacts: dict[int, set[int]] = {}
    for row in view.whole["activities"]:
        account = owners.get(row["deal_id"]) if row["account_id"] is None else row["account_id"]
        if account is not None and row.get("rep_id") is not None and row["day"] and since <= row["day"] <= view.as_of:
            contacts.setdefault(account, set()).add(row["rep_id"])
    year = [r for r in view.rows["lines"] if r["day"] and since <= r["day"] <= view.as_of]
    risky = [r for r in year if len(contacts.get(r["account_id"], ())) == 1]
    return {"all": Cell(money(sum(r["net"] for r in risky)), len(risky))} if year else {}
