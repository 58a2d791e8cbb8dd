"""Ids, texts, choices, currencies, yes and no, probabilities."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revenue.imports.clean import Understood, canonical_salesforce_ids
from revenue.imports.clean.boolean import BooleanProfile, booleans
from revenue.imports.clean.text import currency_codes, ids, texts
from revenue.imports.shapes import Company, Source
from tests.realdata import real
from tests.revenue.imports.clean.tables import Given, all_typed, got, read, table_of


def deals(heading: str, ours: str, values: list[str], **rest: Any) -> Understood:
    """Deals with one column of interest."""
    table = Given(["id", "stage", heading], [[str(i), "Open", value] for i, value in enumerate(values)])
    return read("deals", table, {"deal_id": "id", "stage": "stage", ours: heading}, **rest)


def test_ids_survive_byte_for_byte() -> None:
    values = ["007", "123456789012345678", " A 1", "006bm00000LKJNN", "NA", "null"]
    assert ids(pl.Series(values)).values.to_list() == values


def test_blanks_alone_are_no_id() -> None:
    assert ids(pl.Series(["", "  ", "\u00a0"])).values.to_list() == [None, None, None]


def test_salesforce_ids_that_differ_by_case_alone_stay_apart() -> None:
    """A published fault of other products."""
    short = pl.Series(["006bm00000LKJNN", "006bm00000LKJNn", "006BM00000LKJNN"])
    assert canonical_salesforce_ids(short).n_unique() == 3
    assert canonical_salesforce_ids(short).str.to_lowercase().n_unique() == 3


def test_both_forms_of_a_salesforce_id_are_one() -> None:
    (chunk,) = table_of(real("salesforce/dev_org_powerbi/Opportunity.csv")).chunks()
    (more,) = table_of(real("salesforce/data_cloud_workshop/Account.csv")).chunks()
    known = pl.concat([chunk.get_column("c0"), chunk.get_column("c1"), more.get_column("c0")])
    assert canonical_salesforce_ids(known.str.slice(0, 15)).to_list() == known.to_list()
    assert canonical_salesforce_ids(known).to_list() == known.to_list()


def test_the_null_id_of_salesforce_is_no_id_and_other_texts_stay() -> None:
    values = pl.Series(
        [
            "000000000000000AAA",
            "000000000000000",
            "ext_opportunity",
            "Fifteen Letters",
            "InternationalCo",
            "Quarter4Results",
            "006bm00000LKJNN",
            "",
            None,
        ]
    )
    assert canonical_salesforce_ids(values).to_list() == [
        None,
        None,
        "ext_opportunity",
        "Fifteen Letters",
        "InternationalCo",
        "Quarter4Results",
        "006bm00000LKJNNAA5",
        "",
        None,
    ]


def test_ids_are_made_canonical_only_where_the_plan_says_so() -> None:
    table = Given(["id", "stage", "acc"], [["006bm00000LKJNN", "Open", "000000000000000AAA"]])
    columns = {"deal_id": "id", "stage": "stage", "account_id": "acc"}
    plain = all_typed(read("deals", table, columns)).rows
    assert plain.row(0, named=True)["deal_id"] == "006bm00000LKJNN"
    salesforce = all_typed(read("deals", table, columns, format={"ids": "salesforce"})).rows
    assert salesforce.row(0, named=True)["deal_id"] == "006bm00000LKJNNAA5"
    assert salesforce.row(0, named=True)["account_id"] is None


def test_texts_lose_outer_blanks_only() -> None:
    assert texts(pl.Series([" a\u00a0b  c ", "\u00a0", "NA"])).values.to_list() == ["a\u00a0b  c", None, "NA"]


@pytest.mark.parametrize(
    ("value", "reason"), [("a\x00b", "NUL character"), ("x" * 4_001, "4,001 characters, more than the 4,000")]
)
def test_texts_that_cannot_be_kept_are_refused(value: str, reason: str) -> None:
    found = texts(pl.Series(["fine", value]))
    assert found.bad is not None
    assert found.bad.to_list() == [False, True]
    assert reason in found.explain(value)
    assert found.values.to_list() == ["fine", None]


def test_a_choice_is_found_in_any_case_and_others_name_what_is_allowed() -> None:
    table = Given(
        ["i", "t", "k"], [["1", "2024-01-01", "CALL"], ["2", "2024-01-01", "E-Mail"], ["3", "2024-01-01", "fax"]]
    )
    found = all_typed(read("activities", table, {"activity_id": "i", "occurred_at": "t", "kind": "k"}))
    assert found.rows.get_column("kind").to_list() == ["call", "email"]
    assert (
        found.faults[0].reason
        == "'fax' is none of call, email, meeting, demo; correct it or translate it in the mapping"
    )
    assert (found.faults[0].line, found.faults[0].column, found.faults[0].value) == (4, "k", "fax")


def test_values_are_translated_exactly_then_in_any_case() -> None:
    source = Source(headings=(2,), values={"Closed Won": "yes", "closed won": "no", "Open": ""})
    table = Given(
        ["id", "stage", "won"],
        [[str(i), "x", v] for i, v in enumerate(["Closed Won", "closed won", "CLOSED WON", "open"])],
    )
    found = read("deals", table, {"deal_id": "id", "stage": "stage", "is_won": source})
    assert got(found, "is_won") == [True, False, False, None]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("usd", "USD"),
        ("US Dollar", "USD"),
        ("Euro", "EUR"),
        ("euros", "EUR"),
        ("British Pound", "GBP"),
        ("€", "EUR"),
        (" chf ", "CHF"),
    ],
)
def test_currencies_are_found_by_code_name_and_sign(text: str, code: str) -> None:
    assert currency_codes(pl.Series([text])).values.to_list() == [code]


@pytest.mark.parametrize("text", ["$", "XX", "Dollar", "Bitcoin"])
def test_what_names_no_one_currency_is_refused(text: str) -> None:
    found = currency_codes(pl.Series([text]))
    assert found.bad is not None
    assert "write its ISO code" in found.explain(text)


@pytest.mark.parametrize(
    "pair", [("true", "false"), ("YES", "no"), ("1", "0"), ("Wahr", "Falsch"), ("Sí", "No"), ("Oui", "Non"), ("T", "f")]
)
def test_yes_and_no_in_the_vendors_ways(pair: tuple[str, str]) -> None:
    assert booleans(pl.Series([*pair, ""]), False).values.to_list() == [True, False, None]


def test_what_is_neither_yes_nor_no_has_a_reason() -> None:
    found = booleans(pl.Series(["maybe"]), False)
    assert found.bad is not None
    assert "neither yes nor no" in found.explain("maybe")


def test_a_blank_says_no_where_only_yes_is_ever_written() -> None:
    assert got(deals("won", "is_won", ["1", "", "1"]), "is_won") == [True, False, True]
    assert got(deals("won", "is_won", ["1", "", "0"]), "is_won") == [True, None, False]
    assert got(deals("won", "is_won", ["yes", ""]), "is_won") == [True, None]
    assert got(deals("won", "is_won", ["", ""]), "is_won") == [None, None]


def test_blank_booleans_of_a_salesforce_org() -> None:
    table = table_of(real("salesforce/data_cloud_workshop/Opportunity.csv"))
    columns = {
        "deal_id": "Id",
        "stage": "StageName",
        "amount": "Amount",
        "is_won": "IsWon",
        "created_on": "CreatedDate",
    }
    found = all_typed(read("deals", table, columns, format={"ids": "salesforce"}))
    assert found.faults == []
    won = found.rows.filter(pl.col("stage") == "Closed Won").get_column("is_won").unique().to_list()
    lost = found.rows.filter(pl.col("stage") != "Closed Won").get_column("is_won").unique().to_list()
    assert (won, lost) == ([True], [False])


@given(st.lists(st.sampled_from(["1", "0", "yes", "", "x"]), max_size=8), st.integers(1, 3))
def test_a_profile_of_chunks_is_that_of_the_whole(values: list[str], size: int) -> None:
    whole, parts = BooleanProfile(), BooleanProfile()
    lines = pl.int_range(2, len(values) + 2, eager=True)
    text = pl.Series(values, dtype=pl.String)
    whole.look(text, lines)
    for start in range(0, len(values), size):
        parts.look(text.slice(start, size), lines.slice(start, size))
    assert whole == parts


def test_probabilities_of_0_to_100_are_never_multipliers() -> None:
    """A published fault of other products."""
    assert got(deals("Probability", "probability", ["10", "1", "0.5", "100"]), "probability") == [
        1_000,
        100,
        50,
        10_000,
    ]


@pytest.mark.parametrize(
    ("heading", "values", "expected"),
    [
        ("Probability", ["0.25", "1", "0"], [2_500, 10_000, 0]),
        ("Probability", ["0", "1", "1.0"], [0, 10_000, 10_000]),
        ("Probability (%)", ["0", "1"], [0, 100]),
        ("Probability (%)", ["0", "1", "0.1"], [0, 10_000, 1_000]),  # a workbook's cells with a percent format
        ("Probability", ["25%", "100 %", ""], [2_500, 10_000, None]),
        ("Probability", ["12,5", "90"], [1_250, 9_000]),
        ("Probability", ["0.33333"], [3_333]),
    ],
)
def test_one_scale_of_probability_for_a_column(heading: str, values: list[str], expected: list[int | None]) -> None:
    assert got(deals(heading, "probability", values), "probability") == expected


@pytest.mark.parametrize("value", ["101", "-1", "likely", "130%"])
def test_what_is_no_probability_has_a_reason(value: str) -> None:
    found = all_typed(deals("Probability", "probability", ["50", value]))
    assert found.rows.height == 1
    assert len(found.faults) == 1


REVENUE = {"line_id": "id", "booked_on": "day", "net_amount": "net", "account": "acc"}


def revenue(*rows: tuple[str, str], currency: bool = True, company: str = "USD") -> Understood:
    """Revenue lines of (amount, currency)."""
    table = Given(
        ["id", "day", "net", "acc", "cur"], [[str(i), "2024-01-01", n, "A", c] for i, (n, c) in enumerate(rows)]
    )
    columns = REVENUE | ({"currency": "cur"} if currency else {})
    return read("revenue_lines", table, columns, Company(currency=company))


def test_an_amount_that_names_another_currency_than_its_row_is_a_fault() -> None:
    found = all_typed(revenue(("€5.50", "EUR"), ("€5.50", "USD"), ("$5.50", "EUR"), ("USD 5.50", ""), ("£5.50", "")))
    assert [f.line for f in found.faults] == [3, 6]
    assert "which is in USD" in found.faults[0].reason


def test_a_currency_that_every_amount_names_is_the_rows_currency() -> None:
    found = revenue(("€5.50", ""), ("€ 1.234,00", ""), currency=False)
    assert "decimal" in {q.key for q in found.questions}
    found = revenue(("€5,50", ""), ("€ 1.234,00", ""), currency=False)
    assert got(found, "currency") == ["EUR", "EUR"]
    assert found.plan.columns["currency"].constant == "EUR"
    assert "every amount names EUR" in found.notes[-1]


def test_a_dollar_sign_names_no_currency() -> None:
    found = revenue(("$5.50", ""), currency=False, company="CAD")
    assert all_typed(found).faults == []
    assert "currency" not in found.plan.columns


def test_amounts_in_several_currencies_without_a_currency_column_are_faults() -> None:
    found = all_typed(revenue(("€5.50", ""), ("£5.50", ""), ("5.50", ""), currency=False))
    assert [f.line for f in found.faults] == [2, 3]
