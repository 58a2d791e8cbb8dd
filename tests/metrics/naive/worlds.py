"""Seeded random companies as plain dict rows: small, untidy, with holes in every place that may have one."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
World = dict[str, list[Row]]
FIRST, DAYS = date(2022, 11, 3), 800
SEGMENTS, REGIONS, INDUSTRIES = ("Enterprise", "Mid", "Small"), ("EU", "US"), ("Retail", "Banking")
TEAMS, FAMILIES, ROUTES = ("North", "South"), ("Core", "Plus"), ("direct", "broker", "partner")
FUNCTIONS = ("marketing", "sales", "partner", "customer", "unknown")
MOTIONS = ("field", "blended", "no-touch")
STAGES = ("Lead", "Qualified", "Proposal", "Commit")


class Maker:
    """One random company. Amounts are ten-thousandths, as in the frames."""

    def __init__(self, seed: int, reps: tuple[int, int] = (1, 7), accounts: tuple[int, int] = (1, 14)) -> None:
        self.random = random.Random(seed)
        self.motions = random.Random(f"{seed} motions")  # of lines; drawn apart, so that older draws stay as they were
        self.as_of = FIRST + timedelta(self.random.randint(420, DAYS))
        self.reps = [self._rep(i) for i in range(self.random.randint(*reps))]
        self.accounts = [self._account(i) for i in range(self.random.randint(*accounts))]

    def maybe(self, value: Any, share: float = 0.85) -> Any:
        """The value, or None."""
        return value if self.random.random() < share else None

    def day(self, low: int = 0, high: int = DAYS + 60) -> date:
        """Any day, some behind `as_of`."""
        return FIRST + timedelta(self.random.randint(low, high))

    def money(self, high: int = 5_000) -> int:
        """Up to `high` units with four decimals, often whole."""
        whole = self.random.randint(0, high) * 10_000
        return whole if self.random.random() < 0.5 else whole + self.random.randint(0, 9_999)

    def _rep(self, number: int) -> Row:
        left = self.maybe(self.day(300, 900), 0.2)
        return {
            "rep_id": number, "rep": f"Rep {number}", "team": self.maybe(self.random.choice(TEAMS)),
            "hired": self.maybe(self.day(-300, 400), 0.7), "left": left, "is_rep": self.random.random() < 0.85,
        }  # fmt: skip

    def _account(self, number: int) -> Row:
        pick = self.random.choice
        return {
            "account_id": number, "segment": self.maybe(pick(SEGMENTS)), "region": self.maybe(pick(REGIONS)),
            "industry": self.maybe(pick(INDUSTRIES)), "strategic": self.maybe(self.random.random() < 0.4, 0.8),
            "employees": self.maybe(self.random.randint(1, 5000), 0.7), "created": self.maybe(self.day(-500, 300)),
        }  # fmt: skip

    def someone(self) -> Row:
        """A rep's id and dimensions, now and then nobody's."""
        if self.random.random() < 0.1:
            return {"rep": None, "team": None, "owner_id": -1}
        rep = self.random.choice(self.reps)
        return {"rep": rep["rep"], "team": rep["team"], "owner_id": rep["rep_id"]}

    def customer(self) -> Row:
        """An account's id and dimensions."""
        account = self.random.choice(self.accounts)
        return {name: account[name] for name in ("account_id", "segment", "region", "industry")}

    def line(self, number: int) -> Row:
        net = self.money() * self.random.choice((1, 1, 1, 1, -1))
        return {
            "line_id": number, "day": self.maybe(self.day(), 0.97), "net": net, **self.customer(), **self.someone(),
            "cost": self.maybe(self.money(4_000), 0.8), "list_amount": self.maybe(abs(net) + self.money(2_000), 0.7),
            "quantity": self.maybe(self.random.randint(1, 9) * 10_000), "product_id": self.random.randint(0, 4),
            "product_family": self.maybe(self.random.choice(FAMILIES)), "route": self.maybe(self.random.choice(ROUTES)),
            "motion": self.motions.choice((*MOTIONS, *MOTIONS, None)),
            "source_function": self.maybe(self.random.choice(FUNCTIONS)),
        }  # fmt: skip

    def deal(self, number: int) -> Row:
        closed = self.random.random() < 0.7
        created = self.maybe(self.day(0, DAYS - 100), 0.9)
        return {
            "deal_id": number, "created": created, "close": self.maybe(self.day(), 0.93), "is_closed": closed,
            "is_won": closed and self.random.random() < 0.5, "amount": self.maybe(self.money(90_000), 0.92),
            "probability": self.maybe(self.random.randint(0, 10_000), 0.9), "stage": self.random.choice(STAGES),
            "product_family": self.maybe(self.random.choice(FAMILIES)), "route": self.maybe(self.random.choice(ROUTES)),
            "source_function": self.maybe(self.random.choice(FUNCTIONS)), **self.customer(), **self.someone(),
            "motion": self.maybe(self.random.choice(MOTIONS)),
            "forecast_category": self.random.choice(("commit", "best case", "pipeline")),
        }  # fmt: skip

    def subscription(self, number: int) -> Row:
        start = self.day(0, DAYS)
        months = self.random.choice((12, 4, 1))
        end = start + timedelta(self.random.choice((0, 30, 91, 200, 365)))
        return {
            "subscription_id": number, "starts": start, "ends": self.maybe(end, 0.6), **self.customer(),
            **self.someone(), "annual": self.money(300) * months,
            "product_family": self.maybe(self.random.choice(FAMILIES)),
        }  # fmt: skip

    def target(self) -> Row:
        start = FIRST.replace(day=1) + timedelta(self.random.randint(0, 500))
        scope: Row = {}
        for dim, members in (("team", TEAMS), ("segment", SEGMENTS), ("source_function", FUNCTIONS[:2])):
            if self.random.random() < 0.2:
                scope[dim] = self.random.choice(members)
        return {
            "metric": self.random.choice(("net_revenue", "net_revenue", "revenue", "bookings")), "start": start,
            "end": start + timedelta(self.random.choice((30, 31, 90, 365))), "amount": self.money(500_000), **scope,
        }  # fmt: skip

    def session(self, number: int) -> list[Row]:
        day, minutes = self.day(60, DAYS), self.random.choice((15, 30, 45, 60)) * 10_000
        held = self.random.random() < 0.9
        people = self.random.sample(self.reps, self.random.randint(1, min(3, len(self.reps))))
        return [
            {"session_id": number, "day": day, "minutes": minutes, "held": held, "planned": self.random.random() < 0.5,
             "rep_id": p["rep_id"], "rep": p["rep"], "team": p["team"], "kind": "one_on_one", "manager_id": 50,
             "useful": self.maybe(self.random.randint(1, 5), 0.6)}
            for p in people
        ]  # fmt: skip


def make(seed: int) -> tuple[World, date]:
    """A world and the last day that counts in it."""
    maker = Maker(seed)
    count = maker.random.randint
    world: World = {
        "accounts": maker.accounts,
        "account_names": [
            {"account_id": a["account_id"], "name": f"Firm {a['account_id']}"} for a in maker.accounts[1:]
        ],
        "reps": maker.reps,
        "lines": [maker.line(i) for i in range(count(0, 160))],
        "deals": [maker.deal(i) for i in range(count(0, 90))],
        "subscriptions": [maker.subscription(i) for i in range(count(0, 30))],
        "targets": [maker.target() for _ in range(count(0, 12))],
        "coaching_sessions": [row for i in range(count(0, 60)) for row in maker.session(i)],
    }
    return world, maker.as_of
