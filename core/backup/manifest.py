"""What is in a backup: the manifest, which files of the home belong to it, and the refusal that all parts share."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from django.conf import settings

FORMAT = 1
NAME, DUMP, KEY = "manifest.json", "database.dump", "secret.key"
# Folders of the home that are servers' own, can be made again, or hold backups. Whatever else there is, is kept.
MADE_AGAIN = frozenset({"postgres", "postgres.new", "redis", "run", "logs", "static", "programs", "backups", "frames"})
# Somebody who was signed out, or whose link was used, must not be let in by a restore.
LEFT_OUT = ("django_session", "core_signinlink")
BLOCK = 1 << 20
Say = Callable[[str], None]


class BackupError(Exception):
    """The backup or the restore is refused or failed; the text says why and what to do. Nothing half done is left."""


@dataclass(frozen=True)
class Entry:
    """One member of the archive."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the archive holds. `rows` are counted in the very snapshot that was dumped."""

    format: int
    version: str
    made_at: str
    currency: str
    server: str
    migrations: list[str]
    rows: dict[str, int]
    entries: list[Entry]

    def dumps(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False)

    @classmethod
    def loads(cls, text: str | bytes) -> Manifest:
        """From JSON. Raises BackupError if it is none of ours."""
        try:
            given = json.loads(text)
            if given["format"] != FORMAT:
                raise BackupError(
                    f"the backup has format {given['format']}, and this Assay reads {FORMAT}: use a newer version."
                )
            given["entries"] = [Entry(**entry) for entry in given["entries"]]
            manifest = cls(**given)
        except (ValueError, KeyError, TypeError) as error:
            raise BackupError(f"the manifest cannot be read ({error}): the file is not a backup of Assay.") from None
        if unsafe := next((e.name for e in manifest.entries if not _is_safe(e.name)), None):
            raise BackupError(f"the backup names a file outside of the installation: {unsafe}")
        if unsafe := next((t for t in manifest.rows if not _TABLE.fullmatch(t)), None):
            raise BackupError(f"the backup names a table that is none of ours: {unsafe!r}")
        return manifest


_TABLE = re.compile(r"[a-z_][a-z0-9_]*")


def _is_safe(name: str) -> bool:
    """Relative, downwards, and either one of the two files or in a folder that a backup may hold."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or str(path) != name:
        return False
    return name in (DUMP, KEY) or (len(path.parts) > 1 and _is_kept(path.parts[0]))


def _is_kept(folder: str) -> bool:
    return folder not in MADE_AGAIN and not folder.startswith(".")


def home() -> Path:
    """The installation's folder."""
    return Path(settings.ASSAY_HOME)


def kept_folders() -> list[str]:
    """Names of the home's folders that belong to a backup."""
    return sorted(f.name for f in home().iterdir() if f.is_dir() and _is_kept(f.name))


def kept_files() -> Iterator[Path]:
    """The files in them, without what is just being written."""
    for folder in kept_folders():
        for file in sorted((home() / folder).rglob("*")):
            if file.is_file() and not file.name.startswith((".", "incoming-")) and file.suffix != ".upload":
                yield file


def version() -> str:
    """The product's version."""
    text = (Path(settings.BASE_DIR) / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])
