"""The facts that definitions read: one pandas table per kind of fact, with the type and unit of each column.

Money, numbers, hours, minutes and probabilities are int64 ten-thousandths (money in the company currency); where they
may be missing a `…_known` column says so and the value is 0. Days are datetime64[s] at midnight in the company's time
zone, moments datetime64[s] in UTC, each with its day in a column of its own; NaT means "no date". Ids are int64, -1
means none. Texts are categories, NaN means none; so are the dimensions, whose member None is the row without one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any

import pandas as pd

DIMENSIONS: tuple[str, ...] = (
    "segment", "region", "industry", "team", "rep", "product_family", "route", "motion", "source_function",
)  # fmt: skip
_ACCOUNT_DIMS = ("segment", "region", "industry")
_REP_DIMS = ("team", "rep")

_TYPES = {
    "id": "int64", "int": "int64", "bool": "bool", "day": "datetime64[s]", "at": "datetime64[s]", "text": "category"
}  # fmt: skip


def _schema(spec: str, dims: tuple[str, ...] = ()) -> dict[str, str]:
    """{column: dtype} from "name:kind …" (kind `int?` adds `name_known`) and the dimensions the frame carries."""
    columns: dict[str, str] = {}
    for word in spec.split():
        name, kind = word.split(":")
        columns[name] = _TYPES[kind.rstrip("?")]
        if kind.endswith("?"):
            columns[f"{name}_known"] = "bool"
    return columns | dict.fromkeys(dims, "category")


SCHEMAS: dict[str, dict[str, str]] = {
    # One row per revenue line, or per `n` lines. `bookings_basis`: won deals stand in (see `basis.lines_from_deals`).
    # `motion` and `source_function` are those of the line's deal.
    "lines": _schema(
        "line_id:id day:day account_id:id deal_id:id product_id:id owner_id:id net:int cost:int? list_amount:int?"
        " quantity:int? bookings_basis:bool n:int", DIMENSIONS),
    "deals": _schema(
        "deal_id:id account_id:id owner_id:id product_id:id campaign_id:id created:day close:day amount:int?"
        " probability:int? is_closed:bool is_won:bool stage:text deal_type:text lead_source:text"
        " forecast_category:text list_amount:int? cost:int?", DIMENSIONS),
    # `outcome`: "open", "won" or "lost" from that moment on; none where the row says nothing of it.
    "deal_history": _schema(
        "deal_id:id at:at day:day stage:text amount:int? probability:int? close:day forecast_category:text"
        " outcome:text", ()),
    # `annual`: value per year at the rate of the start day, so that MRR = annual / 12 is exact when summed first.
    "subscriptions": _schema(
        "subscription_id:id account_id:id product_id:id owner_id:id starts:day ends:day annual:int",
        ("segment", "region", "industry", "team", "rep", "product_family")),
    # A new exchange rate for running subscriptions: `change` of their annual value on `day`, nothing else moved.
    "revaluations": _schema(
        "subscription_id:id account_id:id day:day change:int",
        ("segment", "region", "industry", "team", "rep", "product_family")),
    "accounts": _schema(
        "account_id:id parent_id:id owner_id:id created:day strategic:bool? employees:int? annual_revenue:int?"
        " country:text", _ACCOUNT_DIMS),
    # No two accounts share a name here: where they do, each has its key behind it.
    "account_names": _schema("account_id:id name:text"),
    # `is_rep`: somebody whom coaching is for (not a manager without a quota). `left` is the first day no longer there.
    "reps": _schema("rep_id:id manager_id:id hired:day left:day is_rep:bool role:text", _REP_DIMS),
    "products": _schema("product_id:id list_price:int? unit_cost:int? launched:day", ("product_family",)),
    "campaigns": _schema("campaign_id:id channel:text function:text starts:day ends:day cost:int?"),
    # `source_function`: whose campaign or channel brought the lead.
    "leads": _schema(
        "lead_id:id account_id:id campaign_id:id deal_id:id channel:text created:day mql:day sql:day",
        (*_ACCOUNT_DIMS, "source_function")),
    # One row per lead, or account without a known lead, that visited the website; `day` is that of the first visit.
    # `became_lead`: a lead of that id, or of that account, is known.
    "visitors": _schema(
        "lead_id:id account_id:id day:day channel:text became_lead:bool", (*_ACCOUNT_DIMS, "source_function")),
    "touches": _schema(
        "touch_id:id at:at day:day deal_id:id account_id:id lead_id:id campaign_id:id channel:text function:text"
        " kind:text cost:int?"),
    "activities": _schema(
        "activity_id:id at:at day:day kind:text rep_id:id account_id:id deal_id:id outcome:text minutes:int? cold:bool",
        _REP_DIMS),
    # One row per rep and week; `day` is its Monday. Hours and sick days in ten-thousandths.
    "hours": _schema("rep_id:id day:day selling:int? other:int? overtime:int? sick_days:int?", _REP_DIMS),
    # `day` is the first of the month; `source_function` the function that spent it.
    "costs": _schema(
        "day:day amount:int category:text campaign_id:id", ("team", "source_function")),
    # Half-open [start, end). A row without team, rep, segment and source_function is the company's.
    "targets": _schema("metric:text start:day end:day amount:int", ("team", "rep", "segment", "source_function")),
    "forecasts": _schema("made:day start:day end:day amount:int", _REP_DIMS),
    "tickets": _schema(
        "ticket_id:id account_id:id opened:day closed:day score:int? severity:text kind:text", _ACCOUNT_DIMS),
    # One row per session and attendee (`rep_id`); `held` is False for a planned session that did not take place.
    "coaching_sessions": _schema(
        "session_id:id day:day at:at manager_id:id rep_id:id deal_id:id minutes:int kind:text topic:text planned:bool"
        " held:bool useful:int?", _REP_DIMS),
    "trainings": _schema("rep_id:id day:day topic:text hours:int? cost:int?", _REP_DIMS),
    "change_events": _schema("event_id:id day:day kind:text topic:text"),  # one row per event and topic
    "sales_meetings": _schema(
        "meeting_id:id day:day minutes:int best_practice:int productivity:int deal_review:int anecdote:int", ("team",)),
    "commitments": _schema("commitment_id:id rep_id:id manager_id:id due:day done:day", _REP_DIMS),
    "pulses": _schema("rep_id:id day:day score:int", _REP_DIMS),  # collaboration, 1–5 in ten-thousandths
}  # fmt: skip


def dimensions_of(frame: str) -> tuple[str, ...]:
    """The dimensions that the frame called `frame` carries, in the order of DIMENSIONS."""
    return tuple(dim for dim in DIMENSIONS if dim in SCHEMAS[frame])


def empty(name: str) -> pd.DataFrame:
    """The frame called `name` without rows."""
    return pd.DataFrame({column: pd.Series([], dtype=dtype) for column, dtype in SCHEMAS[name].items()})


def check(name: str, frame: pd.DataFrame) -> None:
    """Raises ValueError naming every column of `frame` that is missing or has another dtype than its schema says."""
    wrong = []
    for column, dtype in SCHEMAS[name].items():
        if column not in frame.columns:
            wrong.append(f"{column} is missing")
        elif str(frame[column].dtype) != dtype:
            wrong.append(f"{column} is {frame[column].dtype}, should be {dtype}")
    if wrong:
        raise ValueError(f"frame {name}: {'; '.join(wrong)}")


def build(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A checked frame from dict rows: what a row leaves out is none (ids -1, money 0 and unknown, NaT, no member).

    A `…_known` column that no row mentions follows from whether the value was given, and the day of a row with a
    moment from the moment. Raises ValueError on a column that the schema does not have.
    """
    schema = SCHEMAS[name]
    if {"at", "day"} <= schema.keys():
        rows = [{"day": row["at"], **row} if row.get("at") is not None else row for row in rows]
    stray = {column for row in rows for column in row} - set(schema)
    if stray:
        raise ValueError(f"frame {name} has no columns {sorted(stray)}")
    data: dict[str, pd.Series[Any]] = {}
    for column, dtype in schema.items():
        if column.endswith("_known"):
            base = column.removesuffix("_known")
            values: list[Any] = [row.get(column, row.get(base) is not None) for row in rows]
        elif dtype == "int64":
            none = -1 if column.endswith("_id") else 1 if column == "n" else 0
            values = [none if row.get(column) is None else row[column] for row in rows]
        elif dtype == "bool":
            values = [bool(row.get(column, column == "held")) for row in rows]
        else:
            values = [row.get(column) for row in rows]
        data[column] = pd.Series(values, dtype="object" if dtype == "category" else dtype)
        if dtype == "category":
            data[column] = data[column].astype("category")
    frame = pd.DataFrame(data)
    check(name, frame)
    return frame


