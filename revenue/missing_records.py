"""Missing since last time: the records that a full export no longer has, what is at stake, and what would go with them.

Only looked at here; `revenue.missing_decisions` does what people decide.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.copy import quote, rows, scalar
from core.money import to_decimal
from revenue import objects
from revenue.imports.hangers import hangers
from revenue.imports.missing import watches
from revenue.imports.undo import later_than
from revenue.kept import kept, version
from revenue.ledger import place, referring
from revenue.models import ImportBatch

Amounts = tuple[tuple[str, Decimal], ...]  # by currency, the largest first
# What is at stake with a record: its own amount, or what is sold to, by, of or through it (table, column of its id,
# column of the amount).
_OWN = {"deals": "amount", "revenue_lines": "net_amount", "subscriptions": "amount"}
_SOLD = {
    "accounts": ("revenue_revenueline", "account_id", "net_amount"),
    "reps": ("revenue_revenueline", "owner_id", "net_amount"),
    "products": ("revenue_revenueline", "product_id", "net_amount"),
    "campaigns": ("revenue_deal", "campaign_id", "amount"),
}
AT_STAKE = {  # in words, for the head of the amounts
    "deals": "Amount", "revenue_lines": "Revenue", "subscriptions": "Amount", "accounts": "Revenue from it",
    "reps": "Revenue it owns", "products": "Revenue of it", "campaigns": "Deals through it", "leads": "",
}  # fmt: skip
_SAYS = {  # what else tells a record from another, by heading
    "deals": {
        "Account": "coalesce((SELECT a.name FROM revenue_account a WHERE a.id = t.account_id), t.account_name)",
        "Stage": "t.stage", "Close date": "t.close_on::text",
    },
    "revenue_lines": {"Booked on": "t.booked_on::text", "Product": "t.product_ref"},
    "subscriptions": {"Starts on": "t.starts_on::text", "Ends on": "t.ends_on::text"},
    "accounts": {"Segment": "t.segment", "Country": "t.country"},
    "reps": {"Team": "t.team", "Email": "t.email"},
    "products": {"Family": "t.family"},
    "campaigns": {"Channel": "t.channel"},
    "leads": {"Created on": "t.created_on::text", "Status": "t.status"},
}  # fmt: skip
SORTS = {"amount": "size DESC NULLS LAST, m.key", "id": "m.key", "name": "m.called NULLS LAST, m.key"}


@dataclass(frozen=True)
class Record:
    """A record on the list: its row, and the import that last changed it. `stakes` by currency."""

    id: int  # of the entry in the list
    row: int
    key: str
    name: str
    says: tuple[str | None, ...]
    stakes: Amounts
    last_in: int | None


@dataclass(frozen=True)
class Hanging:
    """Rows of one kind that name records which would go."""

    label: str
    count: int
    amounts: Amounts
    stays: bool  # holds the record by its id alone: its name stays known


@dataclass(frozen=True)
class Consequences:
    """What taking records out would do. `at` is the ledger's version that this was worked out from."""

    records: int
    amounts: Amounts
    history: int
    hanging: tuple[Hanging, ...]
    at: str


@dataclass(frozen=True)
class Waiting:
    """An import whose missing records nobody has decided about."""

    batch: int
    source: str
    object: str
    records: int

    @property
    def label(self) -> str:
        """What the records are, for people."""
        return objects.get(self.object).label


def watched(batch: ImportBatch) -> bool:
    """Whether imports of its object note what they lack."""
    return watches(place(batch.object))


def headings(object: str) -> tuple[str, ...]:
    """What else the list says of each record."""
    return tuple(_SAYS.get(object, {}))


def waiting() -> tuple[Waiting, ...]:
    """The newest imports of each source and object with records to decide about, those with most first."""
    return tuple(Waiting(*found) for found in rows(_WAITING))


def known_waiting(at: str) -> tuple[Waiting, ...]:
    """What `waiting` says, looked for once for each version of the ledger; `at` is the version now."""
    return tuple(Waiting(*found) for found in kept("missing records", lambda: rows(_WAITING), at=at))


_WAITING = (
    "SELECT b.id, s.name, b.object, count(*) FROM revenue_missingrecord m "
    "JOIN revenue_importbatch b ON b.id = m.batch_id JOIN revenue_source s ON s.id = b.source_id "
    "WHERE m.decision_id IS NULL AND b.status = 'done' AND NOT EXISTS (SELECT 1 FROM revenue_importbatch l "
    "WHERE l.source_id = b.source_id AND l.object = b.object AND l.status = 'done' "
    "AND (l.as_of, l.id) > (b.as_of, b.id)) GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1"
)


def newer(batch: ImportBatch) -> ImportBatch | None:
    """The newest later import of the same source and object, which makes this one's list history."""
    return later_than(batch).last()


def count(batch: ImportBatch, *, search: str = "", ids: Sequence[int] | None = None) -> int:
    """How many records wait for a decision."""
    query, values = selected(batch, search, ids)
    return int(scalar(f"WITH m AS ({query}) SELECT count(*) FROM m", values))


def amounts(batch: ImportBatch, *, search: str = "", ids: Sequence[int] | None = None) -> Amounts:
    """What is at stake with the records that wait for a decision, by currency."""
    query, values = selected(batch, search, ids)
    sold = _sold(batch.object)
    if not sold:
        return ()
    found = rows(
        f"WITH m AS ({query}), s AS ({sold}) SELECT coalesce(currency, ''), sum(total) FROM s GROUP BY 1 "
        "ORDER BY abs(sum(total)) DESC, 1",
        values,
    )
    return tuple((currency, to_decimal(int(total))) for currency, total in found)


