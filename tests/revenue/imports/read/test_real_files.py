"""Every real file of the messy folder: read as it should be, or refused or questioned with its reason."""

from __future__ import annotations

import pytest

from revenue.imports.read import open_tables
from tests.realdata import real
from tests.revenue.imports.read.helpers import frame, rows

# file, sheet, dialect, line of the headings, columns, rows, lines of faults, lines skipped
READ: list[tuple[str, str, str, int, int, int, list[int], list[int]]] = [
    ("csv_spectrum/comma_in_quotes.csv", "", "csv ,", 1, 5, 1, [], []),
    ("csv_spectrum/empty.csv", "", "csv ,", 1, 3, 2, [], []),
    ("csv_spectrum/empty_crlf.csv", "", "csv ,", 1, 3, 2, [], []),
    ("csv_spectrum/escaped_quotes.csv", "", "csv ,", 1, 2, 2, [], []),
    ("csv_spectrum/json.csv", "", "csv ,", 1, 2, 1, [], []),
    ("csv_spectrum/location_coordinates.csv", "", "csv ,", 1, 4, 1, [], []),
    ("csv_spectrum/newlines.csv", "", "csv ,", 1, 3, 3, [], []),
    ("csv_spectrum/newlines_crlf.csv", "", "csv ,", 1, 3, 3, [], []),
    ("csv_spectrum/quotes_and_newlines.csv", "", "csv ,", 1, 2, 2, [], []),
    ("csv_spectrum/simple.csv", "", "csv ,", 1, 3, 1, [], []),
    ("csv_spectrum/simple_crlf.csv", "", "csv ,", 1, 3, 1, [], []),
    ("csv_spectrum/utf8.csv", "", "csv ,", 1, 3, 2, [], []),
    ("csvkit/bad.csv", "", "csv ,", 1, 3, 1, [2, 3], []),
    ("csvkit/bad_skip_lines.csv", "", "csv ,", 4, 3, 1, [5, 6], []),
    ("csvkit/blanks.csv", "", "csv ,", 1, 6, 1, [], []),
    ("csvkit/blanks_converted.csv", "", "csv ,", 1, 6, 0, [], [2]),
    ("csvkit/date_like_number.csv", "", "csv ,", 1, 1, 1, [], []),
    ("csvkit/dummy.csv", "", "csv ,", 1, 3, 1, [], []),
    ("csvkit/dummy.tsv", "", "tsv", 1, 3, 1, [], []),
    ("csvkit/dummy.xls", "Sheet1", "xls", 1, 3, 1, [], []),
    ("csvkit/dummy.xlsx", "Sheet1", "xlsx", 1, 3, 1, [], []),
    ("csvkit/dummy2.csv", "", "csv ,", 1, 3, 1, [], []),
    ("csvkit/dummy3.csv", "", "csv ,", 1, 3, 2, [], []),
    ("csvkit/dummy_col_shuffled.csv", "", "csv ,", 1, 3, 1, [], []),
    ("csvkit/dummy_col_shuffled_ragged.csv", "", "csv ,", 1, 4, 1, [], []),
    ("csvkit/foo1.csv", "", "csv ,", 1, 3, 2, [], []),
    ("csvkit/foo2.csv", "", "csv ,", 1, 3, 2, [], []),
    ("csvkit/iris.csv", "", "csv ,", 1, 5, 150, [], []),
    ("csvkit/irismeta.csv", "", "csv ,", 1, 3, 3, [], []),
    ("csvkit/join_a.csv", "", "csv ,", 1, 3, 3, [], []),
    ("csvkit/join_a_short.csv", "", "csv ,", 1, 3, 1, [2, 3], []),
    ("csvkit/join_b.csv", "", "csv ,", 1, 3, 3, [], []),
    ("csvkit/join_no_header_row.csv", "", "csv ,", 1, 3, 3, [], []),
    ("csvkit/join_short.csv", "", "csv ,", 1, 5, 2, [], []),
    ("csvkit/mac_newlines.csv", "", "csv ,", 1, 3, 2, [], []),
    ("csvkit/no_header_row.csv", "", "csv ,", 1, 3, 0, [], []),
    ("csvkit/no_header_row2.csv", "", "csv ,", 1, 3, 0, [], []),
    ("csvkit/no_header_row3.csv", "", "csv ,", 1, 3, 1, [], []),
    ("csvkit/null_byte.csv", "", "csv ,", 1, 3, 0, [2], []),
    ("csvkit/optional_quote_characters.csv", "", "csv ,", 1, 3, 1, [], []),
    ("csvkit/sheets.xls", "data", "xls", 1, 8, 5, [], []),
    ("csvkit/sheets.xls", "ʤ", "xls", 1, 3, 1, [], []),
    ("csvkit/sheets.xlsx", "data", "xlsx", 1, 8, 5, [], []),
    ("csvkit/sheets.xlsx", "ʤ", "xlsx", 1, 3, 1, [], []),
    ("csvkit/sheetsxls_converted.csv", "", "csv ,", 1, 9, 5, [], []),
    ("csvkit/sheetsxlsx_converted.csv", "", "csv ,", 1, 9, 5, [], []),
    ("csvkit/sniff_limit.csv", "", "csv ;", 1, 3, 1, [], []),
    ("csvkit/sort_ints_nulls.csv", "", "csv ,", 1, 3, 3, [], []),
    ("csvkit/test.xls", "testfixed_converted.csv", "xls", 1, 8, 5, [], []),
    ("csvkit/test.xlsx", "Sheet1", "xlsx", 1, 8, 5, [], []),
    ("csvkit/test_date_format.csv", "", "csv ,", 1, 1, 2, [], []),
    ("csvkit/test_date_format_converted.csv", "", "csv ,", 1, 1, 2, [], []),
    ("csvkit/test_empty_columns.csv", "", "csv ,", 1, 5, 1, [3], [4]),
    ("csvkit/test_empty_columns_long_row.csv", "", "csv ,", 1, 3, 0, [2], []),
    ("csvkit/test_empty_columns_short_row.csv", "", "csv ,", 1, 3, 0, [2], []),
    ("csvkit/test_extra_header.csv", "", "csv ,", 1, 4, 0, [2], []),
    ("csvkit/test_geo.csv", "", "csv ,", 1, 12, 17, [], []),
    ("csvkit/test_geojson.csv", "", "csv ,", 1, 7, 3, [], []),
    ("csvkit/test_header_newline.csv", "", "csv ,", 1, 3, 1, [], []),
    ("csvkit/test_ignore_case.csv", "", "csv ,", 1, 3, 5, [], []),
    ("csvkit/test_join_short_rows.csv", "", "csv ,", 1, 3, 1, [2, 3], []),
    ("csvkit/test_literal_order.csv", "", "csv ,", 1, 2, 3, [], []),
    ("csvkit/test_locale.csv", "", "csv ,", 1, 3, 1, [], []),
    ("csvkit/test_locale_converted.csv", "", "csv ,", 1, 3, 1, [], []),
    ("csvkit/test_no_leading_zeroes.csv", "", "csv ,", 1, 3, 1, [], []),
    ("csvkit/test_numeric_date_format.csv", "", "csv ,", 1, 1, 2, [], []),
    ("csvkit/test_precision.csv", "", "csv ,", 1, 1, 1, [], []),
    ("csvkit/test_skip_lines.csv", "", "csv ,", 4, 3, 1, [], []),
    ("csvkit/test_skip_lines.xls", "testfixed_converted.csv", "xls", 4, 8, 5, [], []),
    ("csvkit/test_skip_lines.xlsx", "Sheet1", "xlsx", 4, 8, 5, [], []),
    ("csvkit/test_utf16_big.csv", "", "csv ,", 1, 3, 2, [], []),
    ("csvkit/test_utf16_little.csv", "", "csv ,", 1, 3, 2, [], []),
    ("csvkit/test_utf8.csv", "", "csv ,", 1, 3, 2, [], []),
    ("csvkit/test_utf8_bom.csv", "", "csv ,", 1, 3, 2, [], []),
    ("csvkit/testdbf_converted.csv", "", "csv ,", 1, 12, 8, [], []),
    ("csvkit/testfixed_converted.csv", "", "csv ,", 1, 8, 4, [], []),
    ("csvkit/testfixed_schema.csv", "", "csv ,", 1, 3, 8, [], []),
    ("csvkit/testfixed_schema_no_inference.csv", "", "csv ,", 1, 3, 3, [], []),
    ("csvkit/testjson_converted.csv", "", "csv ,", 1, 7, 5, [], []),
    ("csvkit/testjson_multiline_converted.csv", "", "csv ,", 1, 3, 2, [], []),
    ("csvkit/testjson_nested_converted.csv", "", "csv ,", 1, 7, 2, [], []),
    ("csvkit/testxls_converted.csv", "", "csv ,", 1, 8, 5, [], []),
    ("csvkit/testxls_unicode_converted.csv", "", "csv ,", 1, 3, 1, [], []),
    ("csvkit/testxlsx_converted.csv", "", "csv ,", 1, 8, 5, [], []),
    ("csvkit/testxlsx_noinference_converted.csv", "", "csv ,", 1, 8, 5, [], []),
    ("csvkit/testxlsx_unicode_converted.csv", "", "csv ,", 1, 3, 1, [], []),
    ("frictionless/accent.csv", "", "csv ;", 1, 17, 2, [], []),
    ("frictionless/blank-cells.csv", "", "csv ,", 1, 2, 5, [], []),
    ("frictionless/blank-headers.csv", "", "csv ,", 1, 3, 2, [], []),
    ("frictionless/blank-rows-multiple.csv", "", "csv ,", 1, 3, 2, [], [*range(4, 15)]),
    ("frictionless/bom.csv", "", "csv ,", 1, 2, 2, [], []),
    ("frictionless/doublequote.csv", "", "csv ,", 1, 17, 5, [], []),
    ("frictionless/duplicate-headers.csv", "", "csv ,", 1, 5, 2, [], []),
    ("frictionless/duplicate-rows.csv", "", "csv ,", 1, 3, 3, [], []),
    ("frictionless/encoding-issue-274.csv", "", "csv ,", 1, 17, 507, [], []),
    ("frictionless/escaping.csv", "", "csv ,", 1, 2, 3, [], []),
    ("frictionless/issue-320.xlsx", "IPC", "xlsx", 12, 54, 46, [], [7, 8, 9, 10, 11, 62, 64]),
    ("frictionless/leading-zeros.csv", "", "csv ,", 1, 1, 3, [], []),
    ("frictionless/merged-cells.xls", "Лист1", "xls", 1, 1, 0, [], []),
    ("frictionless/merged-cells.xlsx", "Лист1", "xlsx", 1, 1, 0, [], []),
    ("frictionless/multiline-headers.xlsx", "Лист1", "xlsx", 6, 4, 0, [], [1, 4, 5]),
    ("frictionless/number-format-multicode.xlsx", "Sheet1", "xlsx", 1, 1, 3, [], []),
    ("frictionless/preserve-formatting-percentage.xlsx", "Sheet1", "xlsx", 1, 2, 3, [], []),
    ("frictionless/preserve-formatting.xlsx", "Sheet1", "xlsx", 1, 11, 1, [], []),
    ("frictionless/sheets.xlsx", "Sheet1", "xlsx", 1, 2, 1, [], []),
    ("frictionless/sheets.xlsx", "Sheet2", "xlsx", 1, 2, 1, [], []),
    ("frictionless/sheets.xlsx", "Sheet3", "xlsx", 1, 2, 1, [], []),
    ("frictionless/skip-blank-at-the-end.csv", "", "csv ,", 1, 2, 1, [2], []),
    ("frictionless/skip-rows-before-headers.csv", "", "csv ,", 2, 2, 2, [], [1]),
    ("frictionless/skip-rows.xlsx", "Sheet 1", "xlsx", 2, 2, 1, [], [1, 4]),
    ("frictionless/structure-errors.csv", "", "csv ,", 1, 3, 2, [5], [4]),
    ("frictionless/table-with-booleans.xls", "Лист1", "xls", 1, 2, 2, [], []),
    ("frictionless/table-with-ints-floats-dates.xls", "Лист1", "xls", 1, 3, 3, [], []),
    ("frictionless/timezone.csv", "", "csv ,", 1, 2, 4, [], []),
    ("frictionless/without-headers.csv", "", "csv ,", 1, 2, 2, [], []),
    ("readxl/clippy.xlsx", "list-column", "xlsx", 1, 2, 4, [], []),
    ("readxl/clippy.xlsx", "two-row-header", "xlsx", 1, 4, 2, [], []),
    ("readxl/currency-formats-xlsx.xlsx", "Tabelle1", "xlsx", 1, 4, 2, [], []),
    ("readxl/dates-1900.xls", "Sheet1", "xls", 1, 5, 0, [], []),
    ("readxl/dates-1904.xls", "Sheet1", "xls", 1, 5, 0, [], []),
    ("readxl/dates-leap-year-1900-xlsx.xlsx", "for_testing", "xlsx", 1, 3, 7, [], []),
    ("readxl/dates-leap-year-1900-xlsx.xlsx", "for_human_eyes", "xlsx", 1, 3, 10, [], []),
    ("readxl/deaths.xls", "arts", "xls", 5, 6, 14, [], [1, 2, 3, 4]),
    ("readxl/deaths.xls", "other", "xls", 5, 6, 14, [], [1, 2, 3, 4]),
    ("readxl/deaths.xlsx", "arts", "xlsx", 5, 6, 14, [], [1, 2, 3, 4]),
    ("readxl/deaths.xlsx", "other", "xlsx", 5, 6, 14, [], [1, 2, 3, 4]),
    ("readxl/missing-first-column.xlsx", "Sheet1", "xlsx", 1, 1, 2, [], []),
    ("readxl/new_line_errors.xlsx", "Blad1", "xlsx", 1, 1, 2, [], []),
    ("readxl/skipping.xlsx", "two_blank_rows", "xlsx", 3, 2, 2, [], []),
    ("readxl/skipping.xlsx", "occupied_row_and_blank_row", "xlsx", 3, 2, 2, [], [1]),
    ("readxl/skipping.xlsx", "two_occupied_rows", "xlsx", 3, 2, 2, [], [1, 2]),
    ("readxl/texty-dates-xlsx.xlsx", "Sheet1", "xlsx", 1, 1, 2, [], []),
    ("readxl/type-me.xlsx", "logical_coercion", "xlsx", 1, 2, 10, [], []),
    ("readxl/type-me.xlsx", "numeric_coercion", "xlsx", 1, 2, 7, [], []),
    ("readxl/type-me.xlsx", "date_coercion", "xlsx", 1, 2, 7, [], []),
    ("readxl/type-me.xlsx", "text_coercion", "xlsx", 1, 2, 6, [], []),
    ("readxl/unnamed-duplicated-columns.xlsx", "Sheet1", "xlsx", 1, 4, 2, [], []),
    ("readxl/whitespace-xlsx.xlsx", "whitespace", "xlsx", 1, 1, 5, [], []),
    ("readxl/whitespace-xlsx.xlsx", "logical_and_NA", "xlsx", 1, 1, 2, [], []),
    ("salesforce_dataloader_tests/constantMappingInCsv.csv", "", "csv ,", 1, 2, 2, [], []),
    ("salesforce_dataloader_tests/constantMappingInCsvClashing.csv", "", "csv ,", 1, 3, 2, [], []),
    ("salesforce_dataloader_tests/csvEscapedQuotes.csv", "", "csv ,", 1, 2, 2, [], []),
    ("salesforce_dataloader_tests/csvSeparator.csv", "", "csv ,", 1, 3, 2, [], []),
    ("salesforce_dataloader_tests/csvtext.csv", "", "csv ,", 1, 3, 2, [], []),
    ("salesforce_dataloader_tests/csvtext_BOM_UTF16BE.csv", "", "csv ,", 1, 3, 2, [], []),
    ("salesforce_dataloader_tests/csvtext_BOM_UTF16LE.csv", "", "csv ,", 1, 3, 2, [], []),
    ("salesforce_dataloader_tests/csvtext_BOM_UTF32BE.csv", "", "csv ,", 1, 3, 2, [], []),
    ("salesforce_dataloader_tests/csvtext_BOM_UTF32LE.csv", "", "csv ,", 1, 3, 2, [], []),
    ("salesforce_dataloader_tests/csvtext_BOM_UTF8.csv", "", "csv ,", 1, 3, 2, [], []),
    ("salesforce_dataloader_tests/dateEndingInZ.csv", "", "csv ,", 1, 9, 1, [], []),
    ("salesforce_dataloader_tests/dateOnlyWithTimeZone.csv", "", "csv ,", 1, 8, 2, [], []),
    ("salesforce_dataloader_tests/dateUsingDefaultTimeZone.csv", "", "csv ,", 1, 9, 1, [], []),
    ("salesforce_dataloader_tests/dateWithTimeZone.csv", "", "csv ,", 1, 9, 2, [], []),
    ("salesforce_dataloader_tests/emptyFirstRowFieldValueInCsvTemplate.csv", "", "csv ,", 1, 3, 2, [], []),
]
REFUSED = [("csvkit/empty.csv", "it holds no rows")]
ASKED = [
    ("csvkit/test_latin1.csv", {"cp1252", "cp850", "shift_jis"}),
    ("frictionless/latin1.csv", {"cp1252", "cp850", "shift_jis"}),
    ("frictionless/table-infer-iso-8859-7.csv", {"cp1252", "mac_roman", "cp1250", "cp1251", "cp1253", "cp850"}),
]


