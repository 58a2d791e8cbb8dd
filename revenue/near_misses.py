"""Names that are probably one: rows of a dimension whose names differ by case, blanks and punctuation alone.

Only proposed, with what is at stake; `revenue.merges` does what people decide.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import groupby
from operator import itemgetter

from core.copy import rows, run
from core.money import to_decimal
from revenue.kept import kept, version
from revenue.ledger import place
from revenue.models import Merge

DIMENSIONS = ("accounts", "reps", "products", "campaigns")
# What is sold to, by, of or through the row: table, column of the row's id, column of the amount.
_STAKES = {
    "accounts": ("revenue_revenueline", "account_id", "net_amount"),
    "reps": ("revenue_revenueline", "owner_id", "net_amount"),
    "products": ("revenue_revenueline", "product_id", "net_amount"),
    "campaigns": ("revenue_deal", "campaign_id", "amount"),
}


def folded(text: str) -> str:
    """The SQL expression for a name without case, blanks and punctuation; `text` is an expression too."""
    return f"regexp_replace(lower(normalize({text}, NFKC)), '[^[:alnum:]]+', '', 'g')"


# Folded name, row id, source id, source, key, name, whether implied, stakes as JSON.
Alike = tuple[str, int, int, str, str, str, bool, str | None]
Pair = tuple[Alike, Alike]  # the alias, and the row that it is proposed into
Decided = set[frozenset[tuple[int, str]]]  # pairs of source and key
MOST = 1_000  # pairs at hand


@dataclass(frozen=True)
class Row:
    """A row of a dimension as a proposal shows it."""

    id: int
    source_id: int
    source: str
    key: str
    name: str
    implied: bool  # known from references alone
    stakes: tuple[tuple[str, Decimal], ...]  # (currency, amount) of what names it, the largest first

    @property
    def size(self) -> Decimal:
        """How much names it, whatever the currency: for the order of a list."""
        return sum((abs(amount) for _, amount in self.stakes), Decimal(0))


@dataclass(frozen=True)
class Known:
    """How many pairs of a dimension are proposed, and the first of them."""

    count: int
    pairs: list[Pair]


@dataclass(frozen=True)
class Proposal:
    """Two rows that are probably one; if they are, what names `alias` means `kept`."""

    object: str
    alias: Row
    kept: Row


def propose(object: str) -> list[Proposal]:
    """The near-miss names of one dimension, those with most at stake first; pairs that were decided are left out.

    Of rows with one name all are proposed into the one that an import brought and that most revenue names. Rows of one
    source with the very same name are not proposed: there may well be two of them. KeyError for another object.
    """
    return [proposal(object, pair) for pair in _undecided(_pairs(object), _decided().get(object, set()))]


def known() -> dict[str, Known]:
    """How many pairs `propose` gives of each dimension, and the first of them: looked for once for each version.

    There may be tens of thousands: `MOST` of them are at hand, the others follow as these are decided.
    """
    at, decided = version(), _decided()
    found = {}
    for name in DIMENSIONS:
        apart = decided.get(name, set())
        count, first = kept(f"near misses:{name}:{len(apart) // (MOST // 2)}", partial(_first, name, apart), at=at)
        left = _undecided(first, apart)
        found[name] = Known(count - (len(first) - len(left)), left)
    return found


def _first(object: str, decided: Decided) -> tuple[int, list[Pair]]:
    pairs = _undecided(_pairs(object), decided)
    return len(pairs), pairs[:MOST]


def proposal(object: str, pair: Pair) -> Proposal:
    """The pair as it is shown."""
    alias, into = pair
    return Proposal(object, _row(alias), _row(into))


def _pairs(object: str) -> list[Pair]:
    found = []
    for _, group in groupby(_alike(object), key=itemgetter(0)):
        rows_of = [(each, _row(each)) for each in group]
        into, into_row = max(rows_of, key=lambda r: (not r[1].implied, r[1].size, -r[1].id))
        for alias, row in rows_of:
            twins = row.source_id == into_row.source_id and row.name == into_row.name
            if row.id != into_row.id and not twins:
                found.append((-row.size, row.name, row.id, (alias, into)))
    return [pair for *_, pair in sorted(found, key=itemgetter(0, 1, 2))]


def _undecided(pairs: list[Pair], decided: Decided) -> list[Pair]:
    if not decided:
        return pairs
    return [(a, b) for a, b in pairs if frozenset({(a[2], a[4]), (b[2], b[4])}) not in decided]


def _decided() -> dict[str, Decided]:
    """The pairs that people have decided about, by dimension."""
    found: dict[str, Decided] = {}
    decided = Merge.objects.exclude(decision=Merge.Decision.REVERSED)
    columns = ("object", "alias_source_id", "alias_key", "kept_source_id", "kept_key")
    for object, alias_source, alias_key, kept_source, kept_key in decided.values_list(*columns):
        pair = frozenset({(alias_source, alias_key), (kept_source, kept_key)})
        found.setdefault(object, set()).add(pair)
    return found


def _alike(object: str) -> list[Alike]:
    """The rows of a dimension that share their folded name with another, name by name."""
    table = place(object).table
    stake, column, amount = _STAKES[object]
    run("DROP TABLE IF EXISTS near_miss")
    run(
        "CREATE TEMP TABLE near_miss AS WITH folded AS "
        f"(SELECT id, source_id, key, name, implied, {folded('name')} AS fold FROM {table} WHERE name IS NOT NULL) "
        "SELECT f.* FROM folded f JOIN (SELECT fold FROM folded WHERE fold <> '' GROUP BY fold "
        "HAVING count(*) > 1) g USING (fold) "
        "WHERE NOT EXISTS (SELECT 1 FROM revenue_merge m WHERE m.object = %s AND m.decision = 'accepted' "
        "AND m.alias_source_id = f.source_id AND m.alias_key = f.key)",
        [object],
    )
    found = rows(
        "SELECT n.fold, n.id, n.source_id, s.name, n.key, n.name, n.implied, a.stakes::text "
        "FROM near_miss n JOIN revenue_source s ON s.id = n.source_id LEFT JOIN (SELECT id, jsonb_agg("
        "jsonb_build_array(coalesce(currency, ''), total::bigint) ORDER BY abs(total) DESC) AS stakes FROM ("
        f"SELECT t.{column} AS id, t.currency, sum(t.{amount}) AS total FROM {stake} t "
        f"JOIN near_miss m ON m.id = t.{column} WHERE t.{amount} <> 0 GROUP BY 1, 2) x GROUP BY 1) a ON a.id = n.id "
        "ORDER BY n.fold, n.id"
    )
    run("DROP TABLE near_miss")
    return found


def _row(alike: Alike) -> Row:
    _, pk, source_id, source, key, name, implied, stakes = alike
    return Row(pk, source_id, source, key, name, implied, _stakes(stakes))


def _stakes(listed: str | None) -> tuple[tuple[str, Decimal], ...]:
    return tuple((currency, to_decimal(units)) for currency, units in json.loads(listed or "[]"))
