"""Whatever table is written in whatever dialect is read back equal, whichever of the two readers does it."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from revenue.imports.read.text import TextTable
from tests.revenue.imports.read.helpers import Rows, frame, opened, rows, strictly, write

QUIET = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
HEADINGS = ("deal id", "name", "net amount", "note", "x", "y")
CELL = st.one_of(
    st.sampled_from(
        ["NA", "007", "123456789012345678", "1e5", "", " padded ", "null", "-", "a,b", 'say "hi"', '"', "#"]
    ),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12),
    st.text(',;|\t"\n\r x', max_size=8),
)


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    """Headings and rows of one width; every row has a letter in its first cell, so that no row is empty."""
    width = draw(st.integers(2, len(HEADINGS)))
    body = draw(st.lists(st.tuples(*[CELL] * width), min_size=1, max_size=12))
    return [HEADINGS[:width], *(("k" + row[0], *row[1:]) for row in body)]


ENCODINGS = [
    ("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE),
    ("utf-32-le", codecs.BOM_UTF32_LE), ("utf-32-be", codecs.BOM_UTF32_BE),
]  # fmt: skip


@QUIET
@given(
    table=tables(), delimiter=st.sampled_from(",;\t|"), end=st.sampled_from(["\n", "\r\n", "\r"]),
    quote_all=st.booleans(), encoding=st.sampled_from(ENCODINGS),
)  # fmt: skip
def test_a_table_is_read_back_equal(
    tmp_path: Path, table: Rows, delimiter: str, end: str, quote_all: bool, encoding: tuple[str, bytes]
) -> None:
    codec, mark = encoding
    text = write(table, delimiter=delimiter, end=end, quote_all=quote_all)
    result = opened(tmp_path, mark + text.encode(codec))
    assert result.refusal == ""
    assert result.questions == []
    (found,) = result.tables
    assert found.headings == table[0]
    assert rows(found) == table[1:]
    assert found.faults() == []
    assert found.skipped() == []


@QUIET
@given(table=tables(), window=st.integers(40, 400), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_windows_leave_no_seam(tmp_path: Path, table: Rows, window: int, end: str) -> None:
    (found,) = opened(tmp_path, write(table, end=end).encode()).tables
    assert isinstance(found, TextTable)
    whole = frame(found)
    found._window = window
    assert frame(found).equals(whole)


def _bytes(lines: list[str], end: str) -> bytes:
    return ("id,name,amount" + end + end.join(lines)).encode()


@settings(QUIET, max_examples=400)
@given(
    lines=st.lists(st.text('a1,," \n\rü\0', max_size=14), max_size=14), end=st.sampled_from(["\n", "\r\n", "\r"]),
    window=st.sampled_from([48, 97, 1 << 20]),
)  # fmt: skip
def test_the_two_readers_agree(tmp_path: Path, lines: list[str], end: str, window: int) -> None:
    """Whatever the damage: same rows with the same lines, same faults, and each record by its line again."""
    data = _bytes(lines, end)
    result = opened(tmp_path, data, header_row=1)
    assume("binary" not in result.refusal)
    (table,) = result.tables
    assert isinstance(table, TextTable)
    table._window = window
    expected, outcome = strictly(data, table, table._body[1])
    empty = [row for row in expected if not any(row[1:])]
    got = frame(table).rows()
    skipped = {s.line for s in table.skipped()}
    assert got == [row for row in expected if any(row[1:]) and row[0] not in skipped]
    assert all(row[0] in skipped for row in empty)
    faults = [(f.line, f.cells, f.reason) for f in table.faults()]
    assert faults == [(f.line, f.cells, f.reason) for f in outcome.faults if f.line not in skipped]
    assert len(got) + len(faults) + len(skipped) == len(expected) + len(outcome.faults)
    for line, *cells in got:
        assert table.record(line) == tuple(cells)
    for fault in table.faults():
        assert table.record(fault.line) == fault.cells


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_without_a_mark_is_known_by_its_zero_bytes(tmp_path: Path, codec: str) -> None:
    text = "deal id,name\n" + "".join(f"{i},Café {i}\n" for i in range(50))
    (table,) = opened(tmp_path, text.encode(codec)).tables
    assert table.encoding == codec
    assert rows(table)[:2] == [("0", "Café 0"), ("1", "Café 1")]
    assert "zero bytes" in table.notes[0]
