"""Names that are probably one: rows of a dimension whose names differ by case, blanks and punctuation alone.

Only proposed, with what is at stake; `revenue.merges` does what people decide.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

from core.copy import rows, run
from core.money import to_decimal
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
    decided = _decided(object)
    found = []
    for group in _groups(object):
        kept = max(group, key=lambda r: (not r.implied, r.size, -r.id))
        for alias in group:
            twins = alias.source_id == kept.source_id and alias.name == kept.name
            pair = frozenset({(alias.source_id, alias.key), (kept.source_id, kept.key)})
            if alias.id != kept.id and not twins and pair not in decided:
                found.append(Proposal(object, alias, kept))
    return sorted(found, key=lambda p: (-p.alias.size, p.alias.name))


def _decided(object: str) -> set[frozenset[tuple[int, str]]]:
    found = Merge.objects.filter(object=object).exclude(decision=Merge.Decision.REVERSED)
    return {
        frozenset({(m.alias_source_id, m.alias_key), (m.kept_source_id, m.kept_key)}) for m in found.only(
            "alias_source_id", "alias_key", "kept_source_id", "kept_key"
        )
    }  # fmt: skip


def _groups(object: str) -> list[list[Row]]:
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
    groups: dict[str, list[Row]] = {}
    for fold, pk, source_id, source, key, name, implied, stakes in found:
        row = Row(pk, source_id, source, key, name, implied, _stakes(stakes))
        groups.setdefault(fold, []).append(row)
    return list(groups.values())


def _stakes(listed: str | None) -> tuple[tuple[str, Decimal], ...]:
    return tuple((currency, to_decimal(units)) for currency, units in json.loads(listed or "[]"))
