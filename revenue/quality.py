"""Data quality: what in the ledger is missing, contradicts itself or has grown old, per source and overall.

The score of a source, 0 to 100:

    score = 100 × (1 − Σ wᵢ·sᵢ / Σ wᵢ),   sᵢ = things to mend / things looked at

over the items of which the source has anything to look at, with the weights `Item.weight`. Staleness has no things to
count: its share grows from 0 at `FRESH` days since the newest import to 1 at `FRESH + GROWS`. The overall score is the
same formula over the sums of all sources, with the mean staleness. A source without rows has no score.

Each item is one condition on one table, so that its count, its list and its export are the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.conf import settings

from core.copy import rows
from core.models import Company
from revenue import doubles, missing_records
from revenue.doubles import Double
from revenue.kept import kept, version
from revenue.missing_records import Waiting

FRESH = 8  # days: a weekly export that came on time, and a day
GROWS = 28  # days after which a source that was fresh counts as wholly stale
_FX = (
    "LEFT JOIN (SELECT currency AS code, min(on_date) AS first FROM revenue_fxrate GROUP BY 1) fx "
    "ON fx.code = t.currency"
)
_NO_RATE = "t.currency <> %(currency)s AND (fx.first IS NULL OR {day} < fx.first)"


@dataclass(frozen=True)
class Item:
    """One thing that can be wrong: rows `t` of `table` in `scope` are looked at, those with `wrong` are to be mended.

    Conditions may use %(today)s and %(currency)s. `shown` are SQL expressions for the list, by heading.
    """

    key: str
    label: str
    why: str  # what the flaw does to the numbers, and what to do
    object: str
    table: str
    scope: str
    wrong: str
    weight: int
    shown: Mapping[str, str]
    joins: str = ""
    count_joins: str = ""


_REP = "LEFT JOIN revenue_rep r ON r.id = t.owner_id"
_ACCOUNT = "LEFT JOIN revenue_account a ON a.id = t.account_id"
_DEAL = {
    "Deal": "t.name",
    "Account": "coalesce(a.name, t.account_name, t.account_key)",
    "Owner": "coalesce(r.name, t.owner_ref)",
    "Stage": "t.stage",
    "Close date": "t.close_on::text",
}
_USED = "(SELECT count(*) FROM revenue_{table} x WHERE x.{column} = t.id)::text"

ITEMS: tuple[Item, ...] = (
    Item(
        "missing_amount", "Deals without an amount", "They count in no pipeline and no booking: ask the owner.",
        "deals", "revenue_deal", "NOT t.implied", "t.amount IS NULL AND (NOT coalesce(t.is_closed, false) OR t.is_won)",
        3, _DEAL, f"{_REP} {_ACCOUNT}",
    ),
    Item(
        "close_in_past", "Open deals that should have closed", "Their close date is past: the forecast is wrong.",
        "deals", "revenue_deal", "NOT t.implied AND NOT coalesce(t.is_closed, false)", "t.close_on < %(today)s",
        3, _DEAL, f"{_REP} {_ACCOUNT}",
    ),
    Item(
        "closed_without_date", "Closed deals without a close date", "They belong to no month: fill it in the CRM.",
        "deals", "revenue_deal", "NOT t.implied AND t.is_closed", "t.close_on IS NULL",
        3, _DEAL, f"{_REP} {_ACCOUNT}",
    ),
    Item(
        "unknown_owner", "Owners without a rep",
        "Rows name them, no import has brought them: they have no team. Import reps, or merge them.",
        "reps", "revenue_rep", "true", "t.implied",
        2, {"Named": "coalesce(t.name, t.key)", "Deals": _USED.format(table="deal", column="owner_id"),
            "Revenue lines": _USED.format(table="revenueline", column="owner_id")},
    ),
    Item(
        "unmatched_account", "Accounts that only references know",
        "Without segment and industry they are in no cut: import accounts, or merge them.",
        "accounts", "revenue_account", "true", "t.implied",
        2, {"Named": "coalesce(t.name, t.key)", "Deals": _USED.format(table="deal", column="account_id"),
            "Revenue lines": _USED.format(table="revenueline", column="account_id")},
    ),
    Item(
        "line_without_rate", "Revenue lines that wait for an exchange rate",
        "They are in no total until a rate on or before their day comes in: import exchange rates.",
        "revenue_lines", "revenue_revenueline", "true", _NO_RATE.format(day="t.booked_on"),
        3, {"Account": "coalesce(a.name, t.account_name, t.account_key)", "Booked on": "t.booked_on::text",
            "Currency": "t.currency"}, f"{_ACCOUNT} {_FX}", _FX,
    ),
    Item(
        "deal_without_rate", "Deals that wait for an exchange rate",
        "They are in no total until a rate on or before their day comes in: import exchange rates.",
        "deals", "revenue_deal", "NOT t.implied AND t.amount IS NOT NULL",
        _NO_RATE.format(day="coalesce(t.close_on, 'infinity')"), 2, _DEAL | {"Currency": "t.currency"},
        f"{_REP} {_ACCOUNT} {_FX}", _FX,
    ),
)  # fmt: skip
BY_KEY = {item.key: item for item in ITEMS}
STALE_WEIGHT = 2


@dataclass(frozen=True)
class Found:
    """What one item found in one source, or in all: `bad` things to mend of `total` looked at."""

    item: Item
    bad: int
    total: int


@dataclass(frozen=True)
class Standing:
    """A source's quality. `days` since its newest import; None for one that only references know."""

    source: str
    source_id: int | None  # None: the whole company
    found: tuple[Found, ...]
    days: int | None
    staleness: float | None  # 0 … 1

    @property
    def score(self) -> int | None:
        """0 to 100; None where nothing was looked at. Never 100 while there is something to mend."""
        weights = [(f.item.weight, f.bad / f.total) for f in self.found if f.total]
        if not weights:
            return None
        if self.staleness is not None:
            weights.append((STALE_WEIGHT, self.staleness))
        lost = sum(w * share for w, share in weights) / sum(w for w, _ in weights)
        return min(round(100 * (1 - lost)), 99 if lost > 0 else 100)

    @property
    def to_mend(self) -> int:
        """How many things there are to mend; a stale source is one."""
        return sum(f.bad for f in self.found) + (1 if self.is_stale else 0)

    @property
    def is_stale(self) -> bool:
        """Whether the newest import is older than a weekly export may be."""
        return bool(self.staleness)


