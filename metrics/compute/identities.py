"""What must hold between values, whatever the data: parts add up to wholes, bridges close, credit sums to deals.

Each identity is one query over a relation with the columns of a value; it returns the places where it does not hold.
A run is checked on what it has computed before anything is published; `manage.py audit` on what is current.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.copy import rows
from metrics.definitions import registry
from metrics.definitions.sourcing import RULES

CURRENT = "(SELECT * FROM metrics_metricvalue WHERE run_to IS NULL)"
_MOST = 5  # places named of each identity
# What has no period has this one while places are matched: only what is equal is joined by a hash.
_NONE = "DATE '-infinity'"
_EXACT = "0.000001"  # parts are kept to twelve digits: sums of them may differ behind the last decimal of money


@dataclass(frozen=True)
class Identity:
    """Its name for people, the metrics it is about, and its query over the relation `{values}`.

    The query gives metric, grain, period, dim, what stands there and what it should add up to.
    """

    name: str
    metrics: tuple[str, ...]
    query: str


@dataclass(frozen=True)
class Broken:
    """An identity that does not hold: at how many places, and the first of them in words."""

    name: str
    count: int
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}: broken at {self.count} place{'s' if self.count != 1 else ''}, {'; '.join(self.places)}"


def _additive() -> tuple[str, ...]:
    return tuple(m.key for m in registry.all_metrics() if m.additive and not m.hide_below and not m.own_dims)


_MEMBERS = """
WITH v AS MATERIALIZED (SELECT metric, grain, {period} AS period, dim, numerator, denominator, n FROM {values} x
                        WHERE metric = ANY(%(keys)s) AND dim NOT LIKE '%%,%%'),
parts AS (SELECT metric, grain, period, dim, sum(numerator) AS top, sum(denominator) AS bottom, sum(n) AS n FROM v
          WHERE dim <> '' GROUP BY metric, grain, period, dim)
SELECT p.metric, p.grain, nullif(p.period, {none}), p.dim, w.numerator, p.top FROM parts p
LEFT JOIN v w ON w.dim = '' AND w.metric = p.metric AND w.grain = p.grain AND w.period = p.period
WHERE w.metric IS NULL OR abs(coalesce(w.numerator, 0) - coalesce(p.top, 0)) > {exact}
   OR abs(coalesce(w.denominator, 0) - coalesce(p.bottom, 0)) > {exact} OR w.n <> p.n
"""
_PERIODS = """
WITH v AS MATERIALIZED (SELECT metric, grain, dim, member, numerator, denominator, n FROM {values} x
                        WHERE metric = ANY(%(keys)s) AND dim NOT LIKE '%%,%%'),
parts AS (SELECT metric, grain, dim, member, sum(numerator) AS top, sum(denominator) AS bottom, sum(n) AS n FROM v
          WHERE grain <> 'all' GROUP BY metric, grain, dim, member)
SELECT p.metric, p.grain, NULL::date, p.dim || CASE WHEN p.dim = '' THEN '' ELSE '=' || p.member END, w.numerator, p.top
FROM parts p JOIN v w ON w.grain = 'all' AND w.metric = p.metric AND w.dim = p.dim AND w.member = p.member
WHERE abs(coalesce(w.numerator, 0) - coalesce(p.top, 0)) > {exact}
   OR abs(coalesce(w.denominator, 0) - coalesce(p.bottom, 0)) > {exact} OR w.n <> p.n
"""
_MRR = """
WITH m AS MATERIALIZED (SELECT grain, period, metric, numerator FROM {values} x
                        WHERE metric = ANY(%(keys)s) AND dim = '' AND period IS NOT NULL),
moved AS (SELECT grain, period, sum(CASE WHEN metric IN ('mrr_contraction', 'mrr_churned') THEN -numerator
                                         ELSE numerator END) AS change FROM m WHERE metric <> 'mrr'
          GROUP BY grain, period),
running AS (SELECT grain, period, sum(change) OVER (PARTITION BY grain ORDER BY period) AS closing FROM moved)
SELECT 'mrr', r.grain, r.period, '', m.numerator, r.closing FROM running r
JOIN m ON m.metric = 'mrr' AND m.grain = r.grain AND m.period = r.period
WHERE abs(m.numerator - r.closing) > {exact}
"""
_BRIDGE = """
WITH v AS MATERIALIZED (
    SELECT metric, grain, period, dim, CASE WHEN strpos(member, chr(31)) > 0
               THEN left(member, length(member) - strpos(reverse(member), chr(31))) ELSE '' END AS who,
           split_part(member, chr(31), -1) AS movement, numerator
    FROM {values} x WHERE metric = ANY(%(keys)s))
