"""Damaged files: bytes of real ones changed at random. Nothing crashes, nothing hangs, every record is accounted for.

`ASSAY_FUZZ` sets how many mutations of text are tried (default 300); workbooks get a twentieth of it, since each takes
a process of its own.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from revenue.imports.read.opened import Opened
from revenue.imports.read.text import TextTable
from tests.realdata import DATA
from tests.revenue.imports.read.books import cell, sheet, xlsx
from tests.revenue.imports.read.helpers import frame, opened, strictly
from tests.revenue.imports.read.test_files import PAGE, SALESFORCE

ROUNDS = int(os.environ.get("ASSAY_FUZZ", "300"))
SLOWEST = 20.0  # seconds for one file of a few KB, on a busy machine
SPICE = (
    b'"',
    b'""',
    b",",
    b";",
    b"\t",
    b"|",
    b"\r",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xc3\xa9",
    b"\xe9",
)
OWN = {
    "plain.csv": b"id,name,amount\n" + b"".join(b'%d,"name, %d",%d.5\n' % (i, i, i) for i in range(60)),
    "salesforce.csv": SALESFORCE.encode(),
    "wide.csv": "deal;näme;wert\r\n1;Müller;2,5\r\n2;\"zwei\r\nZeilen\";3\r\n".encode("utf-16"),
    "page.xls": PAGE.encode("latin-1"),
}  # fmt: skip
BOOK = xlsx({"S": sheet({i: [cell(f"A{i}", f"k{i}", "s"), cell(f"B{i}", i)] for i in range(1, 30)}, merges=("A5:A7",))})


def _seeds() -> list[tuple[str, bytes]]:
    """Our own small files, and the first 8 KB of every real one that is here."""
    real = sorted(p for p in DATA.rglob("*") if p.suffix in (".csv", ".tsv")) if DATA.exists() else []
    found = []
    for path in real:
        with path.open("rb") as file:
            found.append((path.name, file.read(8192)))
    return [*OWN.items(), *found]


def _mutated(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 8, 30))):
        at = rng.randrange(len(changed) + 1)
        what = rng.randrange(6)
        if what == 0:
            changed[at:at] = rng.choice(SPICE)
        elif what == 1:
            del changed[at : at + rng.choice((1, 1, 5, 100))]
        elif what == 2 and at < len(changed):
            changed[at] = rng.randrange(256)
        elif what == 3:
            changed[at : at + 1] = rng.choice(SPICE)
        elif what == 4:
            piece = changed[at : at + rng.randrange(200)]
            changed[at:at] = piece * rng.choice((1, 2))
        else:
            other = rng.randrange(len(changed) + 1)
            changed[min(at, other) : max(at, other)] = changed[min(at, other) : max(at, other)][:50]
    return bytes(changed)


def _check(result: Opened) -> None:
    """The result is one of tables, questions or a refusal; each line stands once in rows, faults and skipped."""
    assert bool(result.refusal) != bool(result.tables or result.questions)
    for table in result.tables:
        found = frame(table)
        lines = found["line"].to_list()
        assert lines == sorted(set(lines))
        assert found.width == len(table.headings) + 1
        assert found.null_count().sum_horizontal()[0] == 0
        places = [*lines, *(f.line for f in table.faults()), *(s.line for s in table.skipped()), table.heading_line]
        assert len(places) == len(set(places))
        if isinstance(table, TextTable):
            _check_against_strict(table, places)


def _check_against_strict(table: TextTable, places: list[int]) -> None:
    """The strict reader, alone, finds records in the same lines."""
    content = table._content
    data = content.read(0, content.size)
    records, outcome = strictly(data, table, table._body[1])
    assert sorted([r[0] for r in records] + [f.line for f in outcome.faults]) == sorted(
        line for line in places if line > table.heading_line
    )


@pytest.mark.parametrize("share", range(4))
def test_damaged_text_is_accounted_for(tmp_path: Path, share: int) -> None:
    rng = random.Random(f"text {share} {os.environ.get('ASSAY_FUZZ_SEED', '')}")
    seeds = _seeds()
    for i in range(ROUNDS // 4):
        name, data = rng.choice(seeds)
        damaged = _mutated(data, rng)
        start = time.monotonic()
        try:
            result = opened(tmp_path, damaged, name, encoding=rng.choice((None, "cp1252", "iso-8859-1")))
            _check(result)
        except Exception as error:
            (tmp_path / "damaged").write_bytes(damaged)
            raise AssertionError(f"mutation {i} of {name}, kept as {tmp_path / 'damaged'}: {error!r}") from error
        assert time.monotonic() - start < SLOWEST, f"mutation {i} of {name} took too long"


def test_damaged_workbooks_are_read_or_refused(tmp_path: Path) -> None:
    rng = random.Random("books")
    for _ in range(max(5, ROUNDS // 20)):
        damaged = _mutated(BOOK, rng)
        start = time.monotonic()
        _check(opened(tmp_path, damaged, "book.xlsx", encoding="cp1252"))
        assert time.monotonic() - start < SLOWEST
