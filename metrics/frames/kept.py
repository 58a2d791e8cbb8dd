"""Frames kept on this machine from one reading of the ledger to the next.

A million rows take seconds out of the database and none out of a file that is mapped into memory. A frame is kept under
what it was made of: the changes noted for the objects whose rows it has, the company's setting and the code. All of it
is read in the transaction that would read the rows, so that a frame is never older than the rows beside it. After an
import of revenue lines the frame grows by them. Small frames are read as ever.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.conf import settings
from pandas.api.types import union_categoricals

from core.copy import rows
from metrics.definitions.frames import SCHEMAS
from metrics.frames.digest import digest_after, frame_digest

KEPT_FROM = 20_000  # rows; below, reading them takes less than it saves
_META = "frame.json"


@dataclass(frozen=True)
class Stamp:
    """What a frame is made of, apart from the changes of its objects."""

    name: str
    objects: frozenset[str]
    setting: str  # fingerprint of all that the loader takes from the company's setting


@dataclass(frozen=True)
class Growth:
    """How a frame follows from the one that was kept before an import of `object`.

    `load` gives the rows of some imports and the ids of all that these changed. Rows are told by the column `key`;
    those with `apart` are none of the object's.
    """

    object: str
    key: str
    apart: str
    load: Callable[[Sequence[int]], tuple[pd.DataFrame, npt.NDArray[np.int64]]]


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
        self, stamp: Stamp, load: Callable[[], pd.DataFrame], *, afresh: bool, growth: Growth | None = None
    ) -> tuple[pd.DataFrame, str]:
        """The frame and its fingerprint: as it was kept, or grown from that, else from `load`.

        `afresh` trusts nothing that was kept.
        """
        version = version_of(stamp.objects, self._versions)
        place = self._folder / f"{stamp.name}-{_key(stamp, version)}"
        found = None
        if version and not afresh:
            found = _read(place)
            if found is not None:
                return found
            found = self._grown(stamp, growth) if growth else None
        made, digest = found or _with_digest(load())
        if version and len(made) >= KEPT_FROM:
            with suppress(OSError):  # a full disk: the next reading takes as long as this one
                _write(place, made, {"digest": digest, "base": _base(stamp), "changes": sorted(self._changes(stamp))})
        return made, digest

    def _changes(self, stamp: Stamp) -> dict[str, int | None]:
        """The changes that the frame's version stands for, each with its import if that is all it was."""
        query = "SELECT object || ' ' || token, batch FROM metrics_objectchange WHERE object = ANY(%s)"
        return {str(name): batch for name, batch in rows(query, [sorted(stamp.objects)])}

    def _grown(self, stamp: Stamp, growth: Growth) -> tuple[pd.DataFrame, str] | None:
        """From what was kept before: if nothing happened since but imports that brought rows of one object."""
        now = self._changes(stamp)
        for place in sorted(self._folder.glob(f"{stamp.name}-*")):
            meta = _meta(place)
            had = set(meta.get("changes", ()))
            if meta.get("base") != _base(stamp) or not had <= now.keys():
                continue
            new = {name: now[name] for name in now.keys() - had}
            batches = [batch for batch in new.values() if batch is not None]
            if len(batches) < len(new) or any(name.partition(" ")[0] != growth.object for name in new):
                continue
            found = _read(place)
            if found is not None:
                return _joined(*found, growth, *growth.load(sorted(batches)))
        return None


def _with_digest(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    return frame, frame_digest(frame)


def _joined(
    kept: pd.DataFrame, digest: str, growth: Growth, come: pd.DataFrame, changed: npt.NDArray[np.int64]
) -> tuple[pd.DataFrame, str]:
    """The kept rows but those that changed, with those that came; the fingerprint follows."""
    stay = ~np.isin(kept[growth.key].to_numpy(), changed) | kept[growth.apart].to_numpy()
    gone = kept.take(np.flatnonzero(~stay))
    rest = kept if not len(gone) else kept.take(np.flatnonzero(stay))
    columns: dict[str, Any] = {}
    for name in kept.columns:
        one, other = rest[name], come[name]
        if isinstance(one.dtype, pd.CategoricalDtype):
            columns[name] = union_categoricals([one, other])
        else:
            columns[name] = np.concatenate([one.to_numpy(), other.to_numpy()])
    return pd.DataFrame(columns, copy=False), digest_after(digest, gone=gone, come=come)


def _key(stamp: Stamp, version: str) -> str:
    return hashlib.blake2b(f"{_base(stamp)} {version}".encode(), digest_size=12).hexdigest()


def _base(stamp: Stamp) -> str:
    """What a frame is made of, but for the ledger."""
    return hashlib.blake2b(json.dumps([stamp.name, stamp.setting, _code()]).encode(), digest_size=12).hexdigest()


@cache
def _code() -> str:
    """A fingerprint of the code that makes frames: what an older version kept is not taken for this one's."""
    here = Path(__file__).parent
    sources = [*sorted(here.glob("*.py")), *sorted((here.parent / "definitions").glob("*.py"))]
    return hashlib.blake2b(b"".join(each.read_bytes() for each in sources), digest_size=8).hexdigest()


def _write(place: Path, frame: pd.DataFrame, about: dict[str, Any]) -> None:
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
        (making / _META).write_text(json.dumps({**about, "rows": len(frame), "columns": columns}))
        if place.exists():
            shutil.rmtree(place, ignore_errors=True)
        making.rename(place)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    name = place.name.rpartition("-")[0]
    for other in place.parent.glob(f"{name}-*"):
        if other != place:
            shutil.rmtree(other, ignore_errors=True)


def _meta(place: Path) -> dict[str, Any]:
    """What is told about a kept frame; nothing where there is none."""
    try:
        told: dict[str, Any] = json.loads((place / _META).read_text())
    except (OSError, ValueError):
        return {}
    return told


def _read(place: Path) -> tuple[pd.DataFrame, str] | None:
    """The kept frame, its columns mapped and read-only; None where there is none, or not all of it."""
    meta = _meta(place)
    try:
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
