"""Numbers: the decimal mark is the column's, amounts are exact, and what a column leaves open is asked."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revenue.imports.clean.numbers.convert import in_range, money, units
from revenue.imports.clean.numbers.parse import NotANumber, parse_number
from tests.realdata import real
from tests.revenue.imports.clean.tables import Given, all_typed, column, got, read, reasons, table_of


def amount(text: str, mark: str = ".") -> Decimal | None:
    """One amount, by way of the vectorised conversion."""
    value = units(pl.Series([text]), mark, money).values[0]
    return None if value is None else Decimal(value).scaleb(-4)


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("1234.56", ".", "1234.56"),
        ("1,234.56", ".", "1234.56"),
        ("1.234,56", ",", "1234.56"),
        ("1 234,56", ",", "1234.56"),
        ("1\u00a0234,56", ",", "1234.56"),
        ("1\u202f234\u202f567,8", ",", "1234567.8"),
        ("1\u2009234.56", ".", "1234.56"),
        ("1'234.56", ".", "1234.56"),
        ("1’234.56", ".", "1234.56"),
        ("1,23,456.78", ".", "123456.78"),
        ("12,34,567", ".", "1234567"),
        ("$1,500,000.00 ", ".", "1500000"),
        ("$342.09K", ".", "342090"),
        ("$1,117.10K", ".", "1117100"),
        ("1.5M", ".", "1500000"),
        ("€2.1bn", ".", "2100000000"),
        ("3 lakh", ".", "300000"),
        ("5 Mio. €", ",", "5000000"),
        ("(1,234.50)", ".", "-1234.5"),
        ("($1,234.50)", ".", "-1234.5"),
        ("1234.50-", ".", "-1234.5"),
        ("−5", ".", "-5"),
        ("-$5", ".", "-5"),
        ("$ -5.00", ".", "-5"),
        ("$ (1,234.50)", ".", "-1234.50"),  # a spreadsheet's accounting format
        ("USD 5", ".", "5"),
        ("5 kr", ".", "5"),
        ("100,-", ",", "100"),
        ("£0.99", ".", "0.99"),
        ("₹ 1,00,000", ".", "100000"),
        ("1.5E+05", ".", "150000"),
        ("2e3", ".", "2000"),
        ("+7", ".", "7"),
        (".5", ".", "0.5"),
        ("007", ".", "7"),
        ("5.00000", ".", "5"),
        ("-0", ".", "0"),
        ("922337203685477.5807", ".", "922337203685477.5807"),
    ],
)
def test_it_reads_amounts_as_exports_write_them(text: str, mark: str, expected: str) -> None:
    assert amount(text, mark) == Decimal(expected)
    assert parse_number(text, mark).value == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "mark", "reason"),
    [
        ("NaN", ".", "stands for no number"),
        ("inf", ".", "stands for no number"),
        ("-", ".", "write 0 if it means zero"),
        ("n/a", ".", "leave the cell empty"),
        ("1,12", ".", "must part groups of three digits"),
        ("1,2345", ".", "must part groups of three digits"),
        ("1.12", ",", "must part groups of three digits"),
        ("1.2.3", ".", "more than one decimal mark"),
        ("1.23456", ".", "has more than four decimals"),
        ("1e-7", ".", "has more than four decimals"),
        ("12%", ".", "is a percentage"),
        ("(5", ".", "a parenthesis without its other"),
        ("-5-", ".", "more than one sign"),
        ("$5€", ".", "names two currencies"),
        ("5 apples", ".", "'apples' is no currency"),
        ("922337203685477.5808", ".", "is larger than Assay can keep"),
        ("1e999", ".", "is larger than Assay can keep"),
        ("9" * 80, ".", "is too long for a number"),
        ("١٢", ".", "is not a number; write it as 1234.56"),
        ("x", ",", "is not a number; write it as 1234,56"),
        ("0x10", ".", "is not a number"),
    ],
)
def test_it_says_why_a_value_is_no_amount(text: str, mark: str, reason: str) -> None:
    found = units(pl.Series([text]), mark, money)
    assert found.values[0] is None
    assert found.bad is not None
    assert reason in found.explain(text)


def decimals(found: list[int | None]) -> list[Decimal | None]:
    """Ten-thousandths as decimals."""
    return [None if n is None else Decimal(n).scaleb(-4) for n in found]


def test_1_comma_12_is_not_read_as_112() -> None:
    """A published fault of other products."""
    assert decimals(got(column(["1,12"]))) == [Decimal("1.12")]


def test_3_comma_100_does_not_fail_the_file_where_other_values_settle_it() -> None:
    """A published fault of other products."""
    assert decimals(got(column(["3,100", "12.50"]))) == [Decimal(3100), Decimal("12.5")]
    assert decimals(got(column(["3,100", "12,5"]))) == [Decimal("3.1"), Decimal("12.5")]


def test_3_comma_100_alone_is_asked_about() -> None:
    (question,) = column(["3,100", "12"]).questions
    assert question.key == "decimal"
    assert {r["answer"]: r["examples"] for r in question.readings} == {
        ".": [["3,100", "3100"]],
        ",": [["3,100", "3.1"]],
    }
    assert decimals(got(column(["3,100"], format={"decimal": ","}))) == [Decimal("3.1")]
    assert decimals(got(column(["3,100"], format={"decimal": "."}))) == [Decimal(3100)]


def test_a_no_break_space_inside_a_number_is_a_group_mark() -> None:
    """A published fault of other products."""
    assert decimals(got(column(["1\u00a0234,50", "12\u202f000,00"]))) == [Decimal("1234.5"), Decimal(12_000)]


def test_1_point_234_is_open_and_two_groups_settle_it() -> None:
    assert [q.key for q in column(["1.234", "2.500"]).questions] == ["decimal"]
    assert decimals(got(column(["1.234", "1.234.567"]))) == [Decimal(1234), Decimal(1_234_567)]
    assert decimals(got(column(["1.234", "0.125"]))) == [Decimal("1.234"), Decimal("0.125")]
    assert decimals(got(column(["1.234", "1234.567"]))) == [Decimal("1.234"), Decimal("1234.567")]


def test_the_proof_may_stand_in_the_last_row() -> None:
    values = ["1.234"] * 25_000 + ["7,5"]
    assert got(column(values))[0] == 12_340_000


def test_values_that_prove_both_marks_are_asked_about() -> None:
    (question,) = column(["12.50", "12,50"]).questions
    assert question.key == "decimal"
    answered = all_typed(column(["12.50", "12,50"], format={"decimal": "."}))
    assert answered.rows.get_column("net_amount").to_list() == [125_000]
    assert [(f.line, f.value) for f in answered.faults] == [(3, "12,50")]


def test_an_answer_kept_from_another_file_gives_way_to_what_the_values_prove() -> None:
    found = column(["1,234.50", "3,100"], format={"decimal": ","})
    assert decimals(got(found)) == [Decimal("1234.5"), Decimal(3100)]
    assert "was not followed" in found.notes[0]


def test_a_sibling_column_settles_the_mark_and_a_note_says_so() -> None:
    table = Given(["id", "day", "a", "b", "acc"], [["1", "2024-01-01", "3,100", "4,5", "A"]])
    columns = {"line_id": "id", "booked_on": "day", "net_amount": "a", "cost": "b", "account": "acc"}
    found = read("revenue_lines", table, columns)
    assert decimals(got(found)) == [Decimal("3.1")]
    assert "as in 'b'" in found.notes[0]


@pytest.mark.parametrize(
    "values", [["9.575.775", "14.62", "261.96"], ["9,575,775", "14,62"], ["0.836.065", "14"], ["0,836,065"]]
)
def test_numbers_that_another_locale_rewrote_are_flagged(values: list[str]) -> None:
    (question,) = column(values).questions
    assert question.key == "damaged"
    assert "look damaged" in question.text
    assert "line 2" in question.text


def test_lost_three_decimal_values_are_flagged_and_an_answer_lifts_it() -> None:
    tenths = [f"{n}.{n % 9 + 1}" for n in range(100)]
    cents = [f"{n}.{n % 9 + 1}{n % 8 + 1}" for n in range(100)]
    four = [f"{n}.{n % 9 + 1}{n % 8 + 1}{n % 7 + 1}{n % 6 + 1}" for n in range(100)]
    thousandths = [str(21_734 + n * 37) for n in range(30)]  # 21.734 and so on, without their points
    values = [*tenths, *cents, *four, *thousandths]
    assert [q.key for q in column(values).questions] == ["damaged"]
    assert len(got(column(values, format={"damaged": "as-written"}))) == len(values)


def test_an_undamaged_column_of_four_decimals_is_not_flagged() -> None:
    table = table_of(real("retail/superstore_utf8bom.csv"))
    columns = {"line_id": "Row ID", "account": "Customer Name", "booked_on": "Order Date", "net_amount": "Sales"}
    assert read("revenue_lines", table, columns).questions == []


def test_superstore_totals_are_exact() -> None:
    table = table_of(real("retail/superstore_utf8bom.csv"))
    columns = {
        "line_id": "Row ID", "account_id": "Customer ID", "booked_on": "Order Date", "net_amount": "Sales",
        "cost": "[Sales] - [Profit]", "list_amount": "[Sales] / (1 - [Discount])",
    }  # fmt: skip
    found = all_typed(read("revenue_lines", table, columns)).rows
    net, cost, full = (sum(found.get_column(c).to_list()) for c in ("net_amount", "cost", "list_amount"))
    assert (found.height, net, net - cost) == (9_994, 22_972_008_603, 2_863_970_217)
    assert round(1 - net / full, 5) == 0.19789


def test_zoho_amounts_with_signs_groups_and_k() -> None:
    table = table_of(real("zoho_demo/Potentials.csv"))
    columns = {"deal_id": "Potential Name", "stage": "Stage", "amount": "Amount", "probability": "Probability"}
    found = all_typed(read("deals", table, columns))
    assert found.faults == []
    won = found.rows.filter(pl.col("stage") == "Closed Won").get_column("amount").sum()
    assert won == 890_662_000_000
    campaigns = table_of(real("zoho_demo/Campaigns.csv"))
    budget = {"campaign_id": "CAMPAIGNID", "name": "Campaign Name", "cost": "Actual Cost"}
    assert got(read("campaigns", campaigns, budget), "cost")[0] == 1_415_600_000


def test_dynamics_targets_with_an_outer_blank() -> None:
    table = table_of(real("dynamics365/Goal.csv"))
    found = read("campaigns", table, {"campaign_id": "Name", "name": "Name", "cost": "Target"})
    assert got(found, "cost")[0] == 74_500_000_000


def test_quantities_are_rounded_to_four_decimals_with_a_note_and_amounts_are_rejected() -> None:
    quantity = column(["0.2618767", "1.5"], "quantity")
    assert got(quantity, "quantity") == [2_619, 15_000]
    assert "1 value with more than four decimals" in quantity.notes[0]
    assert "has more than four decimals" in reasons(column(["0.2618767", "1.5"]))[0]


def test_whole_numbers_have_no_fraction() -> None:
    table = Given(
        ["id", "n", "e"],
        [["1", "A", "1,200"], ["2", "B", "12.0"], ["3", "C", "2.5"], ["4", "D", "1-10"], ["5", "E", ""]],
    )
    found = all_typed(read("accounts", table, {"account_id": "id", "name": "n", "employees": "e"}))
    assert found.rows.get_column("employees").to_list() == [1_200, 12, None]
    assert ["2.5 is not a whole number" in f.reason for f in found.faults] == [True, False]


def test_rates_are_kept_exactly_and_must_be_above_zero() -> None:
    table = Given(
        ["c", "d", "r"],
        [["EUR", "2024-01-01", "1.0850000001"], ["GBP", "2024-01-01", "0"], ["JPY", "2024-01-01", "6.7e-3"]],
    )
    found = all_typed(read("fx_rates", table, {"currency": "c", "on_date": "d", "rate": "r"}))
    assert found.rows.get_column("rate").to_list() == ["1.0850000001", "0.0067"]
    assert "must be above 0" in found.faults[0].reason


def write(number: Decimal, group: str, mark: str) -> str:
    """A number in a locale's way."""
    text = f"{number:,.2f}"
    return text.replace(",", "\0").replace(".", mark).replace("\0", group)


AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)
DIALECTS = st.sampled_from(
    [(",", "."), (".", ","), (" ", ","), ("\u00a0", ","), ("\u202f", ","), ("'", "."), ("’", "."), ("", "."), ("", ",")]
)


@given(st.lists(AMOUNTS, min_size=1, max_size=30), DIALECTS)
def test_amounts_written_in_any_dialect_read_back_equal(numbers: list[Decimal], dialect: tuple[str, str]) -> None:
    assert decimals(got(column([write(n, *dialect) for n in numbers]))) == numbers


@given(
    AMOUNTS, st.sampled_from(["({})", "-{}", "{}-", "-${}", "$-{}", "€ -{}", "-{} €", "({} €)", "USD -{}", "-{} USD"])
)
def test_negative_amounts_in_every_form_read_back_equal(number: Decimal, form: str) -> None:
    assert amount(form.format(write(abs(number), ",", "."))) == -abs(number)


@given(st.integers(-(10**14), 10**14), st.integers(0, 4), st.sampled_from([".", ","]))
def test_the_fast_and_the_complete_path_agree(digits: int, places: int, mark: str) -> None:
    text = f"{Decimal(digits).scaleb(-places):f}".replace(".", mark)
    assert amount(text, mark) == parse_number(text, mark).value


@given(st.text(alphabet="0123456789.,'- ()$€%KMeE+\u00a0NaUSD", max_size=14), st.sampled_from([".", ","]))
def test_any_text_is_an_amount_on_both_paths_or_on_neither(text: str, mark: str) -> None:
    found = units(pl.Series([text]), mark, money)
    try:
        expected: int | None = in_range(money(parse_number(text, mark)), text) if text.strip() else None
    except NotANumber:
        expected = None
    assert found.values[0] == expected
    if expected is None and text.strip():
        assert found.bad is not None
        assert found.explain(text)
