"""Money that is probably in twice: two kinds of import that bring the same customers the same amounts on the same days.

An invoice list beside a report of its lines, payments beside the invoices they pay: each is right by itself, and both
together count the sales twice. A kind is a source and what its files are (the preset or mapping). Lines are compared as
sums per customer's name, day and currency, so that one line an invoice meets many lines of the same. Two kinds are a
double if at least `LEAST` of these sums are equal, and at least half of those of the kind that has fewer.

Only said, never mended: which of the two is the right one is for people to know.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

from core.copy import rows, scalar
from core.money import to_decimal
from core.show import money
from revenue.kept import kept, version
from revenue.models import ImportBatch, Status
from revenue.near_misses import folded

OBJECT = "revenue_lines"
LEAST = 3  # equal sums: fewer may be chance
SHARE = Decimal("0.5")  # of the sums of the kind with fewer
MARK = "Counted twice? "  # what the note on an import begins with

# Lines are summed by account row first: there are few of those, and folding a name is dear.
_SUMS = f"""
    by_row AS MATERIALIZED (
        SELECT b.source_id, b.title, t.account_id,
            CASE WHEN t.account_id IS NULL THEN coalesce(t.account_name, t.account_key) END AS given,
            t.booked_on, t.currency, sum(t.net_amount) AS total, max(t.created_batch_id) AS batch
        FROM revenue_revenueline t JOIN revenue_importbatch b ON b.id = t.created_batch_id GROUP BY 1, 2, 3, 4, 5, 6
    ),
    named AS MATERIALIZED (SELECT id, {folded("coalesce(name, key)")} AS who FROM revenue_account),
    sums AS MATERIALIZED (
        SELECT s.source_id, s.title, coalesce(n.who, {folded("s.given")}) AS who, s.booked_on, s.currency,
            sum(s.total) AS total, max(s.batch) AS batch
        FROM by_row s LEFT JOIN named n ON n.id = s.account_id
        GROUP BY 1, 2, 3, 4, 5 HAVING sum(s.total) <> 0
    ),
    kinds AS (SELECT source_id, title, count(*) AS n, max(batch) AS batch FROM sums GROUP BY 1, 2),
    same AS (
        SELECT a.source_id AS a_source, a.title AS a_title, b.source_id AS b_source, b.title AS b_title, a.currency,
            count(*) AS n, sum(a.total) AS total
        FROM sums a JOIN sums b USING (who, booked_on, currency, total)
        WHERE who <> '' AND (a.source_id, a.title) < (b.source_id, b.title) GROUP BY 1, 2, 3, 4, 5
    ),
    pairs AS (
        SELECT a_source, a_title, b_source, b_title, sum(n) AS n,
            jsonb_agg(jsonb_build_array(currency, total::bigint) ORDER BY abs(total) DESC) AS amounts
        FROM same GROUP BY 1, 2, 3, 4
    )
"""
_QUERY = f"""
    WITH {_SUMS}
    SELECT p.a_source, x.name, p.a_title, a.n, a.batch, p.b_source, y.name, p.b_title, b.n, b.batch, p.n,
        p.amounts::text
    FROM pairs p
    JOIN kinds a ON (a.source_id, a.title) = (p.a_source, p.a_title)
    JOIN kinds b ON (b.source_id, b.title) = (p.b_source, p.b_title)
    JOIN revenue_source x ON x.id = p.a_source JOIN revenue_source y ON y.id = p.b_source
    WHERE p.n >= %s AND p.n >= %s * least(a.n, b.n) ORDER BY p.n DESC, 1, 3, 6, 8
"""
_KINDS = (
    "SELECT count(DISTINCT (source_id, title)) FROM revenue_importbatch "
    f"WHERE object = '{OBJECT}' AND status = '{Status.DONE.value}'"
)


@dataclass(frozen=True)
class Kind:
    """One of the two: lines of a source by a preset or mapping, how many sums they have, the newest import of them."""

    source_id: int
    source: str
    title: str
    sums: int
    batch: int


@dataclass(frozen=True)
class Double:
    """Two kinds of lines of which `sums` per customer and day are equal; together they are `amounts` by currency."""

    one: Kind
    other: Kind
    sums: int
    amounts: tuple[tuple[str, Decimal], ...]

    @property
    def fewer(self) -> int:
        """How many sums there could have been."""
        return min(self.one.sums, self.other.sums)


Found = tuple[int, str, str, int, int, int, str, str, int, int, int, str]


def find() -> list[Double]:
    """Looks through all revenue lines."""
    return [_double(row) for row in _found()]


def known(at: str | None = None) -> list[Double]:
    """What `find` says, looked for once for each version of the ledger; `at` is the version now, if it is known."""
    return [_double(row) for row in kept("doubles", lambda: _found() if _are_several() else [], at=at or version())]


def of(batch: ImportBatch) -> list[str]:
    """What to say of a finished import of revenue lines, as the ledger is now."""
    return _sayings(batch, known()) if batch.object == OBJECT and batch.status == Status.DONE else []


def note(batch: ImportBatch) -> list[str]:
    """What to say of an import of revenue lines that has just been promoted, inside its transaction."""
    if batch.object != OBJECT or not _has_others(batch):
        return []
    return _sayings(batch, find())


def _has_others(batch: ImportBatch) -> bool:
    others = ImportBatch.objects.filter(object=OBJECT, status=Status.DONE).exclude(pk=batch.pk)
    return others.exclude(source=batch.source_id, title=batch.title).exists()


def _sayings(batch: ImportBatch, doubles: list[Double]) -> list[str]:
    mine = (batch.source_id, batch.title)
    return [
        _said(double, there)
        for double in doubles
        for here, there in ((double.one, double.other), (double.other, double.one))
        if (here.source_id, here.title) == mine
    ]


def _said(double: Double, there: Kind) -> str:
    amounts = ", ".join(money(amount, currency) for currency, amount in double.amounts)
    return (
        f"{MARK}For {double.sums:,} of {double.fewer:,} days of customers these lines and those of {there.source} by "
        f"{there.title} (import {there.batch}) come to the same amounts, {amounts} in all. If they are the same sales, "
        "take one of the two imports back: as it is, both count."
    )


def _are_several() -> bool:
    """Whether there are two kinds at all: mostly there are not, and nothing needs to be summed."""
    return int(scalar(_KINDS)) > 1


def _found() -> list[Found]:
    return rows(_QUERY, [LEAST, SHARE])


def _double(found: Found) -> Double:
    one, other = Kind(found[0], *found[1:5]), Kind(found[5], *found[6:10])
    amounts = tuple((currency, to_decimal(units)) for currency, units in json.loads(found[11]))
    return Double(one, other, int(found[10]), amounts)