@pytest.mark.parametrize(("file", "sheet", "dialect", "line", "width", "count", "faults", "skipped"), READ)
def test_it_is_read(
    file: str, sheet: str, dialect: str, line: int, width: int, count: int, faults: list[int], skipped: list[int]
) -> None:
    opened = open_tables(real(f"messy/{file}"))
    assert opened.refusal == ""
    (table,) = [t for t in opened.tables if not sheet or t.name.endswith(f" › {sheet}")]
    assert (table.dialect, table.heading_line, len(table.headings)) == (dialect, line, width)
    assert frame(table).height == count
    assert [f.line for f in table.faults()] == faults
    assert [s.line for s in table.skipped()] == skipped


@pytest.mark.parametrize(("file", "reason"), REFUSED)
def test_it_is_refused(file: str, reason: str) -> None:
    assert reason in open_tables(real(f"messy/{file}")).refusal


@pytest.mark.parametrize(("file", "answers"), ASKED)
def test_its_encoding_is_asked_for(file: str, answers: set[str]) -> None:
    (question,) = open_tables(real(f"messy/{file}")).questions
    assert {reading["answer"] for reading in question.readings} == answers


def test_no_messy_file_is_forgotten() -> None:
    folder = real("messy")
    known = {entry[0] for entry in READ} | {name for name, _ in REFUSED} | {name for name, _ in ASKED}
    assert {str(p.relative_to(folder)) for p in folder.rglob("*.*")} == known


