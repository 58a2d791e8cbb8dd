"""Frames kept on this machine from one reading of the ledger to the next.

A million rows take seconds out of the database and none out of a file that is mapped into memory. A frame is kept under
what it was made of: the changes noted for the objects whose rows it has, the company's setting and the code. All of it
is read in the transaction that would read the rows, so that a frame is never older than the rows beside it. Small
frames are read as ever.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from django.conf import settings

from core.copy import rows
from metrics.definitions.frames import SCHEMAS

KEPT_FROM = 20_000  # rows; below, reading them takes less than it saves
_META = "frame.json"


@dataclass(frozen=True)
class Stamp:
    """What a frame is made of, apart from the changes of its objects."""

    name: str
    objects: frozenset[str]
    setting: str  # fingerprint of all that the loader takes from the company's setting


def versions() -> dict[str, str]:
    """For each object that ever changed, a text that is another one after every change of its rows."""
    found = rows("SELECT object, sum(token)::text FROM metrics_objectchange GROUP BY object")
    return {str(name): str(total) for name, total in found}


def version_of(objects: Collection[str], known: dict[str, str]) -> str:
    """One text for several objects; empty while no change of any of them was noted."""
    told = [(name, known[name]) for name in sorted(objects) if name in known]
    return json.dumps(told) if told else ""


class Keeper:
    """Finds and keeps frames for one reading."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = Path(settings.ASSAY_FRAMES) if folder is None else folder
        self._versions = versions()

    def frame(
        self, stamp: Stamp, load: Callable[[], pd.DataFrame], digest: Callable[[pd.DataFrame], str], *, afresh: bool
    ) -> tuple[pd.DataFrame, str]:
        """The frame and its fingerprint: as it was kept, else from `load`; `afresh` trusts nothing that was kept."""
        version = version_of(stamp.objects, self._versions)
        place = self._folder / f"{stamp.name}-{_key(stamp, version)}"
        if version and not afresh:
            found = _read(place)
            if found is not None:
                return found
        made = load()
        print_of = digest(made)
        if version and len(made) >= KEPT_FROM:
            with suppress(OSError):  # a full disk: the next reading takes as long as this one
                _write(place, made, print_of)
        return made, print_of


def _key(stamp: Stamp, version: str) -> str:
    told = json.dumps([stamp.name, stamp.setting, version, _code()])
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


@cache
def _code() -> str:
    """A fingerprint of the code that makes frames: what an older version kept is not taken for this one's."""
    here = Path(__file__).parent
    sources = [*sorted(here.glob("*.py")), *sorted((here.parent / "definitions").glob("*.py"))]
    return hashlib.blake2b(b"".join(each.read_bytes() for each in sources), digest_size=8).hexdigest()


def _write(place: Path, frame: pd.DataFrame, digest: str) -> None:
    """Makes the folder in one step, then takes away those of other versions; who maps them keeps what they have."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=place.parent))
    try:
        columns: list[dict[str, Any]] = []
        for name in frame.columns:
            column = frame[name]
            told: dict[str, Any] = {"name": name}
            if isinstance(column.dtype, pd.CategoricalDtype):
                told["members"] = [str(each) for each in column.cat.categories]
                values = column.cat.codes.to_numpy()
            else:
                values = column.to_numpy()
            np.save(making / f"{len(columns)}.npy", values, allow_pickle=False)
            columns.append(told)
        (making / _META).write_text(json.dumps({"rows": len(frame), "digest": digest, "columns": columns}))
        if place.exists():
            shutil.rmtree(place, ignore_errors=True)
        making.rename(place)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    name = place.name.rpartition("-")[0]
    for other in place.parent.glob(f"{name}-*"):
        if other != place:
            shutil.rmtree(other, ignore_errors=True)


def _read(place: Path) -> tuple[pd.DataFrame, str] | None:
    """The kept frame, its columns mapped and read-only; None where there is none, or not all of it."""
    try:
        meta = json.loads((place / _META).read_text())
        columns: dict[str, Any] = {}
        for number, told in enumerate(meta["columns"]):
            values: Any = np.asarray(np.load(place / f"{number}.npy", mmap_mode="r", allow_pickle=False))
            if len(values) != meta["rows"]:
                return None
            if "members" in told:
                values = pd.Categorical.from_codes(values, categories=pd.Index(told["members"], dtype="str"))
            columns[told["name"]] = values
    except (OSError, ValueError, KeyError):
        return None
    name = place.name.rpartition("-")[0]
    if list(columns) != list(SCHEMAS[name]):
        return None
    return pd.DataFrame(columns, copy=False), str(meta["digest"])
