"""Writing the files: a heading once, then chunk after chunk, so that no file is ever whole in memory."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import polars as pl


class Folder:
    """The open files of one company. Use as a context manager; `rows` counts what each file got.

    Files are written beside their place and moved there at the end: a folder never holds half a company.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, int] = {}
        self._files: dict[str, BinaryIO] = {}

    def __enter__(self) -> Folder:
        self.path.mkdir(parents=True, exist_ok=True)
        return self

    def append(self, name: str, frame: pl.DataFrame) -> None:
        """Adds rows to `salesforce/Account.csv` and the like; Salesforce's files quote every value, as it does."""
        first = name not in self._files
        if first:
            target = self._part(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._files[name] = target.open("wb")
        quoted = name.startswith("salesforce/")
        frame.write_csv(
            self._files[name],
            include_header=first,
            quote_style="always" if quoted else "necessary",
            float_precision=1,
        )
        self.rows[name] = self.rows.get(name, 0) + frame.height

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for name, file in self._files.items():
            file.close()
            if kind is None:
                self._part(name).replace(self.path / name)
            else:
                self._part(name).unlink()

    def _part(self, name: str) -> Path:
        return self.path / (name + ".part")
