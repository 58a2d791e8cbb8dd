"""Suggestions for the mapping page."""

from __future__ import annotations

import pytest

from revenue.imports.mapping.suggest import suggest
from tests.revenue.imports.recognise.tables import frame

SUPERSTORE = [
    "Row ID",
    "Order Date",
    "Customer ID",
    "Customer Name",
    "Segment",
    "Region",
    "Product Name",
    "Sales",
    "Quantity",
]


def test_what_a_person_would_say() -> None:
    assert suggest(SUPERSTORE, None, "revenue_lines") == {
        "line_id": "Row ID",
        "account_id": "Customer ID",
        "booked_on": "Order Date",
        "net_amount": "Sales",
        "quantity": "Quantity",
        "product": "Product Name",
        "region": "Region",
        "segment": "Segment",
        "account": "Customer Name",
    }


def test_words_are_no_amount() -> None:
    sample = frame([["mr", "Sales department"]] * 3, 2)
    assert "net_amount" not in suggest(["Title", "Sales"], sample, "revenue_lines")


def test_an_object_that_does_not_exist() -> None:
    with pytest.raises(KeyError):
        suggest(["a"], None, "nothing")
