"""How values are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core import show


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("14234567", "$14.2 M"),
        ("1423456", "$1.42 M"),
        ("999949", "$1.00 M"),
        ("999499", "$999 K"),
        ("142345678", "$142 M"),
        ("999.5", "$1.00 K"),
        ("999", "$999"),
        ("-8412", "−$8.41 K"),
        ("0", "$0"),
        ("-0.3", "$0"),
        ("2500000000", "$2.50 B"),
    ],
)
def test_short_money(amount: str, written: str) -> None:
    assert show.money(Decimal(amount), "USD").replace("\u202f", " ") == written


def test_money_has_the_decimals_of_its_currency() -> None:
    assert show.money_exact(Decimal("1234.565"), "USD") == "$1,234.56"
    assert show.money_exact(Decimal("1234.5"), "JPY") == "¥1,234"


def test_no_value_is_not_zero() -> None:
    assert show.money(None, "USD") == show.rate(None) == show.value(None, "days", "USD") == "n/a"


@pytest.mark.parametrize(
    ("value", "digits", "line", "written"),
    [
        ("0.998", 0, "1", "99.8 %"),
        ("0.99996", 1, "1", "99.996 %"),
        ("1.002", 0, "1", "100 %"),
        ("1", 0, "1", "100 %"),
        ("0.698", 0, "0.7", "69.8 %"),
        ("0.69", 0, "0.7", "69 %"),
        ("0.9999999", 0, "1", "100.0000 %"),
    ],
)
def test_what_is_short_of_its_line_is_not_rounded_up_to_it(value: str, digits: int, line: str, written: str) -> None:
    assert show.rate(Decimal(value), digits, line=Decimal(line)).replace("\u202f", " ") == written


def test_changes_are_signed_and_nothing_is_minus_zero() -> None:
    assert show.change(Decimal("0.118")) == "+11.8\u202f%"
    assert show.points(Decimal("-0.031")) == "−3.1\u202fpt"
    assert show.change(Decimal("-0.0001")) == "0.0\u202f%"


def test_spans_name_a_year_once() -> None:
    assert show.span(date(2026, 7, 1), date(2026, 9, 21)) == "1 Jul – 21 Sep 2026"
    assert show.span(date(2025, 12, 29), date(2026, 1, 4)) == "29 Dec 2025 – 4 Jan 2026"


def test_an_error_is_a_sentence_and_no_name_in_it_loses_its_capitals() -> None:
    assert show.sentence(ValueError("import 3 of Acme GmbH is reading")) == "Import 3 of Acme GmbH is reading."
    assert show.sentence("Done!") == "Done!"