def test_northwind_reports_its_ragged_rows_with_their_lines() -> None:
    (table,) = open_tables(real("retail/northwind/orders.csv")).tables
    faults = table.faults()
    assert len(faults) == 176
    assert frame(table).height == 654
    assert faults[0].line == 4
    assert len(faults[0].cells) == 15
    assert table.record(4) == faults[0].cells


def test_values_of_the_messy_files_are_right() -> None:
    """A few of them by value: marks of UTF-32, quotes, returns in cells, dates of both calendars."""
    for mark in ("UTF8", "UTF16BE", "UTF16LE", "UTF32BE", "UTF32LE"):
        (table,) = open_tables(real(f"messy/salesforce_dataloader_tests/csvtext_BOM_{mark}.csv")).tables
        assert rows(table) == [("row1-1", "row1-2", "row1-3"), ("row2-1", "row2-2", "row2-3")]
    (table,) = open_tables(real("messy/csv_spectrum/quotes_and_newlines.csv")).tables
    assert frame(table).rows() == [(2, "1", 'ha \n"ha" \nha'), (5, "3", "4")]
    (table,) = open_tables(real("messy/csvkit/mac_newlines.csv")).tables
    assert rows(table)[1] == ("Once upon\ra time", "5", "6")
    for book in ("dates-1900.xls", "dates-1904.xls"):
        (table,) = open_tables(real(f"messy/readxl/{book}")).tables
        assert set(table.headings) == {"2000-01-01"}
    (table, _) = open_tables(real("messy/readxl/dates-leap-year-1900-xlsx.xlsx")).tables
    assert all(stamp.replace("T", " ") == text for stamp, text, exists in rows(table) if exists == "true")
