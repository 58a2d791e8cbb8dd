"""Other ways a table comes: HTML pages, archives, encodings, things that are no table."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from revenue.imports.read import Limits
from revenue.imports.read.archive import _gunzip_blocks
from revenue.imports.read.content import Content
from revenue.imports.read.limits import Refused
from tests.revenue.imports.read.books import zipped
from tests.revenue.imports.read.helpers import frame, opened, rows

PAGE = (
    '<html><head><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=ISO-8859-1"></head><body><table border=1>'
    "<tr><th>Opportunity Name<th>Stage<th>Amount</tr>"
    "<tr><td>Caf\xe9 &amp; Co<br>second line</td><td rowspan=2>Won</td><td>1,234.50</td></tr>"
    "<tr><td>0071</td><td>&nbsp;</td></tr></table>"
    "<table><tr><td>Copyright (c) 2000-2024 salesforce.com, inc.</td></tr></table></body></html>"
)


def test_a_page_called_xls_is_read_as_its_table(tmp_path: Path) -> None:
    result = opened(tmp_path, PAGE.encode("latin-1"), "report.xls")
    (table,) = result.tables
    assert (table.headings, table.dialect, table.encoding) == (
        ("Opportunity Name", "Stage", "Amount"),
        "html",
        "cp1252",
    )
    assert rows(table) == [("Café & Co\nsecond line", "Won", "1,234.50"), ("0071", "Won", "")]
    assert any("Copyright (c)" in note for note in table.notes)


def test_a_bomb_is_told_by_what_was_unpacked_so_far(tmp_path: Path) -> None:
    limits = Limits()
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(bytes(limits.ratio_floor + (64 << 20)) + random.Random(1).randbytes(1 << 20)))
    unpacked: list[int] = []
    with pytest.raises(Refused, match="bomb"):
        unpacked.extend(map(len, _gunzip_blocks(Content.of_path(path), limits)))
    assert sum(unpacked) < 2 * limits.ratio_floor


def test_a_zip_gives_the_tables_of_its_files(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "a/deals.csv": "id,name\n1,x\n", "b.tsv": "id\tname\n2\ty\n", "__MACOSX/._b.tsv": "junk",
        "note.pdf": "%PDF-1.4",
        "in.zip": zipped({"x.csv": "a,b\n1,2\n"}),
    }  # fmt: skip
    result = opened(tmp_path, zipped(files), "export.zip")
    assert [(t.name, rows(t)) for t in result.tables] == [
        ("export.zip › a/deals.csv", [("1", "x")]), ("export.zip › b.tsv", [("2", "y")]),
    ]  # fmt: skip
    assert len(result.notes) == 2
    assert "PDF" in result.notes[0]
    assert "archive within an archive" in result.notes[1]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.txt", "Deals, accounts and more,\nas of Friday; ask Jo, or Bo.\n"),
        ("license", "All rights, reserved\n"),
        ("hint.txt", "Exported on Friday\nby Jo\n"),
    ],
)
def test_a_text_beside_the_files_of_a_zip_is_left_out_and_listed(tmp_path: Path, name: str, text: str) -> None:
    result = opened(tmp_path, zipped({name: text, "deals.csv": "id,name\n1,x\n"}), "export.zip")
    assert [t.name for t in result.tables] == ["export.zip › deals.csv"]
    assert not result.questions
    (note,) = result.notes
    assert note.startswith(f"export.zip › {name} was left out")


def test_a_list_of_one_column_is_a_table_where_there_is_no_other(tmp_path: Path) -> None:
    result = opened(tmp_path, zipped({"names.txt": "name\nx\ny\n"}), "export.zip")
    assert [rows(t) for t in result.tables] == [[("x",), ("y",)]]


def test_a_gzip_is_read(tmp_path: Path) -> None:
    (table,) = opened(tmp_path, gzip.compress(b"id,name\n1,x\n"), "deals.csv.gz").tables
    assert (table.name, rows(table)) == ("deals.csv", [("1", "x")])


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n\r\n", "no rows"),
        ("a.csv", b"%PDF-1.7 ...", "PDF"),
        ("a.csv", b'[{"a": 1}]', "JSON"),
        ("a.csv", bytes(range(256)) * 20, "binary"),
        ("a.csv", b"<?xml version='1.0'?><rows/>", "XML"),
        ("a.csv", b"\xef\xbb\xbfid,name\n1,\xff\n", "marked as UTF-8 but byte 14"),
        ("a.csv.gz", gzip.compress(bytes(40_000_000)), "bomb"),
        ("a.csv.gz", gzip.compress(b"id,name\n1,x\n" * 99)[:-9], "damaged"),
        ("a.zip", zipped({"a.csv": bytes(40_000_000)}), "bomb"),
        ("a.zip", zipped({}), "empty"),
        ("a.zip", zipped({"word/document.xml": "x"}), "Word"),
        ("a.zip", zipped({"a.csv": "a,b\n1,2\n"})[:-30], "damaged"),
    ],
    ids=lambda value: "bytes" if isinstance(value, bytes) else None,  # archives carry the time of day
)  # fmt: skip
def test_what_holds_no_table_is_refused_with_a_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    result = opened(tmp_path, data, name)
    assert reason in result.refusal
    assert (result.tables, result.questions) == ([], [])


def test_limits_hold(tmp_path: Path) -> None:
    assert "more than the limit of 5 bytes" in opened(tmp_path, b"a,b\n1,2\n", limits=Limits(max_bytes=5)).refusal
    wide = ",".join(f"c{i}" for i in range(30)).encode() + b"\n"
    assert "30 columns" in opened(tmp_path, wide, limits=Limits(max_columns=20)).refusal


def test_an_unknown_encoding_is_asked_for_with_the_files_own_values(tmp_path: Path) -> None:
    data = "id,name\n1,Müller\n2,Ann\n3,Café\n".encode("cp1252")
    (question,) = opened(tmp_path, data).questions
    assert question.key == "encoding"
    shown = {r["answer"]: dict(r["examples"]) for r in question.readings}
    assert shown["cp1252"] == {r"M\xfcller": "Müller", r"Caf\xe9": "Café"}
    assert shown["mac_roman"][r"Caf\xe9"] == "CafÈ"
    (table,) = opened(tmp_path, data, encoding="cp1252").tables
    assert (rows(table)[0], table.encoding) == (("1", "Müller"), "cp1252")
    assert "no encoding is called" in opened(tmp_path, data, encoding="klingon").refusal


def test_an_answer_never_overrides_what_the_bytes_prove(tmp_path: Path) -> None:
    (table,) = opened(tmp_path, "id,name\n1,Müller\n".encode(), encoding="cp1252").tables
    assert (table.encoding, rows(table)) == ("utf-8", [("1", "Müller")])


SALESFORCE = (
    '"Opportunity Name","Amount"\n"Total","5"\n"b","2"\n\n\n"My Report"\n'
    '"Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved."\n'
    '"Confidential Information - Do Not Distribute"\n"Generated By:  Jane Doe 1/2/2024 9:30 AM"\n'
)


def test_the_foot_of_a_report_is_skipped_and_listed(tmp_path: Path) -> None:
    (table,) = opened(tmp_path, SALESFORCE.encode()).tables
    assert frame(table).rows() == [(2, "Total", "5"), (3, "b", "2")]
    assert [s.line for s in table.skipped()] == [6, 7, 8, 9]
    assert table.faults() == []


def test_a_row_cut_short_at_the_end_is_a_fault_not_a_foot(tmp_path: Path) -> None:
    (table,) = opened(tmp_path, b"id,name\n1,x\n2").tables
    assert [(f.line, f.cells) for f in table.faults()] == [(3, ("2",))]


def test_an_open_quote_costs_its_own_line_alone(tmp_path: Path) -> None:
    text = "id,name,n\n" + '1,"open,2\n' + "".join(f'{i},"good ""{i}""",3\n' for i in range(2, 500))
    (table,) = opened(tmp_path, text.encode()).tables
    assert [(f.line, f.cells) for f in table.faults()] == [(2, ("1", '"open', "2"))]
    assert frame(table).height == 498
    assert "never closed" in table.faults()[0].reason or "not closed" in table.faults()[0].reason


