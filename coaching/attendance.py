"""Who was in the imported sessions: from the names in `rep_refs` to attendances, set by set."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from coaching.people import adopt_implied
from revenue.imports import references
from revenue.ledger import Reference
from revenue.models import ImportBatch


@dataclass(frozen=True)
class Resolved:
    """What `resolve_attendances` did, in rows."""

    sessions: int
    added: int
    removed: int
    managers: int
    open: int


@dataclass(frozen=True)
class OpenReference:
    """A name in an imported session that belongs to no rep of its source yet (or to several)."""

    session_id: int
    held_on: date
    source: str
    given: str


@transaction.atomic
def resolve_attendances(session_ids: Collection[int] | None = None, *, batch: ImportBatch | None = None) -> Resolved:
    """Makes the attendances of imported sessions say what their `rep_refs` say, and finds their managers.

    1. takes the sessions with these ids, or those a batch wrote last, or (neither given) every imported one; sessions
       logged here are left alone, because they name their reps themselves;
    2. splits `rep_refs` on `;` and matches each part within the session's source: the rep's id byte for byte, else the
       exact name, else the e-mail address in any case, else the id in a source that shares its ids. A name or address
       of two reps matches neither; a rep not known yet is implied until the reps are imported;
    3. adds what is missing, takes away what is no longer named, copies the session's rating where one rep was there;
    4. sets the managers still missing, matched in the same way.

    Running it again changes nothing. What stays open is listed by `open_references`.
    """
    scope, params = _scope(session_ids, batch)
    _imply_reps(scope, params, batch)
    with connection.cursor() as cursor:
        cursor.execute(_NAMES + _WANTED.format(scope=scope), params)
        cursor.execute(_REMOVE)
        removed = cursor.rowcount
        cursor.execute(_ADD)
        added = cursor.rowcount
        cursor.execute(_RATE)
        cursor.execute(_MANAGERS)
        managers = cursor.rowcount
        cursor.execute("SELECT (SELECT count(*) FROM scoped), (SELECT count(*) FROM wanted WHERE rep_id IS NULL)")
        sessions, left = cursor.fetchone()
    return Resolved(sessions=sessions, added=added, removed=removed, managers=managers, open=left)


@transaction.atomic
def open_references(*, limit: int = 200) -> list[OpenReference]:
    """The newest names in imported sessions that match no rep, for the list of things to mend."""
    scope, params = _scope(None, None)
    with connection.cursor() as cursor:
        cursor.execute(_NAMES + _WANTED.format(scope=scope), params)
        cursor.execute(_OPEN, [limit])
        return [OpenReference(*row) for row in cursor.fetchall()]


def _imply_reps(scope: str, params: list[Any], batch: ImportBatch | None) -> None:
    """Makes implied rows for reps that sessions name and no import has brought yet."""
    with connection.cursor() as cursor:
        cursor.execute(_TOKENS.format(scope=scope), params)
        cursor.execute("SELECT DISTINCT source_id FROM rep_tokens")
        sources = [source for (source,) in cursor.fetchall()]
        for source in sources:
            cursor.execute("DROP TABLE IF EXISTS rep_tokens_here")
            cursor.execute(
                "CREATE TEMP TABLE rep_tokens_here AS SELECT ref FROM rep_tokens WHERE source_id = %s", [source]
            )
            references.resolve(_REP, "rep_tokens_here", source=source, batch=batch.pk if batch else None)


_REP = Reference(to="reps", target="rep_id", ref="ref")
_TOKENS = """
DROP TABLE IF EXISTS rep_tokens;
CREATE TEMP TABLE rep_tokens ON COMMIT DROP AS
SELECT DISTINCT s.source_id, btrim(part, E' \\t\\r\\n\\u00a0') AS ref FROM coaching_coachingsession s
CROSS JOIN LATERAL unnest(string_to_array(s.rep_refs, ';')) AS part
WHERE s.logged_by_id IS NULL AND btrim(part, E' \\t\\r\\n\\u00a0') <> '' {scope};
"""


def _scope(session_ids: Collection[int] | None, batch: ImportBatch | None) -> tuple[str, list[Any]]:
    if batch is not None:
        return "AND s.batch_id = %s", [batch.pk]
    if session_ids is not None:
        return "AND s.id = ANY(%s::bigint[])", [list(session_ids)]
    return "", []


# Three readings of a text, in the order in which they count; each only where one rep alone has it.
_NAMES = """
DROP TABLE IF EXISTS rep_names, scoped, wanted;
CREATE TEMP TABLE rep_names ON COMMIT DROP AS
SELECT source_id, ref, folded, min(rank) AS rank, min(id) AS rep_id
FROM (
    SELECT source_id, key AS ref, false AS folded, 1 AS rank, id FROM revenue_rep
    UNION ALL SELECT source_id, name, false, 2, id FROM revenue_rep WHERE name IS NOT NULL
    UNION ALL SELECT source_id, lower(email), true, 3, id FROM revenue_rep WHERE email IS NOT NULL
    UNION ALL SELECT ours.id, r.key, false, 4, r.id FROM revenue_rep r
    JOIN revenue_source theirs ON theirs.id = r.source_id
    JOIN revenue_source ours ON ours.id <> theirs.id AND (ours.shares_ids OR theirs.shares_ids) WHERE NOT r.implied
) readings
GROUP BY source_id, ref, folded, rank HAVING count(*) = 1;
"""
_WANTED = """
CREATE TEMP TABLE scoped ON COMMIT DROP AS
SELECT s.id, s.source_id, s.manager_ref, s.rep_refs FROM coaching_coachingsession s
WHERE s.logged_by_id IS NULL {scope};
CREATE TEMP TABLE wanted ON COMMIT DROP AS
WITH parts AS (
    SELECT DISTINCT s.id AS session_id, s.source_id, btrim(part, E' \\t\\r\\n\\u00a0') AS ref
    FROM scoped s CROSS JOIN LATERAL unnest(string_to_array(s.rep_refs, ';')) AS part
), probes AS (
    SELECT session_id, source_id, ref AS given, ref, false AS folded FROM parts WHERE ref <> ''
    UNION ALL SELECT session_id, source_id, ref, lower(ref), true FROM parts WHERE ref <> ''
)
SELECT DISTINCT ON (p.session_id, p.given) p.session_id, p.given, n.rep_id
FROM probes p LEFT JOIN rep_names n USING (source_id, ref, folded)
ORDER BY p.session_id, p.given, n.rank NULLS LAST
"""
_REMOVE = """
DELETE FROM coaching_attendance a USING scoped s
WHERE a.session_id = s.id
  AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.session_id = a.session_id AND w.rep_id = a.rep_id)
