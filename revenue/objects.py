"""The objects Assay keeps and their columns: the plain format of the documentation, in one place.

Everything that must know what a `deals` row looks like asks here: reading, mapping, typing, staging,
promoting, templates for download, the mapping page. Apps above `revenue` (coaching, metrics) add their
own objects with `register` from their `AppConfig.ready`, so that imports keep pointing one way.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Kind(enum.StrEnum):
    """How a column's text is understood. Money is kept as integers in ten-thousandths of the currency unit."""

    ID = "id"  # text, byte for byte: `007` and 18 digits survive
    TEXT = "text"  # text, outer blanks trimmed
    REF = "ref"  # id or exact name of another object's row
    MONEY = "money"  # at most four decimals, stored as bigint ten-thousandths
    NUMBER = "number"  # decimal, at most four decimals, stored as bigint ten-thousandths (quantities, hours, minutes)
    RATE = "rate"  # currency rate: decimal with up to ten decimals
    INTEGER = "integer"
    PROBABILITY = "probability"  # 0–1 or 0–100, one reading per column; stored as ten-thousandths of 1
    DATE = "date"
    TIMESTAMP = "timestamp"  # a date alone is midnight in the company's time zone
    BOOLEAN = "boolean"
    CURRENCY = "currency"  # ISO 4217 code
    CHOICE = "choice"  # one of `choices`, in any case


@dataclass(frozen=True)
class Column:
    """One column of an object. `refers_to` names the object a REF or ID column points at."""

    name: str
    kind: Kind
    required: bool = False
    nullable: bool = False  # a required column whose value may be missing in a row: counted as a data-quality item
    choices: tuple[str, ...] = ()
    refers_to: str = ""
    help: str = ""