@dataclass(frozen=True)
class Quality:
    """The whole company's data quality, and each source's."""

    overall: Standing
    sources: tuple[Standing, ...] = field(default_factory=tuple)
    doubles: tuple[Double, ...] = ()  # kinds of imports that bring the same money
    missing: tuple[Waiting, ...] = ()  # newest imports that lack records, which nobody has decided about

    @property
    def stale(self) -> tuple[Standing, ...]:
        """Sources whose newest import is too old."""
        return tuple(s for s in self.sources if s.is_stale)

    @property
    def to_mend(self) -> int:
        """How many things there are to mend in all sources and between them, records that exports lack included."""
        return sum(s.to_mend for s in self.sources) + len(self.doubles) + sum(m.records for m in self.missing)

    @property
    def score(self) -> int | None:
        """That of all sources; money that is in twice, and records to decide about, leave none at 100."""
        score = self.overall.score
        return min(score, 99) if score is not None and (self.doubles or self.missing) else score


Counts = dict[str, dict[int, tuple[int, int]]]  # by item and source: how many are wrong, of how many


def measure(today: date | None = None) -> Quality:
    """Looks at the whole ledger: one grouped query per item, none of them per row. `today` is the company's."""
    today = today or Company.current().today()
    return _judged(_all_counts(today), doubles.find(), missing_records.waiting(), today)


def known(today: date | None = None) -> Quality:
    """What `measure` says, counted once for each version of the ledger and day: at the cost of a small query."""
    today, at = today or Company.current().today(), version()
    name = f"quality:{today}:{settings.ASSAY_CURRENCY}"
    return _judged(
        kept(name, lambda: _all_counts(today), at=at), doubles.known(at), missing_records.known_waiting(at), today
    )


def _all_counts(today: date) -> Counts:
    return {item.key: _counts(item, today) for item in ITEMS}