@dataclass(frozen=True)
class Frames:
    """All facts of one computation. A frame that is not given is empty."""

    lines: pd.DataFrame = field(default_factory=partial(empty, "lines"))
    deals: pd.DataFrame = field(default_factory=partial(empty, "deals"))
    deal_history: pd.DataFrame = field(default_factory=partial(empty, "deal_history"))
    subscriptions: pd.DataFrame = field(default_factory=partial(empty, "subscriptions"))
    revaluations: pd.DataFrame = field(default_factory=partial(empty, "revaluations"))
    accounts: pd.DataFrame = field(default_factory=partial(empty, "accounts"))
    account_names: pd.DataFrame = field(default_factory=partial(empty, "account_names"))
    reps: pd.DataFrame = field(default_factory=partial(empty, "reps"))
    products: pd.DataFrame = field(default_factory=partial(empty, "products"))
    campaigns: pd.DataFrame = field(default_factory=partial(empty, "campaigns"))
    leads: pd.DataFrame = field(default_factory=partial(empty, "leads"))
    visitors: pd.DataFrame = field(default_factory=partial(empty, "visitors"))
    touches: pd.DataFrame = field(default_factory=partial(empty, "touches"))
    activities: pd.DataFrame = field(default_factory=partial(empty, "activities"))
    hours: pd.DataFrame = field(default_factory=partial(empty, "hours"))
    costs: pd.DataFrame = field(default_factory=partial(empty, "costs"))
    targets: pd.DataFrame = field(default_factory=partial(empty, "targets"))
    forecasts: pd.DataFrame = field(default_factory=partial(empty, "forecasts"))
    tickets: pd.DataFrame = field(default_factory=partial(empty, "tickets"))
    coaching_sessions: pd.DataFrame = field(default_factory=partial(empty, "coaching_sessions"))
    trainings: pd.DataFrame = field(default_factory=partial(empty, "trainings"))
    change_events: pd.DataFrame = field(default_factory=partial(empty, "change_events"))
    sales_meetings: pd.DataFrame = field(default_factory=partial(empty, "sales_meetings"))
    commitments: pd.DataFrame = field(default_factory=partial(empty, "commitments"))
    pulses: pd.DataFrame = field(default_factory=partial(empty, "pulses"))

    def get(self, name: str) -> pd.DataFrame:
        """The frame called `name`."""
        frame: pd.DataFrame = getattr(self, name)
        return frame

    def check(self) -> None:
        """Raises ValueError if any frame departs from its schema."""
        for each in fields(self):
            check(each.name, self.get(each.name))