def test_headings_are_found_by_hook_or_by_line(tmp_path: Path) -> None:
    data = b"a,b\nid,name\n1,x\n"
    (table,) = opened(tmp_path, data, suggest=lambda seen: 1 if seen[1] == ("id", "name") else None).tables
    assert (table.headings, rows(table)) == (("id", "name"), [("1", "x")])
    (table,) = opened(tmp_path, data, header_row=2).tables
    assert table.heading_line == 2
    assert [s.line for s in table.skipped()] == [1]
    assert "no row starts in line 9" in opened(tmp_path, data, header_row=9).refusal


def test_open_quotes_swallow_no_row_between_them(tmp_path: Path) -> None:
    lines = [f'{i},"a,x\n' if i % 100 == 0 else f"{i},a,x\n" for i in range(1000)]
    (table,) = opened(tmp_path, ("id,name,n\n" + "".join(lines)).encode()).tables
    assert frame(table).height == 990
    assert [f.line for f in table.faults()] == [i + 2 for i in range(0, 1000, 100)]


def test_a_broken_value_of_several_lines_is_one_fault_and_never_a_row(tmp_path: Path) -> None:
    text = 'id,name\n1,"first line\nsecond line"z,3\n2,ok\n'
    (table,) = opened(tmp_path, text.encode()).tables
    assert frame(table).rows() == [(4, "2", "ok")]
    assert [f.line for f in table.faults()] == [2]