def _judged(counts: Counts, twice: list[Double], gone: tuple[Waiting, ...], today: date) -> Quality:
    names = dict(rows("SELECT id, name FROM revenue_source ORDER BY name"))
    ages = _ages(today)
    sources = tuple(_standing(pk, name, counts, ages.get(pk)) for pk, name in names.items())
    sources = tuple(s for s in sources if s.score is not None)
    totals = tuple(
        Found(item, sum(b for b, _ in counts[item.key].values()), sum(t for _, t in counts[item.key].values()))
        for item in ITEMS
    )
    stale = [s.staleness for s in sources if s.staleness is not None]
    days = max((s.days for s in sources if s.days is not None), default=None)
    overall = Standing("All sources", None, totals, days, sum(stale) / len(stale) if stale else None)
    return Quality(overall, sources, tuple(twice), gone)


def _standing(pk: int, name: str, counts: Counts, days: int | None) -> Standing:
    found = tuple(Found(item, *counts[item.key].get(pk, (0, 0))) for item in ITEMS)
    staleness = None if days is None else min(max(days - FRESH, 0) / GROWS, 1.0)
    return Standing(name, pk, found, days, staleness)


def _values(today: date) -> dict[str, object]:
    return {"today": today, "currency": settings.ASSAY_CURRENCY}


def _counts(item: Item, today: date) -> dict[int, tuple[int, int]]:
    """By source how many rows are wrong, of how many.

    Where rows need a look-up, the wrong ones are counted by themselves: their condition leaves few to look up, and
    PostgreSQL scans a million lines for it with all its workers.
    """
    values = _values(today)
    if not item.count_joins:
        query = f"SELECT source_id, count(*) FILTER (WHERE {item.wrong}), count(*) FROM {item.table} t "
        return {source: (bad, n) for source, bad, n in rows(f"{query} WHERE {item.scope} GROUP BY 1", values)}
    wrong = f"FROM {item.table} t {item.count_joins} WHERE {item.scope} AND {item.wrong} GROUP BY 1"
    query = (
        f"SELECT a.source_id, coalesce(b.n, 0), a.n "
        f"FROM (SELECT source_id, count(*) AS n FROM {item.table} t WHERE {item.scope} GROUP BY 1) a "
        f"LEFT JOIN (SELECT t.source_id, count(*) AS n {wrong}) b USING (source_id)"
    )
    return {source: (bad, n) for source, bad, n in rows(query, values)}


def _ages(today: date) -> dict[int, int]:
    """Days since the newest import of each source, by its as-of."""
    query = "SELECT source_id, %s - max(as_of)::date FROM revenue_importbatch WHERE status = 'done' GROUP BY 1"
    return {source: max(days, 0) for source, days in rows(query, [today]) if source is not None and days is not None}


def listing(item: Item, *, source: int | None, today: date, limit: int, offset: int = 0) -> list[tuple[object, ...]]:
    """The things to mend of one item, of all sources or one: row id, source, key, and the values of `item.shown`."""
    chosen = ", ".join(item.shown.values())
    only = "AND t.source_id = %(source)s" if source else ""
    query = (
        f"SELECT t.id, s.name, t.key, {chosen} FROM {item.table} t JOIN revenue_source s ON s.id = t.source_id "
        f"{item.joins} WHERE {item.scope} AND ({item.wrong}) {only} ORDER BY t.id LIMIT %(limit)s OFFSET %(offset)s"
    )
    return rows(query, {**_values(today), "source": source, "limit": limit, "offset": offset})


def known_listing(
    item: Item, *, source: int | None, today: date, limit: int, offset: int = 0
) -> list[tuple[object, ...]]:
    """What `listing` says, looked for once for each version of the ledger: three of a million rows take a while."""
    name = f"list:{item.key}:{source or 0}:{today}:{settings.ASSAY_CURRENCY}:{limit}:{offset}"
    find = partial(listing, item, source=source, today=today, limit=limit, offset=offset)
    return kept(name, find, at=version())


def everything(item: Item, *, source: int | None, today: date, block: int = 5_000) -> Iterator[tuple[object, ...]]:
    """All things to mend of one item, for an export."""
    offset = 0
    while found := listing(item, source=source, today=today, limit=block, offset=offset):
        yield from found
        offset += block