SELECT metric, grain, period, dim || ' ' || who, sum(numerator) FILTER (WHERE movement = 'closing'),
       sum(numerator) FILTER (WHERE movement <> 'closing')
FROM v GROUP BY metric, grain, period, dim, who
HAVING abs(coalesce(sum(numerator) FILTER (WHERE movement = 'closing'), 0)
           - coalesce(sum(numerator) FILTER (WHERE movement <> 'closing'), 0)) > {exact}
"""
_PVM = """
WITH v AS MATERIALIZED (SELECT metric, grain, period, numerator FROM {values} x
                        WHERE metric = ANY(%(keys)s) AND dim = '' AND grain IN ('month', 'quarter', 'year')),
parts AS (SELECT grain, period, sum(numerator) AS total FROM v WHERE metric <> 'growth_yoy' GROUP BY grain, period)
SELECT 'pvm', p.grain, p.period, '', g.numerator, p.total FROM parts p
JOIN v g ON g.metric = 'growth_yoy' AND g.grain = p.grain AND g.period = p.period
WHERE abs(g.numerator - p.total) > {exact}
"""
# The parts of a metric by its own column add up to another metric's value: for the whole, place by place.
_SPLIT = """
WITH v AS MATERIALIZED (SELECT metric, grain, {period} AS period, dim, member, numerator FROM {values} x
                        WHERE metric = ANY(%(keys)s) AND dim IN ('', {own})),
parts AS (SELECT grain, period, {group} AS part, sum(numerator) AS total FROM v WHERE dim = {own}
          GROUP BY grain, period, {group})
SELECT {split}, p.grain, nullif(p.period, {none}), p.part, w.numerator, p.total FROM parts p
LEFT JOIN v w ON w.metric = {whole} AND w.dim = '' AND w.grain = p.grain AND w.period = p.period
WHERE abs(coalesce(w.numerator, 0) - p.total) > {exact}
"""


def _split(name: str, split: str, whole: str, own: str, group: str = "''::text") -> Identity:
    query = _SPLIT
    for word, text in (("{own}", f"'{own}'"), ("{split}", f"'{split}'"), ("{whole}", f"'{whole}'"), ("{group}", group)):
        query = query.replace(word, text)
    return Identity(name, (split, whole), query)


_MOVES = ("mrr_new", "mrr_reactivation", "mrr_expansion", "mrr_contraction", "mrr_churned", "mrr_fx")
_EFFECTS = tuple(f"pvm_{name}" for name in ("volume", "mix", "price", "new", "lost"))


def identities() -> tuple[Identity, ...]:
    """All of them."""
    return (
        Identity("the members of every dimension add up to the whole", _additive(), _MEMBERS),
        Identity("the periods, what has no date included, add up to everything", _additive(), _PERIODS),
        Identity("the movements of MRR add up to MRR", ("mrr", *_MOVES), _MRR),
        Identity("the revenue bridge closes", ("revenue_bridge",), _BRIDGE),
        Identity("the movements of the pipeline close", ("pipeline_movement",), _BRIDGE),
        Identity("price, volume and mix add up to the change of revenue", ("growth_yoy", *_EFFECTS), _PVM),
        _split("revenue by quality adds up to net revenue", "quality_split", "net_revenue", "reason"),
        _split(
            "credit under each model sums to the deals won", "attributed", "bookings", "model,channel",
            "split_part(member, chr(31), 1)",
        ),
        *(
            _split(f"revenue sourced ({words}) adds up to bookings", f"sourced_{rule}", "bookings", "source")
            for rule, (words, _, _) in RULES.items()
        ),
    )  # fmt: skip


def broken(values: str = CURRENT, keys: Collection[str] | None = None) -> list[Broken]:
    """Identities that do not hold in `values`, a relation. With `keys`, those alone whose metrics are among them.

    An identity between several metrics is only asked where all of them are there.
    """
    found = []
    for identity in identities():
        mine = [key for key in identity.metrics if keys is None or key in keys]
        alone = identity.query in (_MEMBERS, _PERIODS)
        if not mine or (not alone and len(mine) < len(identity.metrics)):
            continue
        query = identity.query.replace("{values}", values).replace("{exact}", _EXACT)
        query = query.replace("{period}", "coalesce(period, {none})").replace("{none}", _NONE)
        wrong = rows(query, {"keys": mine})
        if wrong:
            found.append(Broken(identity.name, len(wrong), tuple(_place(*row) for row in wrong[:_MOST])))
    return found


def _place(metric: str, grain: str, period: object, dim: str, whole: object, parts: object) -> str:
    where = " ".join(str(word) for word in (metric, grain, period or "", dim) if word)
    return f"{where}: {_number(whole)} against {_number(parts)}"


def _number(value: object) -> str:
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text else "nothing" if value is None else text
