"""The rest of a random company: its market, its people's weeks, its plans. Adds to the rows of `worlds`."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from tests.metrics.naive.worlds import DAYS, FIRST, FUNCTIONS, STAGES, Maker, Row, World, make

CHANNELS = ("Ads", "Email", "Direct", "Event")
TOPICS = ("pricing", "rivals")


class Extra:
    """Rows of the further frames, at random but the same for the same seed."""

    def __init__(self, seed: int, world: World, as_of: date) -> None:
        self.seed, self.random = seed, random.Random(seed * 7919 + 13)
        self.world, self.as_of = world, as_of
        self.deals, self.reps, self.accounts = world["deals"], world["reps"], world["accounts"]

    def maybe(self, value: Any, share: float = 0.85) -> Any:
        """The value, or None."""
        return value if self.random.random() < share else None

    def day(self, low: int = 0, high: int = DAYS + 40) -> date:
        """Any day, some behind `as_of`."""
        return FIRST + timedelta(self.random.randint(low, high))

    def money(self, high: int = 9_000) -> int:
        """Ten-thousandths, often with odd ones."""
        return self.random.randint(0, high) * 10_000 + self.random.choice((0, 0, self.random.randint(0, 9_999)))

    def rep(self) -> Row:
        """Somebody's id and dimensions."""
        who = self.random.choice(self.reps)
        return {"rep_id": who["rep_id"], "rep": who["rep"], "team": who["team"]}

    def deal_id(self, share: float = 0.8) -> int | None:
        """A deal, now and then none or one that is nowhere."""
        if not self.deals or self.random.random() > share:
            return self.maybe(None) if self.random.random() < 0.9 else 9_999
        return int(self.random.choice(self.deals)["deal_id"])

    def account(self) -> Row:
        """An account's id and dimensions."""
        who = self.random.choice(self.accounts)
        return {name: who[name] for name in ("account_id", "segment", "region", "industry")}

    def columns(self) -> None:
        """What deals, accounts, sessions and targets have beside the columns of `worlds`."""
        for row in self.accounts:
            row["owner_id"] = self.random.choice(self.reps)["rep_id"] if self.random.random() < 0.6 else None
        for row in self.deals:
            row["deal_type"] = self.random.choice(("new", "new", None, "expansion", "Renewal"))
            if self.random.random() < 0.1:
                row["forecast_category"] = "Closed"
        for row in self.world["coaching_sessions"]:
            row["kind"] = self.random.choice(("one_on_one", "pre_brief", "debrief", "Debrief", "pre_brief"))
            row["deal_id"] = self.deal_id(0.3) if self.random.random() < 0.7 else None
        if self.random.random() < 0.9:
            self.coaching()
        for _ in range(self.random.randint(0, 2)):
            start = FIRST.replace(day=1) + timedelta(self.random.randint(0, 400))
            self.world["targets"].append(
                {"metric": self.random.choice(("joint", "Joint_revenue")), "start": start,
                 "end": start + timedelta(self.random.choice((92, 365))), "amount": self.money(300_000)}
            )  # fmt: skip
        for rep in self.reps:
            if self.random.random() < 0.7:
                self.world["targets"].append(
                    {"metric": "net_revenue", "start": FIRST, "end": FIRST + timedelta(900),
                     "amount": self.money(90_000), "rep": rep["rep"], "team": self.maybe(rep["team"], 0.5)}
                )  # fmt: skip

    def coaching(self) -> None:
        """Two hours every third week of the past half year for some of the reps."""
        for number, rep in enumerate(self.reps):
            for week in range(0, 27, 3) if self.random.random() < 0.5 else ():
                self.world["coaching_sessions"].append(
                    {"session_id": 1_000 + 100 * number + week, "day": self.as_of - timedelta(7 * week), "held": True,
                     "minutes": 1_200_000, "planned": True, "rep_id": rep["rep_id"], "rep": rep["rep"],
                     "team": rep["team"], "kind": "one_on_one", "manager_id": 50, "useful": None, "deal_id": None}
                )  # fmt: skip

    def history(self, deal: Row) -> list[Row]:
        """What was said of a deal, day by day."""
        if self.random.random() < 0.3:
            return []
        rows = []
        for _ in range(self.random.randint(1, 4)):
            rows.append(
                {"deal_id": deal["deal_id"], "at": self.day(0, DAYS), "stage": self.maybe(self.random.choice(STAGES)),
                 "amount": self.maybe(self.money(90_000), 0.8), "close": self.maybe(self.day(), 0.8),
                 "probability": self.maybe(self.random.randint(0, 10_000)),
                 "forecast_category": self.random.choice(("commit", "pipeline"))}
            )  # fmt: skip
        days = [row["at"] for row in rows]
        return rows if len(set(days)) == len(days) else rows[:1]

    def endings(self) -> None:
        """Whether deals had ended at earlier times; drawn apart, so that older draws stay as they were."""
        pick = random.Random(f"{self.seed} endings")
        for row in self.world["deal_history"]:
            row["outcome"] = pick.choice((None, None, "open", "open", "won", "lost"))

    def touch(self, number: int) -> Row:
        """On a deal, on a lead, or on an account alone."""
        return {
            "touch_id": number, "at": self.day(0, DAYS), "deal_id": self.deal_id(0.6),
            "lead_id": self.maybe(self.random.randint(0, 24), 0.4),
            "account_id": self.maybe(self.account()["account_id"], 0.5),
            "channel": self.maybe(self.random.choice(CHANNELS), 0.93), "campaign_id": self.random.randint(-1, 4),
            "function": self.maybe(self.random.choice(("marketing", "Marketing", "sales", "partner", "other"))),
        }  # fmt: skip

    def lead(self, number: int) -> Row:
        """A lead that may have become a deal."""
        return {
            "lead_id": number, **self.account(), "campaign_id": self.random.randint(-1, 4),
            "deal_id": self.deal_id(0.5), "channel": self.maybe(self.random.choice(CHANNELS)),
            "created": self.maybe(self.day(), 0.93), "mql": self.maybe(self.day(), 0.5),
            "sql": self.maybe(self.day(), 0.4), "source_function": self.maybe(self.random.choice(FUNCTIONS)),
        }  # fmt: skip

    def visitors(self) -> list[Row]:
        """Who visited the website; drawn apart, so that older draws stay as they were."""
        pick = random.Random(f"{self.seed} visitors")
        return [
            {"day": FIRST + timedelta(pick.randint(0, DAYS)),
             **{name: who[name] for name in ("account_id", "segment", "region", "industry")},
             "channel": pick.choice((*CHANNELS, None)), "source_function": pick.choice(FUNCTIONS),
             "became_lead": pick.random() < 0.4}
            for _ in range(pick.choice((0, 20, 60))) for who in [pick.choice(self.accounts)]
        ]  # fmt: skip

    def activity(self, number: int) -> Row:
        """A call, a meeting, a mail."""
        day = self.maybe(self.day(0, DAYS), 0.97)
        who: Row = self.rep() if self.random.random() < 0.93 else {}
        return {
            "activity_id": number, "day": day, "at": day, "deal_id": self.deal_id(0.4),
            "kind": self.random.choice(("call", "Call", "meeting", "demo", "email")), **who,
            "account_id": self.maybe(self.account()["account_id"], 0.75), "cold": self.random.random() < 0.6,
            "minutes": self.maybe(self.random.choice((0, 5, 30, 55)) * 10_000, 0.85),
            "outcome": self.maybe(self.random.choice(("Connected", "no answer", "voicemail", "Not interested"))),
        }  # fmt: skip

    def week(self, rep: Row, monday: date) -> Row:
        """One rep's hours of a week."""
        return {
            "rep_id": rep["rep_id"], "rep": rep["rep"], "team": rep["team"], "day": monday,
            "selling": self.maybe(self.random.randint(0, 400_000)), "other": self.maybe(self.random.randint(0, 90_000)),
            "overtime": self.maybe(self.random.randint(0, 90_000)),
            "sick_days": self.maybe(self.random.randint(0, 5) * 10_000, 0.7),
        }  # fmt: skip

    def hours(self) -> list[Row]:
        """Some weeks of most reps, with gaps between them."""
        start = self.day(0, 300)
        monday = start - timedelta(start.weekday())
        weeks = [monday + timedelta(7 * n) for n in range(0, 90, self.random.choice((1, 3, 9)))][:14]
        return [self.week(rep, week) for week in weeks for rep in self.reps if self.random.random() < 0.85]

    def costs(self) -> list[Row]:
        """Monthly costs; some months, and now and then all, have none."""
        months = [date(2022 + m // 12, m % 12 + 1, 1) for m in range(10, 38)]
        rows = [
            {"day": self.maybe(month, 0.98), "amount": self.money(600), "team": None, "category": "media",
             "source_function": self.random.choice(("sales", "Marketing", "it", None))}
            for month in months for _ in range(self.random.randint(0, 2))
        ]  # fmt: skip
        pick = random.Random(f"{self.seed} whose costs")  # drawn apart, so that older draws stay as they were
        teams = [*{rep["team"] for rep in self.reps if rep["team"]}, None, None]
        return [row | {"team": pick.choice(sorted(teams, key=str)), "campaign_id": pick.choice((-1, -1, 0, 3))}
                for row in rows]  # fmt: skip

    def forecast(self) -> list[Row]:
        """One forecast of a month or a quarter, perhaps in two parts."""
        month = self.random.randint(10, 36)
        start = date(2022 + month // 12, month % 12 + 1, 1)
        length = self.random.choice((1, 1, 3))
        behind = month + length
        end, who = date(2022 + behind // 12, behind % 12 + 1, 1), self.rep()
        made = (start - timedelta(self.random.randint(0, 100))).replace(day=1)
        row = {"made": made, "start": start, "end": end, "amount": self.money(90_000), "rep": who["rep"],
               "team": who["team"]}  # fmt: skip
        return [row, {**row, "amount": self.money(9_000)}] if self.random.random() < 0.2 else [row]

    def people(self) -> World:
        """Trainings, changes, sales meetings, commitments and pulses."""
        count, pick = self.random.randint, self.random.choice
        return {
            "trainings": [
                {"day": self.day(100), "topic": pick(TOPICS), "hours": self.maybe(count(0, 80_000)), **self.rep()}
                for _ in range(count(0, 25))
            ],
            "change_events": [
                {"event_id": i, "day": self.day(), "kind": "product", "topic": pick(TOPICS)} for i in range(count(0, 3))
            ],
            "sales_meetings": [
                {"meeting_id": i, "day": self.maybe(self.day(), 0.95), "minutes": pick((0, 30, 60)) * 10_000,
                 "best_practice": count(0, 20) * 10_000, "productivity": count(0, 9) * 10_000,
                 "team": self.rep()["team"]}
                for i in range(count(0, 30))
            ],
            "commitments": [
                {"commitment_id": i, "due": due, "done": self.maybe(due + timedelta(count(-9, 3)), 0.7), **self.rep()}
                for i in range(count(0, 40)) for due in [self.day()]
            ],
            "pulses": [
                {"day": self.day(), "score": count(1, 5) * 10_000, **self.rep()}
                for _ in range(count(0, 12 * len(self.reps)))
            ],
        }  # fmt: skip


def full(seed: int) -> tuple[World, date]:
    """A world with every frame, and the last day that counts in it."""
    world, as_of = crowd(seed) if seed % 7 == 3 else make(seed)
    if seed % 5 == 1:
        world["subscriptions"] = []
    extra = Extra(seed, world, as_of)
    count = extra.random.randint
    extra.columns()
    world["deal_history"] = [row for deal in extra.deals for row in extra.history(deal)]
    extra.endings()
    world["touches"] = [extra.touch(i) for i in range(count(0, 70))]
    world["leads"] = [extra.lead(i) for i in range(count(0, 60))]
    world["visitors"] = extra.visitors()
    world["campaigns"] = [{"campaign_id": i, "cost": extra.maybe(extra.money(900), 0.7)} for i in range(5)]
    world["activities"] = [extra.activity(i) for i in range(count(0, 120))]
    world["hours"] = extra.hours() if extra.random.random() < 0.8 else []
    world["costs"] = extra.costs() if extra.random.random() < 0.8 else []
    world["forecasts"] = [row for _ in range(count(0, 40)) for row in extra.forecast()]
    return {**world, **extra.people()}, as_of


def buying(maker: Maker) -> list[Row]:
    """Lines of customers who buy at a rate of their own and, after any purchase but the first, may be gone for good."""
    rows: list[Row] = []
    for account in maker.accounts:
        rate, gone = maker.random.gammavariate(1.5, 1 / 9), maker.random.betavariate(1, 3)
        day, bought = maker.random.randint(0, 250), 0
        while day < DAYS and bought < 8:
            who = {name: account[name] for name in ("account_id", "segment", "region", "industry")}
            row = maker.line(len(rows)) | who | {"day": FIRST + timedelta(day)}
            rows.append(row | {"net": abs(row["net"]) if maker.random.random() < 0.95 else row["net"]})
            if bought and maker.random.random() < gone:
                break
            day, bought = day + 1 + int(7 * maker.random.expovariate(max(rate, 0.02))), bought + 1
    return rows


def crowd(seed: int) -> tuple[World, date]:
    """A world of many customers without contracts, who come back: enough of them to fit a model."""
    maker = Maker(seed, reps=(8, 14), accounts=(32, 40))
    world: World = {
        "accounts": maker.accounts, "reps": maker.reps, "subscriptions": [], "targets": [],
        "lines": buying(maker),
        "deals": [maker.deal(i) for i in range(maker.random.randint(90, 160))],
        "coaching_sessions": [row for i in range(60) for row in maker.session(i)],
    }  # fmt: skip
    return world, maker.as_of
