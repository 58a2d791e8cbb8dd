"""Gives every staged row its identity, and sets aside what repeats or contradicts another row of the same file."""

from __future__ import annotations

from core.copy import quote, rows, run, scalar
from revenue.imports.shapes import Fault, Plan, Skipped
from revenue.imports.stage import STAGED, Staged
from revenue.ledger import Place

KEYED = "keyed"


def give_keys(staged: Staged, plan: Plan, place: Place) -> None:
    """Makes the table `keyed` of the table `staged`: its rows with `key`, by which a row is known again next week.

    The key is the row's id; without one, a digest of the plan's key columns; where rows may be equal in those, with an
    ordinal among equals. A key column that the file leaves out counts as empty, so that a file which has it is alike.
    """
    run(f"DROP TABLE IF EXISTS {KEYED}")
    present = {place.columns[c] for c in staged.columns}
    has_id = "key" in present
    counted = plan.content_key or (place.spec.content_key and not _is_id_required(place))
    if has_id and not counted:
        run(f"ALTER TABLE {STAGED} RENAME TO {KEYED}")
        return
    digest = _digest(_key_names(staged, plan, place), present)
    if not counted:
        run(f"CREATE TEMP TABLE {KEYED} AS SELECT *, {digest} AS key FROM {STAGED}")
        return
    # Among equals, order by content before line: a file that was sorted otherwise is the same file.
    everything = _digest([n for n in place.columns.values() if n != "key"], present)
    without_id = ", key IS NULL" if has_id else ""
    ordinal = f"{digest} || '#' || row_number() OVER (PARTITION BY {digest}{without_id} ORDER BY {everything}, line)"
    rest = ", ".join(quote(n) for n in _names(staged, place) if n != "key")
    key = f"coalesce(key, {ordinal})" if has_id else ordinal
    run(f"CREATE TEMP TABLE {KEYED} AS SELECT line, {key} AS key, {rest} FROM {STAGED}")


def _is_id_required(place: Place) -> bool:
    return len(place.spec.key) == 1 and place.spec.column(place.spec.key[0]).required


def _names(staged: Staged, place: Place) -> list[str]:
    return [place.columns[c] for c in staged.columns]


def _key_names(staged: Staged, plan: Plan, place: Place) -> list[str]:
    """The columns that make the key: those of the object where the plan takes them from it, present or not."""
    if len(place.spec.key) > 1 and set(plan.key) <= set(place.spec.key):
        chosen = place.spec.key
    elif set(plan.key) >= set(staged.columns):
        chosen = place.spec.names
    else:
        chosen = plan.key
    named = [place.columns[c] for c in chosen if place.columns[c] != "key"]
    return named or [n for n in place.columns.values() if n != "key"]  # the id is empty in some rows


def _digest(names: list[str], present: set[str]) -> str:
    texts = (f"coalesce({quote(n)}::text, '')" if n in present else "''" for n in names)
    return f"md5(concat_ws(chr(31), {', '.join(texts)}))"


def set_aside(staged: Staged, place: Place) -> tuple[list[Fault], list[Skipped]]:
    """Takes rows out of `keyed` that repeat an earlier line (skipped) or give its id other values (rejected)."""
    if staged.distinct:
        return [], []
    run("DROP TABLE IF EXISTS repeated")
    run(f"CREATE TEMP TABLE repeated AS SELECT key, min(line) AS first FROM {KEYED} GROUP BY key HAVING count(*) > 1")
    if not scalar("SELECT count(*) FROM repeated"):
        return [], []
    names = _names(staged, place)
    same = f"({columns('k', names)}) IS NOT DISTINCT FROM ({columns('f', names)})"
    found = rows(
        f"SELECT k.line, r.first, k.key, {same} FROM {KEYED} k JOIN repeated r USING (key) "
        f"JOIN {KEYED} f ON f.key = r.key AND f.line = r.first WHERE k.line > r.first ORDER BY k.line"
    )
    run(f"DELETE FROM {KEYED} k USING repeated r WHERE k.key = r.key AND k.line > r.first")
    column = ", ".join(place.spec.key)
    shown = "key" in names
    faults = [
        Fault(
            line, column, key if shown else "",
            f"line {first} has the same {column} with other values: keep one of the two lines",
        )
        for line, first, key, equal in found
        if not equal
    ]  # fmt: skip
    return faults, [Skipped(line, key if shown else "", f"repeats line {first}") for line, first, key, e in found if e]


def columns(alias: str, names: list[str]) -> str:
    """These columns of `alias`, for a list of columns or a comparison of rows."""
    return ", ".join(f"{alias}.{quote(n)}" for n in names)
