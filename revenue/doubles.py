"""Money that is probably in twice: two kinds of import that bring the same customers the same amounts on the same days.

An invoice list beside a report of its lines, payments beside the invoices they pay: each is right by itself, and both
together count the sales twice. A kind is a source and what its files are (the preset or mapping). Lines are compared as
sums per customer's name, day and currency, so that one line an invoice meets many lines of the same. Two kinds are a
double if at least `LEAST` of these sums are equal, and at least half of those of the kind that has fewer; or if at
least `LEAST_NEAR` are equal but for a tax, and at least four in five.

Only said, never mended: which of the two is the right one is for people to know. Where somebody has said that the two
are different money (`different_money`) it is not said again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

from core.copy import rows, scalar
from core.money import to_decimal
from core.show import money
from revenue import different_money
from revenue.kept import kept, version
from revenue.models import ImportBatch, Status
from revenue.near_misses import folded

OBJECT = "revenue_lines"
LEAST = 3  # equal sums: fewer may be chance
SHARE = Decimal("0.5")  # of the sums of the kind with fewer
TAX = Decimal("1.3")  # the larger of two sums over the smaller, at most: no sales tax is above 30 %
LEAST_NEAR = 5
SHARE_NEAR = Decimal("0.8")
MARK = "Counted twice? "  # what the note on an import begins with

# Kinds and names are numbers while lines are summed and compared: texts of a million lines would take seconds to sort.
_QUERY = f"""
    WITH kinds_of AS MATERIALIZED (
        SELECT id, source_id, title, dense_rank() OVER (ORDER BY source_id, title)::int AS kind
        FROM revenue_importbatch WHERE object = '{OBJECT}'
    ),
    named AS MATERIALIZED (
        SELECT id, hashtextextended(who, 0) AS who
        FROM (SELECT id, {folded("coalesce(name, key)")} AS who FROM revenue_account) n WHERE who <> ''
    ),
    sums AS MATERIALIZED (
        SELECT k.kind, n.who, t.booked_on, t.currency, sum(t.net_amount) AS total, max(t.created_batch_id) AS batch
        FROM revenue_revenueline t JOIN kinds_of k ON k.id = t.created_batch_id JOIN named n ON n.id = t.account_id
        GROUP BY 1, 2, 3, 4 HAVING sum(t.net_amount) <> 0
    ),
    sizes AS (SELECT kind, count(*) AS n, max(batch) AS batch FROM sums GROUP BY 1),
    kinds AS (
        SELECT z.kind, z.n, z.batch, k.source_id, s.name, k.title
        FROM sizes z JOIN kinds_of k ON k.id = z.batch JOIN revenue_source s ON s.id = k.source_id
    ),
    met AS (
        SELECT currency, array_agg(kind) AS kinds, array_agg(total) AS totals
        FROM sums GROUP BY who, booked_on, currency HAVING count(*) > 1
    ),
    same AS (
        SELECT a.kind AS one, b.kind AS other, m.currency,
            count(*) FILTER (WHERE a.total = b.total) AS equal, count(*) AS near,
            sum(least(abs(a.total), abs(b.total)) * sign(a.total)) AS total
        FROM met m, unnest(m.kinds, m.totals) AS a(kind, total), unnest(m.kinds, m.totals) AS b(kind, total)
        WHERE a.kind < b.kind AND sign(a.total) = sign(b.total)
            AND greatest(abs(a.total), abs(b.total)) <= {TAX} * least(abs(a.total), abs(b.total))
        GROUP BY 1, 2, 3
    ),
    pairs AS (
        SELECT one, other, sum(equal) AS equal, sum(near) AS near,
            jsonb_agg(jsonb_build_array(currency, total::bigint) ORDER BY abs(total) DESC) AS amounts
        FROM same GROUP BY 1, 2
    )
    SELECT a.source_id, a.name, a.title, a.n, a.batch, b.source_id, b.name, b.title, b.n, b.batch,
        p.near, p.equal < p.near, p.amounts::text
    FROM pairs p JOIN kinds a ON a.kind = p.one JOIN kinds b ON b.kind = p.other
    WHERE p.equal >= {LEAST} AND p.equal >= {SHARE} * least(a.n, b.n)
        OR p.near >= {LEAST_NEAR} AND p.near >= {SHARE_NEAR} * least(a.n, b.n)
    ORDER BY p.near DESC, p.one, p.other
"""
_KINDS = (
    "SELECT count(DISTINCT (source_id, title)) FROM revenue_importbatch "
    f"WHERE object = '{OBJECT}' AND status IN ('{Status.DONE.value}', '{Status.STAGED.value}')"  # one is being promoted
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
    """Two kinds of lines of which `sums` per customer and day agree, some but for a tax if it `differs`.

    What both bring, the smaller where they differ, is `amounts` by currency.
    """

    one: Kind
    other: Kind
    sums: int
    differs: bool
    amounts: tuple[tuple[str, Decimal], ...]

    @property
    def pair(self) -> different_money.Pair:
        """The two as `different_money` names them."""
        return different_money.pair((self.one.source_id, self.one.title), (self.other.source_id, self.other.title))

    @property
    def fewer(self) -> int:
        """How many sums there could have been."""
        return min(self.one.sums, self.other.sums)


Found = tuple[int, str, str, int, int, int, str, str, int, int, int, bool, str]


def find() -> list[Double]:
    """Looks through all revenue lines; at once where they are of one kind."""
    return _unsettled([_double(row) for row in _found()])


def known(at: str | None = None) -> list[Double]:
    """What `find` says, looked for once for each version of the ledger; `at` is the version now, if it is known."""
    return _unsettled([_double(row) for row in kept("doubles by sums", _found, at=at or version())])


def _unsettled(found: list[Double]) -> list[Double]:
    """Those of which nobody has said that they are different money."""
    apart = different_money.said() if found else set()
    return [double for double in found if double.pair not in apart]


def of(batch: ImportBatch) -> list[str]:
    """What to say of a finished import of revenue lines, as the ledger is now."""
    return _sayings(batch, known()) if batch.object == OBJECT and batch.status == Status.DONE else []


def note(batch: ImportBatch) -> list[str]:
    """What to say of an import of revenue lines that has just been promoted, inside its transaction."""
    return _sayings(batch, find()) if batch.object == OBJECT else []


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
        f"{there.title} (import {there.batch}) come to the same amounts"
        f"{', or nearly, as with and without tax' if double.differs else ''}: {amounts} in all. "
        "If they are the same sales, take one of the two imports back; if they are different, say so under "
        "data quality. As it is, both count."
    )


def _found() -> list[Found]:
    return rows(_QUERY) if int(scalar(_KINDS)) > 1 else []


def _double(found: Found) -> Double:
    one, other = Kind(found[0], *found[1:5]), Kind(found[5], *found[6:10])
    amounts = tuple((currency, to_decimal(units)) for currency, units in json.loads(found[12]))
    return Double(one, other, int(found[10]), found[11], amounts)