"""
_ADD = """
INSERT INTO coaching_attendance (session_id, rep_id)
SELECT DISTINCT session_id, rep_id FROM wanted WHERE rep_id IS NOT NULL
ON CONFLICT (session_id, rep_id) DO NOTHING
"""
_RATE = """
UPDATE coaching_attendance a SET useful = s.useful
FROM coaching_coachingsession s
WHERE s.id IN (SELECT session_id FROM wanted GROUP BY session_id HAVING count(*) = 1)
  AND a.session_id = s.id AND a.rated_at IS NULL AND a.useful IS DISTINCT FROM s.useful
"""
_MANAGERS = """
UPDATE coaching_coachingsession t SET manager_id = m.rep_id
FROM scoped s, (
    SELECT DISTINCT ON (d.source_id, d.manager_ref) d.source_id, d.manager_ref, n.rep_id
    FROM (SELECT DISTINCT source_id, manager_ref FROM scoped) d
    JOIN rep_names n ON n.source_id = d.source_id
     AND n.ref = CASE WHEN n.folded THEN lower(btrim(d.manager_ref)) ELSE btrim(d.manager_ref) END
    ORDER BY d.source_id, d.manager_ref, n.rank
) m
WHERE t.id = s.id AND t.manager_id IS NULL AND m.source_id = s.source_id AND m.manager_ref = s.manager_ref
"""
_OPEN = """
SELECT w.session_id, s.held_on, src.name, w.given
FROM wanted w JOIN coaching_coachingsession s ON s.id = w.session_id JOIN revenue_source src ON src.id = s.source_id
WHERE w.rep_id IS NULL ORDER BY s.held_on DESC, w.session_id, w.given LIMIT %s
"""


def follow_import(batch: ImportBatch) -> None:
    """After an import of sessions: who was in them. After one of reps: once more for all, since names are known now."""
    if batch.object == "coaching_sessions":
        resolve_attendances(batch=batch)
    elif batch.object == "reps":
        adopt_implied()
        resolve_attendances()
