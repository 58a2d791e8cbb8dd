"""Suggestions for the mapping page: what a person would say, and nothing rather than something wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from revenue.imports.read import open_tables
from revenue.imports.recognise import recognise
from revenue.imports.recognise.suggest import likely_object, suggest
from tests.realdata import real
from tests.revenue.imports.recognise.tables import frame

# Where a vendor's table has two columns for one of ours, either is right.
EITHER = {
    "CaseNumber", "OrderNumber", "Invoice Number", "invoice_id", "ForecastCategory", "Company ID", "Country",
    "Company Owner", "Deal Owner", "Account Owner", "Standard Cost", "Sub Total", "subtotal",
    "Stage", "Status",  # a history's or an activity's, beside the one that the preset takes
}  # fmt: skip
# Columns that say what is meant, and that the presets leave for something better or have no use for.
TRUE_AND_NOT_NEEDED = {
    "salesforce/report_ui_labels/Opportunity Field History: amount from Amount",
    "salesforce/report_ui_labels/Opportunity Field History: close_on from Close Date",
    "invoices/stripe_invoice_api: quantity from quantity",
}


def suggested(path: str, object: str) -> dict[str, str]:
    """Suggestions for the one table of a real file."""
    file = real(path)
    (table,) = open_tables(file, name=file.name).tables
    return suggest(table.headings, next(table.chunks()), object)


def test_what_a_person_would_say_of_superstore() -> None:
    assert suggested("retail/superstore_utf8bom.csv", "revenue_lines") == {
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


def test_a_discount_is_no_list_amount_and_an_order_no_deal() -> None:
    found = suggested("retail/northwind/order-details.csv", "revenue_lines")
    assert found == {"quantity": "quantity", "product": "productID"}  # the order's id repeats: it is no line's id
    assert suggested("retail/northwind/customers.csv", "accounts") == {
        "account_id": "customerID",
        "name": "companyName",
        "region": "region",
        "country": "country",
    }
    assert suggested("retail/northwind/regions.csv", "accounts") == {}
    assert suggested("retail/northwind/categories.csv", "accounts") == {}


def known_tables() -> Iterator[tuple[str, list[str]]]:
    """Every list of true headings, with its path."""

    def lists(found: dict[str, Any], path: str) -> Iterator[tuple[str, list[str]]]:
        for key, value in found.items():
            if isinstance(value, dict):
                yield from lists(value, f"{path}{key}/")
            elif isinstance(value, list) and not key.startswith("_"):
                yield f"{path}{key}", value

    yield from lists(json.loads(real("headings.json").read_text()), "")


def test_of_the_vendors_tables_it_says_what_their_presets_say() -> None:
    wrong, right = [], 0
    for path, headings in known_tables():
        found = recognise(headings, sample=None, file_name="export.csv")
        if not found.plans or found.plans[0].ignore:
            continue
        plan = found.plans[0]
        for column, heading in suggest(headings, None, plan.object).items():
            source = plan.columns.get(column)
            places = source.headings if source else ()
            if any(at < len(headings) and headings[at] == heading for at in places):
                right += 1
            elif not source or (all(at < len(headings) for at in places) and heading not in EITHER):
                wrong.append(f"{path}: {column} from {heading}")
    assert right > 350
    assert set(wrong) == TRUE_AND_NOT_NEEDED


def test_words_are_no_amount() -> None:
    sample = frame([["mr", "Sales department"]] * 3, 2)
    assert "net_amount" not in suggest(["Title", "Sales"], sample, "revenue_lines")


@pytest.mark.parametrize("cells", ["1", "CA-2016-152156", "soon"])
def test_what_is_no_date_is_no_date(cells: str) -> None:
    assert "booked_on" not in suggest(["Order Date"], frame([[cells]] * 3, 1), "revenue_lines")


@pytest.mark.parametrize("cells", ["2026-08-03", "03.08.2026", "8/3/26", "15 Apr, 2021 00:02", "Apr 15, 2021", "45874"])
def test_what_is_a_date_in_any_dress(cells: str) -> None:
    assert suggest(["Order Date"], frame([[cells]] * 3, 1), "revenue_lines") == {"booked_on": "Order Date"}


@pytest.mark.parametrize("cells", ["1.234,50 €", "$342.09K", "(5.00)", "USD 1,000", "-3", "1 234,5", "12%"])
def test_what_is_a_number_in_any_dress(cells: str) -> None:
    assert suggest(["Sales"], frame([[cells]] * 3, 1), "revenue_lines") == {"net_amount": "Sales"}


def test_a_total_beside_a_tax_is_with_tax() -> None:
    assert "net_amount" not in suggest(["Invoice number", "Total", "VAT"], None, "revenue_lines")
    assert suggest(["Total", "Subtotal", "VAT"], None, "revenue_lines") == {"net_amount": "Subtotal"}


def test_an_id_that_repeats_is_no_rows_id() -> None:
    assert "line_id" not in suggest(["Order ID"], frame([["A"], ["A"]], 1), "revenue_lines")


def test_the_likeliest_object_is_one_whose_rows_could_be_kept() -> None:
    assert likely_object(["subscription_id", "account_id", "start_date", "mrr_amount"], None) == "subscriptions"
    assert likely_object(["Order ID", "Customer", "Order Date", "Sales", "Region"], None) == "revenue_lines"
    assert likely_object(["Employee ID", "Training Program Name", "Training Date"], None) == "trainings"


def test_an_object_that_does_not_exist() -> None:
    with pytest.raises(KeyError):
        suggest(["a"], None, "nothing")
