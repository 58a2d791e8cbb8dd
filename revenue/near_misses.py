"""Names that are probably one: rows of a dimension whose names differ by case, blanks and punctuation alone.

Only proposed, with what is at stake; `revenue.merges` does what people decide.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

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
_FOLD = "regexp_replace(lower(normalize(name, NFKC)), '[^[:alnum:]]+', '', 'g')"


# Folded name, row id, source id, source, key, name, whether implied, stakes as JSON.
Alike = tuple[str, int, int, str, str, str, bool, str | None]


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
    return _pairs(object, _alike(object), _decided().get(object, set()))


def known() -> dict[str, list[Proposal]]:
    """What `propose` says of each dimension, looked for once for each version of the ledger."""
    at, decided = version(), _decided()
    return {
        name: _pairs(name, kept(f"near-misses:{name}", partial(_alike, name), at=at), decided.get(name, set()))
        for name in DIMENSIONS
    }


def _pairs(object: str, alike: list[Alike], decided: set[frozenset[tuple[int, str]]]) -> list[Proposal]:
    found = []
    for group in _groups(alike):
        into = max(group, key=lambda r: (not r.implied, r.size, -r.id))
        for alias in group:
            twins = alias.source_id == into.source_id and alias.name == into.name
            pair = frozenset({(alias.source_id, alias.key), (into.source_id, into.key)})
            if alias.id != into.id and not twins and pair not in decided:
                found.append(Proposal(object, alias, into))
    return sorted(found, key=lambda p: (-p.alias.size, p.alias.name))


def _decided() -> dict[str, set[frozenset[tuple[int, str]]]]:
    """The pairs that people have decided about, by dimension."""
    found: dict[str, set[frozenset[tuple[int, str]]]] = {}
    decided = Merge.objects.exclude(decision=Merge.Decision.REVERSED)
    columns = ("object", "alias_source_id", "alias_key", "kept_source_id", "kept_key")
    for object, alias_source, alias_key, kept_source, kept_key in decided.values_list(*columns):
        pair = frozenset({(alias_source, alias_key), (kept_source, kept_key)})
        found.setdefault(object, set()).add(pair)
    return found


def _alike(object: str) -> list[Alike]:
    """The rows of a dimension that share their folded name with another, by their ids."""
    table = place(object).table
    stake, column, amount = _STAKES[object]
    run("DROP TABLE IF EXISTS near_miss")
    run(
        f"CREATE TEMP TABLE near_miss AS WITH folded AS (SELECT id, source_id, key, name, implied, {_FOLD} AS fold "
        f"FROM {table} WHERE name IS NOT NULL) SELECT f.* FROM folded f JOIN (SELECT fold FROM folded WHERE fold <> '' "
        "GROUP BY fold HAVING count(*) > 1) g USING (fold) "
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
        "ORDER BY n.id"
    )
    run("DROP TABLE near_miss")
    return found


def _groups(alike: list[Alike]) -> list[list[Row]]:
    groups: dict[str, list[Row]] = {}
    for fold, pk, source_id, source, key, name, implied, stakes in alike:
        row = Row(pk, source_id, source, key, name, implied, _stakes(stakes))
        groups.setdefault(fold, []).append(row)
    return list(groups.values())


def _stakes(listed: str | None) -> tuple[tuple[str, Decimal], ...]:
    return tuple((currency, to_decimal(units)) for currency, units in json.loads(listed or "[]"))
