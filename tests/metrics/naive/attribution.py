"""Credit for won deals, naively: the weights of each model path by path, Shapley by all orders of the channels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import partial
from itertools import pairwise, permutations
from typing import Any

from tests.metrics.naive.keys import Answer, Cell, View, money, naive
from tests.metrics.naive.sourcing import before_close
from tests.metrics.naive.worlds import Row

Weights = list[float]
Model = Callable[[View, Row, list[Row]], Weights]
HALF_LIFE = 7


def _paths(view: View) -> dict[int, list[Row]]:
    """The touches of each deal that went through a channel."""
    return {deal: [r for r in rows if r["channel"]] for deal, rows in before_close(view, "touches").items()}


def paths(view: View) -> dict[int, list[Row]]:
    """As `_paths`, once for a world."""
    found: dict[int, list[Row]] = view.once("paths", lambda: _paths(view))
    return found


def _only(size: int, place: int) -> Weights:
    return [float(number == place) for number in range(size)]


def _last_non_direct(touches: list[Row]) -> Weights:
    named = [i for i, row in enumerate(touches) if row["channel"].lower() != "direct"]
    return _only(len(touches), named[-1] if named else len(touches) - 1)


def _ends(size: int, share: float) -> Weights:
    if size == 1:
        return [1.0]
    if size == 2:
        return [0.5, 0.5]
    return [share, *[(1 - 2 * share) / (size - 2)] * (size - 2), share]


def _milestones(view: View, deal: Row, touches: list[Row], share: float, with_last: bool) -> Weights:
    """`share` for the first touch, the one that led to the lead, the one that led to the deal (and the last)."""
    created = [r["created"] for r in view.whole["leads"] if r["deal_id"] == deal["deal_id"] and r["created"]]
    marks = [0]
    for day in (max(created, default=None), deal["created"]):
        before = [i for i, row in enumerate(touches) if day is not None and row["at"] <= day]
        marks += before[-1:]
    if with_last:
        marks.append(len(touches) - 1)
    weights = [share * marks.count(i) for i in range(len(touches))]
    between = [i for i in range(len(touches)) if i not in marks]
    rest = 1 - sum(weights)
    for i in between:
        weights[i] = rest / len(between)
    return [w / sum(weights) for w in weights]


def _time_decay(touches: list[Row]) -> Weights:
    last: date = touches[-1]["at"]
    worth = [0.5 ** ((last - row["at"]).days / HALF_LIFE) for row in touches]
    return [w / sum(worth) for w in worth]


def _reach(moves: dict[str, dict[str, float]], gone: str | None) -> float:
    """Probability that a walk from the start ends in a win, by following it until it has ended."""
    where, won = {"(start)": 1.0}, 0.0
    while sum(where.values()) > 1e-15:
        then: dict[str, float] = {}
        for state, weight in where.items():
            for target, chance in moves[state].items():
                if target == "(won)":
                    won += weight * chance
                elif target not in ("(lost)", gone):
                    then[target] = then.get(target, 0.0) + weight * chance
        where = then
    return won


def _removal(view: View) -> dict[str, float]:
    """The share of wins that is lost without each channel, over the journeys of all deals."""
    counts: dict[str, dict[str, int]] = {}
    deals = {deal["deal_id"]: deal for deal in view.whole["deals"]}
    for number, touches in paths(view).items():
        if touches:
            end = "(won)" if deals[number]["is_won"] else "(lost)"
            for a, b in pairwise(["(start)", *[r["channel"] for r in touches], end]):
                counts.setdefault(a, {})[b] = counts.setdefault(a, {}).get(b, 0) + 1
    moves = {a: {b: n / sum(to.values()) for b, n in to.items()} for a, to in counts.items()}
    whole = _reach(moves, None) if moves else 0.0
    return {c: 1 - _reach(moves, c) / whole if whole else 0.0 for c in counts if c != "(start)"}


def _markov(view: View, touches: list[Row]) -> Weights:
    """Each channel of a path once, on its first touch, in proportion to its removal effect."""
    effects: dict[str, float] = view.once("removal", lambda: _removal(view))
    names = [row["channel"] for row in touches]
    worth = [max(effects[n], 0.0) if n not in names[:i] else 0.0 for i, n in enumerate(names)]
    if sum(worth) <= 0:
        worth = [float(n not in names[:i]) for i, n in enumerate(names)]
    return [w / sum(worth) for w in worth]


MODELS: dict[str, Model] = {
    "first": lambda v, d, t: _only(len(t), 0),
    "last": lambda v, d, t: _only(len(t), len(t) - 1),
    "last_non_direct": lambda v, d, t: _last_non_direct(t),
    "linear": lambda v, d, t: [1 / len(t)] * len(t),
    "u_shaped": lambda v, d, t: _ends(len(t), 0.4),
    "u_shaped_50": lambda v, d, t: _ends(len(t), 0.5),
    "w_shaped": lambda v, d, t: _milestones(v, d, t, 0.3, with_last=False),
    "full_path": lambda v, d, t: _milestones(v, d, t, 0.225, with_last=True),
    "time_decay": lambda v, d, t: _time_decay(t),
    "markov": lambda v, d, t: _markov(v, t),
}


def shapley(worth: Callable[[frozenset[str]], Fraction], channels: list[str]) -> dict[str, Fraction]:
    """The mean, over every order in which the channels may come, of what each adds when it comes."""
    orders = list(permutations(channels))
    credit = dict.fromkeys(channels, Fraction(0))
    for order in orders:
        there: frozenset[str] = frozenset()
        for channel in order:
            credit[channel] += worth(there | {channel}) - worth(there)
            there |= {channel}
    return {channel: value / len(orders) for channel, value in credit.items()}


@naive("attributed")
def attributed(view: View) -> Answer:
    """Credit by model and channel; under each model it adds up to the bookings."""
    groups: dict[Any, list[Row]] = {}
    for deal in view.rows["deals"]:
        if deal["is_won"]:
            groups.setdefault(view.bucket(deal["close"]), []).append(deal)
    answer: Answer = {}
    for period, deals in groups.items():
        touched = [deal for deal in deals if paths(view)[deal["deal_id"]]]
        rest = [deal for deal in deals if deal not in touched]
        for model in (*MODELS, "shapley"):
            credit = _shapley(view, touched) if model == "shapley" else _credit(view, touched, model)
            if rest:
                credit["no touch"] = sum(float(money(deal["amount"] or 0)) for deal in rest)
            assert abs(sum(credit.values()) - sum(float(money(d["amount"] or 0)) for d in deals)) < 1e-5
            answer |= {(period, model, channel): value for channel, value in credit.items()}
    return answer


def _credit(view: View, deals: list[Row], model: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for deal in deals:
        touches = paths(view)[deal["deal_id"]]
        weights = view.once(("weights", model, deal["deal_id"]), partial(MODELS[model], view, deal, touches))
        for row, weight in zip(touches, weights, strict=True):
            found[row["channel"]] = found.get(row["channel"], 0.0) + weight * float(money(deal["amount"] or 0))
    return found


def _shapley(view: View, deals: list[Row]) -> dict[str, float]:
    """A coalition is worth the deals that need no channel outside it."""
    needs = [(frozenset(r["channel"] for r in paths(view)[d["deal_id"]]), money(d["amount"] or 0)) for d in deals]
    worth: dict[frozenset[str], Fraction] = {}

    def game(there: frozenset[str]) -> Fraction:
        if there not in worth:
            worth[there] = sum((value for names, value in needs if names <= there), Fraction(0))
        return worth[there]

    channels = sorted(frozenset[str]().union(*(names for names, _ in needs)))
    return {channel: float(value) for channel, value in shapley(game, channels).items()}


def _campaigns(view: View) -> dict[int, tuple[int, float, float]]:
    """campaign → (cost, wins, revenue), the credit of each deal shared equally among its touches."""
    found = {r["campaign_id"]: (r["cost"], 0.0, 0.0) for r in view.whole["campaigns"] if r["cost"] is not None}
    for deal in view.whole["deals"]:
        touches = paths(view)[deal["deal_id"]] if deal["is_won"] else []
        for row in touches:
            if row["campaign_id"] in found:
                cost, wins, revenue = found[row["campaign_id"]]
                part = 1 / len(touches)
                found[row["campaign_id"]] = cost, wins + part, revenue + part * float(money(deal["amount"] or 0))
    return found


def _touched(view: View, campaign: int) -> int:
    won = [deal["deal_id"] for deal in view.whole["deals"] if deal["is_won"]]
    return sum(row["campaign_id"] == campaign for number in won for row in paths(view)[number])


@naive("campaign_cpa")
def campaign_cpa(view: View) -> Answer:
    return {
        ("all", str(c)): Cell(cost / 10_000 / wins if wins else None, _touched(view, c))
        for c, (cost, wins, _) in _campaigns(view).items()
    }


@naive("campaign_roas")
def campaign_roas(view: View) -> Answer:
    return {
        ("all", str(c)): Cell(revenue / (cost / 10_000) if cost else None, _touched(view, c))
        for c, (cost, _, revenue) in _campaigns(view).items()
    }
