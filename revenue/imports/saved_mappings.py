"""Mappings that people saved: kept by version, found again by a file's headings, and given to the file.

A file gets the mapping's text with it (`ImportFile.options`), not a pointer: read again next year, it is read by the
version that it was read by first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from core.audit import record
from core.models import User
from revenue.imports import batches
from revenue.imports.mapping import Mapping, load_mapping
from revenue.imports.shapes import Table
from revenue.models import ImportFile, SavedMapping

_BY_POSITION = "#"  # a heading such as `#3` means a place, so that the order of headings matters


def signature(headings: Sequence[str]) -> str:
    """A digest of headings in any order and case; blank ones do not count."""
    names = sorted(" ".join(h.casefold().split()) for h in headings if h.strip())
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


@transaction.atomic
def save_mapping(
    *, name: str, toml: str, headings: Sequence[str], source: str = "", actor: User | None = None
) -> SavedMapping:
    """Keeps a mapping as the next version of `name`; the same text again is the version that there is.

    Raises ValueError without a name, MappingError (a ValueError) for a text that is no mapping.
    """
    name = name.strip()
    if not name:
        raise ValueError("Give the mapping a name.")
    mapping = load_mapping(toml, name=name)
    with connection.cursor() as cursor:  # two people may save under one name at once
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('saved mapping'), hashtext(%s))", [name])
    newest = SavedMapping.objects.filter(name=name).order_by("-version").first()
    same = newest and (newest.toml, newest.source, newest.headings) == (toml, source, list(headings))
    if newest is not None and same:
        return newest
    last = SavedMapping.objects.filter(name=name).aggregate(last=Max("version"))["last"] or 0
    saved = SavedMapping.objects.create(
        name=name,
        version=last + 1,
        source=source,
        object=mapping.object,
        toml=toml,
        headings=list(headings),
        signature=signature(headings),
        created_by_id=actor.pk if actor else None,
    )
    record(verb="saved a mapping", actor=actor, target=saved, name=name, version=saved.version, object=mapping.object)
    return saved


def find_mapping(headings: Sequence[str], object: str = "") -> SavedMapping | None:
    """The newest saved mapping made on a file with these headings (and for `object`, if given); None if there is none.

    Of each name only the newest version counts: a mapping whose newest version was made on other headings has moved on.
    """
    found = SavedMapping.objects.filter(signature=signature(headings))
    for saved in found.filter(object=object) if object else found:
        if SavedMapping.objects.filter(name=saved.name, version__gt=saved.version).exists():
            continue
        if not _uses_positions(load_mapping(saved.toml, name=saved.name)) or list(headings) == saved.headings:
            return saved
    return None


def _uses_positions(mapping: Mapping) -> bool:
    rules = mapping.rules
    named = [h for groups in (*rules.columns.values(), *rules.join.values()) for group in groups for h in group]
    texts = [*rules.derive.values(), *rules.where.values(), rules.skip_rows_where]
    return (
        any(h.startswith(_BY_POSITION) for h in named)
        or any(f"[{_BY_POSITION}" in t for t in texts)
        or bool(
            rules.when and any(_BY_POSITION in condition for cases in rules.when.values() for condition, _ in cases)
        )
    )


def mapping_of(file: ImportFile, table: Table | None) -> str:
    """The mapping (TOML) that goes with a table of the file: its own, else the whole file's; "" if there is none."""
    own = file.options.get("tables", {}).get(batches.table_name(file, table), {})
    return str(own.get("mapping") or file.options.get("mapping") or "")


def name_of(file: ImportFile, table: Table | None) -> str:
    """What the mapping of a table is called: a saved one by its name and version."""
    own = file.options.get("tables", {}).get(batches.table_name(file, table), {})
    return str(own.get("mapping_name") or "the mapping")


def give(file: ImportFile, table: str, *, toml: str, name: str, source: str = "") -> None:
    """Notes in the file's options that one of its tables is read by this mapping, and saves them."""
    tables: dict[str, Any] = {**file.options.get("tables", {})}
    tables[table] = {**tables.get(table, {}), "mapping": toml, "mapping_name": name}
    file.options = {**file.options, "tables": tables}
    if source and not file.options.get("source"):
        file.options["source"] = source
    file.save(update_fields=["options"])


def use_saved(file: ImportFile, table: Table) -> str:
    """Gives the table the saved mapping for its headings, unless one came with the file. Returns what to tell people.

    To be called before a table is recognised: a mapping by hand wins over a preset.
    """
    if mapping_of(file, table):
        return ""
    saved = find_mapping(table.headings, object=batches.object_of(file, table) or "")
    if saved is None:
        return ""
    give(file, batches.table_name(file, table), toml=saved.toml, name=str(saved), source=saved.source)
    return f"Read by the saved mapping {saved}, made on a file with the same headings."