def listing(
    batch: ImportBatch,
    *,
    search: str = "",
    ids: Sequence[int] | None = None,
    sort: str = "amount",
    limit: int | None = None,
    offset: int = 0,
) -> list[Record]:
    """The records that wait for a decision: those with most at stake first, or by another of `SORTS`."""
    query, values = selected(batch, search, ids)
    said = "".join(f", {expression}" for expression in _SAYS.get(batch.object, {}).values())
    sold = _sold(batch.object) or "SELECT 0::bigint AS id, NULL::text AS currency, 0::numeric AS total WHERE false"
    found = rows(
        f"WITH m AS MATERIALIZED ({query}), s AS ({sold}), a AS (SELECT id, sum(abs(total)) AS size, "
        "jsonb_agg(jsonb_build_array(coalesce(currency, ''), total::bigint) ORDER BY abs(total) DESC)::text AS stakes "
        f"FROM s GROUP BY id) SELECT m.record, m.id, m.key, m.called, m.batch_id, a.stakes{said} "
        f"FROM m JOIN {place(batch.object).table} t ON t.id = m.id LEFT JOIN a ON a.id = m.id "
        f"ORDER BY {SORTS.get(sort, SORTS['amount'])} LIMIT %(limit)s OFFSET %(offset)s",
        {**values, "limit": limit, "offset": offset},
    )
    return [
        Record(record, row, key, called or "", tuple(says), _stakes(stakes), last_in)
        for record, row, key, called, last_in, stakes, *says in found
    ]


def everything(batch: ImportBatch, *, search: str = "", block: int = 5_000) -> Iterator[Record]:
    """All records that wait for a decision, for an export."""
    offset = 0
    while found := listing(batch, search=search, limit=block, offset=offset):
        yield from found
        offset += block


def consequences(batch: ImportBatch, *, search: str = "", ids: Sequence[int] | None = None) -> Consequences:
    """What taking these records out would do."""
    at = version()
    query, values = selected(batch, search, ids)
    chosen = f"WITH m AS ({query})"
    history = 0
    if batch.object == "deals":
        own = f"{chosen} SELECT count(*) FROM revenue_dealhistory h JOIN m ON m.id = h.deal_id"
        history = int(scalar(f"{own} WHERE starts_with(h.key, 'import ')", values))
    hanging = _hanging(batch.object, chosen, values)
    return Consequences(
        count(batch, search=search, ids=ids), amounts(batch, search=search, ids=ids), history, tuple(hanging), at
    )


def _hanging(object: str, chosen: str, values: dict[str, object]) -> Iterator[Hanging]:
    if not objects.get(object).dimension:
        return
    for where, reference in referring(object):
        imported = "AND NOT starts_with(x.key, 'import ')" if where.spec.name == "deal_history" else ""
        amount = _OWN.get(where.spec.name)
        money = f"x.currency, sum(x.{amount})" if amount else "NULL, NULL"
        found = rows(
            f"{chosen} SELECT count(*), {money} FROM {where.table} x JOIN m ON m.id = x.{quote(reference.target)} "
            f"WHERE true {imported} {'GROUP BY x.currency ORDER BY 3 DESC NULLS LAST' if amount else ''}",
            values,
        )
        total = sum(n for n, *_ in found)
        if total:
            sums = tuple((currency or "", to_decimal(int(units))) for _, currency, units in found if units)
            yield Hanging(where.spec.label.lower(), total, sums, stays=False)
    held = sum(
        int(scalar(f"{chosen} SELECT count(*) FROM {table} x JOIN m ON m.id = x.{quote(column)}", values))
        for table, column in hangers(object)
    )
    if held:
        yield Hanging("entries made here", held, (), stays=True)


def selected(batch: ImportBatch, search: str, ids: Sequence[int] | None) -> tuple[str, dict[str, object]]:
    """The query for the undecided records of an import that are still there: record, row, key, what it is called."""
    where = place(batch.object)
    called = "t.name" if where.spec.dimension else "coalesce(t.account_name, t.account_key)"
    query = (
        f"SELECT m.id AS record, t.id, t.key, {called} AS called, t.batch_id FROM revenue_missingrecord m "
        f"JOIN {where.table} t ON t.source_id = %(source)s AND t.key = m.key "
        "WHERE m.batch_id = %(batch)s AND m.decision_id IS NULL"
    )
    values: dict[str, object] = {"source": batch.source_id, "batch": batch.pk}
    if where.spec.dimension:
        query += " AND NOT t.implied"
    if search:
        query += f" AND (t.key ILIKE %(like)s OR {called} ILIKE %(like)s)"
        values["like"] = "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    if ids is not None:
        query += " AND m.id = ANY(%(ids)s)"
        values["ids"] = list(ids)
    return query, values


def _sold(object: str) -> str:
    """The query for what is at stake: row, currency and total in ten-thousandths; "" where nothing can be."""
    if object in _OWN:
        own = f"x.{_OWN[object]}"
        return (
            f"SELECT m.id, x.currency, {own} AS total FROM m JOIN {place(object).table} x USING (id) WHERE {own} <> 0"
        )
    if object not in _SOLD:
        return ""
    table, column, amount = _SOLD[object]
    return (
        f"SELECT m.id, x.currency, sum(x.{amount}) AS total FROM m JOIN {table} x ON x.{column} = m.id "
        f"WHERE x.{amount} <> 0 GROUP BY 1, 2"
    )


def _stakes(listed: str | None) -> Amounts:
    return tuple((currency, to_decimal(units)) for currency, units in json.loads(listed or "[]"))
