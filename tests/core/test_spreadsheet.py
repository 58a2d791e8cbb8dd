"""No cell of an export starts a formula."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spreadsheet import csv_lines, safe


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠A",
        "−=1",
        " =1",
        "\u00a0=1",
        "\ufeff=1",
    ],
)
def test_formulas_become_text(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3.1", "+4", "1e5", "0", "2026-09-21", "Enterprise", "", "a=b", "O'Neill"])
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert safe(text) == text


@given(st.lists(st.text(), min_size=1))
def test_a_reader_gets_every_cell_back(cells: list[str]) -> None:
    """Line breaks and quotes survive; a guarded cell differs by its apostrophe alone."""
    text = "".join(csv_lines([["head", *cells]]))
    (row,) = csv.reader(io.StringIO(text, newline=""))
    assert row[1:] == [safe(cell) for cell in cells]


def test_nothing_is_an_empty_cell() -> None:
    assert list(csv_lines([[None, "a"]])) == [",a\r\n"]