@dataclass(frozen=True)
class ObjectSpec:
    """One object: its columns in the order of the documentation and what makes a row the same row next week."""

    name: str
    label: str
    model: str  # "app_label.ModelName"
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    content_key: bool = False  # rows may be equal in all key columns: an ordinal among equals tells them apart
    one_of: tuple[tuple[str, ...], ...] = ()  # of each group at least one column must be present
    dimension: bool = False  # other objects refer to its rows
    unlocks: str = ""  # what importing it makes possible, for empty states

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """All column names, in order."""
        return tuple(c.name for c in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that every row must fill."""
        return tuple(c.name for c in self.columns if c.required)


@dataclass
class _Registry:
    specs: dict[str, ObjectSpec] = field(default_factory=dict)


_registry = _Registry()


def register(spec: ObjectSpec) -> ObjectSpec:
    """Adds an object. Registering the same name twice with another spec raises ValueError."""
    known = _registry.specs.get(spec.name)
    if known is not None and known != spec:
        raise ValueError(f"object {spec.name!r} is registered twice")
    _registry.specs[spec.name] = spec
    return spec


def get(name: str) -> ObjectSpec:
    """The object called `name`; KeyError if there is none."""
    return _registry.specs[name]


def all_objects() -> tuple[ObjectSpec, ...]:
    """Every registered object, in the order in which they must be promoted (dimensions first)."""
    return tuple(sorted(_registry.specs.values(), key=lambda s: not s.dimension))


# Short forms, so that the tables below read like the documentation.
def _c(name: str, kind: Kind = Kind.TEXT, **rest: object) -> Column:
    return Column(name, kind, **rest)  # type: ignore[arg-type]


def _id(name: str) -> Column:
    return Column(name, Kind.ID, required=True)


def _money(name: str, required: bool = False) -> Column:
    return Column(name, Kind.MONEY, required=required)


def _date(name: str, required: bool = False) -> Column:
    return Column(name, Kind.DATE, required=required)


_CURRENCY = Column("currency", Kind.CURRENCY, help="ISO code; empty means the company currency")
_ACCOUNT_ID = Column("account_id", Kind.ID, refers_to="accounts")
_ACCOUNT = Column("account", Kind.REF, refers_to="accounts", help="the account's exact name, where there is no id")
_OWNER = Column("owner", Kind.REF, refers_to="reps", help="rep id, exact name or e-mail")
_PRODUCT = Column("product", Kind.REF, refers_to="products", help="product id or exact name")
_CAMPAIGN = Column("campaign", Kind.REF, refers_to="campaigns", help="campaign id or exact name")
_DEAL_ID = Column("deal_id", Kind.ID, refers_to="deals")
_FUNCTION = Column("function", Kind.CHOICE, choices=("marketing", "sales", "partner"))

ACCOUNTS = register(
    ObjectSpec(
        "accounts",
        "Accounts",
        "revenue.Account",
        (
            _id("account_id"),
            _c("name", required=True),
            Column("parent_account_id", Kind.ID, refers_to="accounts"),
            _c("segment"),
            _c("industry"),
            _c("region"),
            _c("country"),
            _c("employees", Kind.INTEGER),
            _money("annual_revenue"),
            _c("strategic", Kind.BOOLEAN),
            _date("created_on"),
            _OWNER,
        ),
        key=("account_id",),
        dimension=True,
        unlocks="revenue by segment, industry and region; customer fit",
    )
)
REPS = register(
    ObjectSpec(
        "reps",
        "Reps",
        "revenue.Rep",
        (
            _id("rep_id"),
            _c("name", required=True),
            _c("email"),
            _c("team"),
            _c("manager"),
            _c("role"),
            _c("region"),
            _date("hired_on"),
            _date("left_on"),
        ),
        key=("rep_id",),
        dimension=True,
        unlocks="numbers by team and rep, coaching hours per rep",
    )
)
PRODUCTS = register(
    ObjectSpec(
        "products",
        "Products",
        "revenue.Product",
        (
            _id("product_id"),
            _c("name", required=True),
            _c("family"),
            _money("list_price"),
            _money("unit_cost"),
            _CURRENCY,
            _date("launched_on"),
        ),
        key=("product_id",),
        dimension=True,
        unlocks="margin and discount by product family",
    )
)
CAMPAIGNS = register(
    ObjectSpec(
        "campaigns",
        "Campaigns",
        "revenue.Campaign",
        (
            _id("campaign_id"),
            _c("name", required=True),
            _c("channel"),
            _FUNCTION,
            _date("starts_on"),
            _date("ends_on"),
            _money("cost"),
            _CURRENCY,
        ),
        key=("campaign_id",),
        dimension=True,
        unlocks="cost per acquisition and return on campaign spend",
    )
)
DEALS = register(
    ObjectSpec(
        "deals",
        "Deals",
        "revenue.Deal",
        (
            _id("deal_id"),
            _c("name"),
            _ACCOUNT_ID,
            _ACCOUNT,
            _OWNER,
            _PRODUCT,
            _c("stage", required=True),
            Column("amount", Kind.MONEY, required=True, nullable=True),
            _CURRENCY,
            _c("probability", Kind.PROBABILITY),
            _c("forecast_category"),
            _date("created_on"),
            _date("close_on"),
            _c("is_closed", Kind.BOOLEAN),
            _c("is_won", Kind.BOOLEAN),
            _c("deal_type", Kind.CHOICE, choices=("new", "expansion", "renewal")),
            _c("lead_source"),
            _CAMPAIGN,
            _c("route"),
            _c("motion"),
            _money("list_amount"),
            _money("cost"),
            _c("lost_reason"),
            _c("next_step"),
        ),
        key=("deal_id",),
        one_of=(("account_id", "account"),),
        dimension=True,
        unlocks="bookings, win rate, sales cycle and pipeline",
    )
)
DEAL_HISTORY = register(
    ObjectSpec(
        "deal_history",
        "Deal history",
        "revenue.DealHistory",
        (
            Column("deal_id", Kind.ID, required=True, refers_to="deals"),
            _c("changed_at", Kind.TIMESTAMP, required=True),
            _c("stage"),
            _money("amount"),
            _c("probability", Kind.PROBABILITY),
            _date("close_on"),
            _c("forecast_category"),
        ),
        key=("deal_id", "changed_at"),
        content_key=True,
        unlocks="pipeline movement and stage conversion",
    )
)
REVENUE_LINES = register(
    ObjectSpec(
        "revenue_lines",
        "Revenue lines",
        "revenue.RevenueLine",
        (
            _id("line_id"),
            _ACCOUNT_ID,
            _ACCOUNT,
            _date("booked_on", required=True),
            _money("net_amount", required=True),
            _CURRENCY,
            _c("quantity", Kind.NUMBER),
            _money("list_amount"),
            _money("cost"),
            _PRODUCT,
            _OWNER,
            _DEAL_ID,
            _c("route"),
            _c("region"),
            _c("segment"),
        ),
        key=("line_id",),
        one_of=(("account_id", "account"),),
        unlocks="net revenue, growth, margin and discount",
    )
)
SUBSCRIPTIONS = register(
    ObjectSpec(
        "subscriptions",
        "Subscriptions",
        "revenue.Subscription",
        (
            _id("subscription_id"),
            _ACCOUNT_ID,
            _ACCOUNT,
            _date("starts_on", required=True),
            Column("ends_on", Kind.DATE, help="exclusive; empty = open"),
            _money("amount", required=True),
            _c("interval", Kind.CHOICE, choices=("month", "quarter", "year")),
            _CURRENCY,
            _PRODUCT,
            _OWNER,
        ),
        key=("subscription_id",),
        one_of=(("account_id", "account"),),
        unlocks="recurring revenue, churn and retention",
    )
)
LEADS = register(
    ObjectSpec(
        "leads",
        "Leads",
        "revenue.Lead",
        (
            _id("lead_id"),
            _ACCOUNT,
            _c("channel"),
            _CAMPAIGN,
            _date("created_on"),
            _date("mql_on"),
            _date("sql_on"),
            Column("converted_deal_id", Kind.ID, refers_to="deals"),
            _c("status"),
        ),
        key=("lead_id",),
        dimension=True,
        unlocks="the funnel from lead to won",
    )
)
TOUCHES = register(
    ObjectSpec(
        "touches",
        "Touches",
        "revenue.Touch",
        (
            _c("touched_at", Kind.TIMESTAMP, required=True),
            _c("channel", required=True),
            _DEAL_ID,
            _ACCOUNT_ID,
            Column("lead_id", Kind.ID, refers_to="leads"),
            _CAMPAIGN,
            _FUNCTION,
            _c("kind"),
            _money("cost"),
            Column("touch_id", Kind.ID, help="made from the row's content if absent"),
        ),
        key=("touch_id",),
        content_key=True,
        one_of=(("deal_id", "account_id", "lead_id"),),
        unlocks="sourced and influenced revenue, attribution",
    )
)
ACTIVITIES = register(
    ObjectSpec(
        "activities",
        "Activities",
        "revenue.Activity",
        (
            _id("activity_id"),
            _c("occurred_at", Kind.TIMESTAMP, required=True),
            _c("kind", Kind.CHOICE, required=True, choices=("call", "email", "meeting", "demo")),
            Column("rep", Kind.REF, refers_to="reps"),
            _ACCOUNT_ID,
            _DEAL_ID,
            _c("outcome"),
            _c("minutes", Kind.NUMBER),
            _c("cold", Kind.BOOLEAN),
        ),
        key=("activity_id",),
        unlocks="pre-brief and debrief rates, return on effort",
    )
)
HOURS = register(
    ObjectSpec(
        "hours",
        "Hours",
        "revenue.Hours",
        (
            Column("rep", Kind.REF, required=True, refers_to="reps"),
            _date("week_starting", required=True),
            _c("selling_hours", Kind.NUMBER),
            _c("other_hours", Kind.NUMBER),
            _c("overtime_hours", Kind.NUMBER),
            _c("sick_days", Kind.NUMBER),
        ),
        key=("rep", "week_starting"),
        unlocks="revenue and gross profit per selling hour",
    )
)
COSTS = register(
    ObjectSpec(
        "costs",
        "Costs",
        "revenue.Cost",
        (
            _date("month", required=True),
            _c("function", required=True),
            _c("category", required=True),
            _money("amount", required=True),
            _CURRENCY,
            _c("team"),
            _CAMPAIGN,
        ),
        key=("month", "function", "category", "team", "campaign"),
        content_key=True,
        unlocks="cost of sales, acquisition cost and payback",
    )
)
FX_RATES = register(
    ObjectSpec(
        "fx_rates",
        "Exchange rates",
        "revenue.FxRate",
        (
            _c("currency", Kind.CURRENCY, required=True),
            _date("on_date", required=True),
            _c("rate", Kind.RATE, required=True),
        ),
        key=("currency", "on_date"),
        unlocks="amounts in other currencies",
    )
)
TICKETS = register(
    ObjectSpec(
        "tickets",
        "Tickets",
        "revenue.Ticket",
        (
            _id("ticket_id"),
            _ACCOUNT_ID,
            _date("opened_on"),
            _date("closed_on"),
            _c("severity"),
            _c("score", Kind.NUMBER, help="CSAT or NPS"),
            _c("kind"),
        ),
        key=("ticket_id",),
        unlocks="customer experience beside retention",
    )
)
