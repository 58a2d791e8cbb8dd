"""One company for all tests of this folder, written once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from revenue.demo import Totals, write_company

TODAY = date(2026, 11, 21)
SEED = 20


@dataclass(frozen=True)
class Company:
    """A written company: its folder and what the generator says it adds up to."""

    folder: Path
    totals: Totals

    def read(self, name: str, typed: bool = True) -> pl.DataFrame:
        """One file, typed by its looks, or as text."""
        text = pl.read_csv(self.folder / f"{name}.csv", infer_schema=False)
        text = text.with_columns(pl.when(pl.all() != "").then(pl.all()).name.keep())  # `""` is an empty cell, too
        if not typed:
            return text
        return pl.read_csv(text.write_csv().encode(), try_parse_dates=True, infer_schema_length=None)


def write(folder: Path, today: date = TODAY, scale: int = 1, seed: int = SEED) -> Company:
    return Company(folder, write_company(folder, seed=seed, today=today, scale=scale))


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return write(tmp_path_factory.mktemp("company"))
