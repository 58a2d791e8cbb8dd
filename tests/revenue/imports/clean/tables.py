"""Tables in memory for tests: what the reader would give for a file, without a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from revenue.imports.clean import Understood, understand
from revenue.imports.shapes import LINE, Company, Fault, Plan, Skipped, Source, Typed
from revenue.objects import get


class Given:
    """A table of given headings and rows; the heading stands in line 1."""

    name = "given.csv"
    heading_line = 1
    encoding = "utf-8"
    dialect = "csv ,"
    notes: tuple[str, ...] = ()

    def __init__(self, headings: Sequence[str], rows: Sequence[Sequence[str]], chunk: int = 10_000) -> None:
        self.headings = tuple(headings)
        self._rows = list(rows)
        self._chunk = chunk

    def chunks(self) -> Iterator[pl.DataFrame]:
        """Frames of at most `chunk` rows."""
        for start in range(0, len(self._rows), self._chunk):
            part = self._rows[start : start + self._chunk]
            columns: dict[str, Any] = {LINE: pl.Series(range(start + 2, start + 2 + len(part)), dtype=pl.Int64)}
            for i in range(len(self.headings)):
                columns[f"c{i}"] = pl.Series([row[i] for row in part], dtype=pl.String)
            yield pl.DataFrame(columns)

    def faults(self) -> list[Fault]:
        """None: given rows are as wide as the heading."""
        return []

    def skipped(self) -> list[Skipped]:
        """None."""
        return []


def table_of(path: Path, delimiter: str = ",", encoding: str = "utf-8-sig") -> Given:
    """A well-formed CSV file as a table."""
    with path.open(encoding=encoding, newline="") as file:
        headings, *rows = list(csv.reader(file, delimiter=delimiter))
    return Given(headings, rows)


def plan_of(object_name: str, table: Given, columns: Mapping[str, str | Source], **rest: Any) -> Plan:
    """A plan that takes our columns from headings (a text is a heading, or arithmetic if it holds a bracket)."""
    sources = {
        ours: theirs
        if isinstance(theirs, Source)
        else Source(derive=theirs)
        if "[" in theirs
        else Source(headings=(table.headings.index(theirs),))
        for ours, theirs in columns.items()
    }
    key = rest.pop("key", get(object_name).key)
    return Plan(object_name, "plain", "test", sources, key, **rest)


def read(
    object_name: str, table: Given, columns: Mapping[str, str | Source], company: Company | None = None, **rest: Any
) -> Understood:
    """The table, understood as one of our objects."""
    return understand(table, plan_of(object_name, table, columns, **rest), get(object_name), company or Company())


def column(
    values: Sequence[str], ours: str = "net_amount", heading: str = "Value", company: Company | None = None, **rest: Any
) -> Understood:
    """One column of revenue lines with these values; the other required columns are filled."""
    table = Given(
        ["Id", heading, "Filler"],
        [[f"L{i}", value, "2024-06-30" if ours != "booked_on" else "5.25"] for i, value in enumerate(values)],
    )
    other = {"booked_on": "net_amount"}.get(ours, "booked_on")
    columns: dict[str, str | Source] = {"line_id": "Id", other: "Filler", ours: heading}
    columns.setdefault("net_amount", Source(constant="1"))
    return read("revenue_lines", table, columns, company, **rest)


def all_typed(understood: Understood) -> Typed:
    """All chunks as one."""
    parts = list(understood.typed())
    return Typed(
        pl.concat([p.rows for p in parts]),
        [f for p in parts for f in p.faults],
        [s for p in parts for s in p.skipped],
    )


def got(understood: Understood, ours: str = "net_amount") -> list[Any]:
    """The accepted values of one column; the understanding must have no questions."""
    assert [q.text for q in understood.questions] == []
    return all_typed(understood).rows.get_column(ours).to_list()


def reasons(understood: Understood) -> list[str]:
    """Why rows were rejected."""
    return [f.reason for f in all_typed(understood).faults]
