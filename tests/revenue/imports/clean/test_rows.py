"""Rows: every one ends accepted, rejected with all its reasons, or skipped with one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revenue.imports.mapping.expression import ExpressionError
from revenue.imports.shapes import Made, Source
from tests.revenue.imports.clean.tables import Given, all_typed, column, got, plan_of, read

HEADINGS = ["id", "day", "net", "acc", "cost"]
REVENUE = {"line_id": "id", "booked_on": "day", "net_amount": "net", "account": "acc"}


def test_all_faults_of_a_row_are_reported_not_the_first() -> None:
    table = Given(HEADINGS, [["1", "2024-02-31", "NaN", "A", "x"], ["2", "2024-02-29", "5.25", "A", ""]])
    found = all_typed(read("revenue_lines", table, REVENUE | {"cost": "cost"}))
    assert [(f.line, f.column, f.value) for f in found.faults] == [
        (2, "day", "2024-02-31"),
        (2, "net", "NaN"),
        (2, "cost", "x"),
    ]
    assert found.rows.get_column("line_id").to_list() == ["2"]
    assert found.rows.get_column("cost").to_list() == [None]


def test_a_required_cell_that_is_blank_is_a_fault_and_a_nullable_one_is_not() -> None:
    table = Given(HEADINGS, [["1", "2024-01-01", " ", "A", ""], ["2", "", "5.25", "", ""]])
    found = all_typed(read("revenue_lines", table, REVENUE))
    assert [(f.line, f.column, f.reason) for f in found.faults] == [
        (2, "net", "net_amount is required: fill the cell, or leave the row out"),
        (3, "day", "booked_on is required: fill the cell, or leave the row out"),
    ]
    deals = Given(["id", "stage", "amount"], [["1", "Open", ""]])
    assert got(read("deals", deals, {"deal_id": "id", "stage": "stage", "amount": "amount"}), "amount") == [None]


def test_what_a_vendor_may_lack_is_not_required() -> None:
    table = Given(["id", "stage"], [["1", ""]])
    assert got(read("deals", table, {"deal_id": "id", "stage": "stage"}, optional=("stage",)), "stage") == [None]


def test_a_required_column_that_nothing_fills_is_a_question() -> None:
    found = read("deals", Given(["id"], [["1"]]), {"deal_id": "id"})
    assert [q.key for q in found.questions] == ["columns"]
    assert "'stage'" in found.questions[0].text


def test_blank_rows_and_rows_of_the_condition_are_skipped_and_listed() -> None:
    rows = [["1", "2024-01-01", "5.25", "A", ""], ["", " ", "", "\u00a0", ""], ["Total", "", "5.25", "", ""]]
    found = all_typed(read("revenue_lines", Given(HEADINGS, rows), REVENUE, skip_rows_where="[day] = ''"))
    assert found.rows.height == 1
    assert [(s.line, s.text, s.reason) for s in found.skipped] == [
        (3, "", "the row is blank"),
        (4, "Total 5.25", "the mapping skips rows where [day] = ''"),
    ]
    assert found.faults == []


def test_skipped_rows_give_no_evidence() -> None:
    rows = [["1", "03/04/2024", "5.25", "A", ""], ["Total", "31/12/2024", "", "", ""]]
    found = read("revenue_lines", Given(HEADINGS, rows), REVENUE, skip_rows_where="[id] = 'total'")
    assert [q.key for q in found.questions] == ["dates"]


def test_the_first_filled_heading_counts_and_a_fault_names_it() -> None:
    table = Given(
        ["id", "stage", "a", "b"], [["1", "x", "", "5.25"], ["2", "x", "7.5", "oops"], ["3", "x", " ", "oops"]]
    )
    found = all_typed(read("deals", table, {"deal_id": "id", "stage": "stage", "amount": Source(headings=(2, 3))}))
    assert found.rows.get_column("amount").to_list() == [52_500, 75_000]
    assert [(f.line, f.column, f.value) for f in found.faults] == [(4, "b", "oops")]


def test_another_heading_is_taken_where_its_condition_holds() -> None:
    table = Given(
        ["id", "stage", "est", "act"],
        [["1", "Open", "10.5", "0"], ["2", "Won", "10.5", "12.5"], ["3", "WON", "1", "x"]],
    )
    amount = Source(headings=(2,), when=(("[stage] = 'Won'", (3,)),))
    found = all_typed(read("deals", table, {"deal_id": "id", "stage": "stage", "amount": amount}))
    assert found.rows.get_column("amount").to_list() == [105_000, 125_000]
    assert [(f.line, f.column) for f in found.faults] == [(4, "act")]


def test_constants_fill_every_row() -> None:
    table = Given(HEADINGS, [["1", "2024-01-01", "5.25", "A", ""]])
    found = read(
        "revenue_lines", table, REVENUE | {"currency": Source(constant="EUR"), "route": Source(constant="direct")}
    )
    assert all_typed(found).rows.select("currency", "route").row(0) == ("EUR", "direct")


def test_formulas_are_exact_and_round_once_half_even() -> None:
    rows = [
        ["1", "2024-01-01", "1", "A", "3"],
        ["2", "2024-01-01", "0.00005", "A", "1"],
        ["3", "2024-01-01", "0.00015", "A", "1"],
    ]
    columns = {"line_id": "id", "booked_on": "day", "net_amount": "[net] / [cost]", "account": "acc"}
    assert got(read("revenue_lines", Given(HEADINGS, rows), columns)) == [3_333, 0, 2]


def test_a_formula_without_a_value_is_empty_or_a_fault() -> None:
    rows = [
        ["1", "2024-01-01", "5.5", "A", ""],
        ["2", "2024-01-01", "5.5", "A", "0"],
        ["3", "2024-01-01", "5.5", "A", "x"],
        ["4", "2024-01-01", "(5.5)", "A", "50%"],
    ]
    found = all_typed(read("revenue_lines", Given(HEADINGS, rows), REVENUE | {"list_amount": "[net] / [cost]"}))
    assert found.rows.get_column("list_amount").to_list() == [None, -110_000]
    assert [(f.line, f.column) for f in found.faults] == [(3, "list_amount"), (4, "cost")]
    assert "divided by zero" in found.faults[0].reason


def test_a_formula_over_a_missing_heading_says_so() -> None:
    with pytest.raises(ExpressionError, match=r"no column \[gone\]"):
        read("revenue_lines", Given(HEADINGS, []), REVENUE | {"cost": "[gone] * 2"})


def test_a_derived_amount_beyond_bigint_is_a_fault() -> None:
    rows = [["1", "2024-01-01", "900000000000", "A", "900000000000"]]
    found = all_typed(read("revenue_lines", Given(HEADINGS, rows), REVENUE | {"list_amount": "[net] * [cost]"}))
    assert "larger than Assay can keep" in found.faults[0].reason


def test_made_columns_of_a_plan_are_there() -> None:
    table = Given(["id", "first", "last"], [["1", "Ada", "Lovelace"], ["2", "", "Hopper"]])
    made = Made("First + Last", joined=(1, 2))
    found = read("reps", table, {"rep_id": "id", "name": Source(headings=(3,))}, made=(made,))
    assert got(found, "name") == ["Ada Lovelace", "Hopper"]


def test_an_empty_table_is_understood() -> None:
    found = column([])
    assert found.questions == []
    assert list(found.typed()) == []


def test_two_columns_with_the_same_heading_are_two_columns() -> None:
    """A published fault of other products."""
    table = Given(["id", "Amount", "Amount", "stage"], [["1", "5.25", "7.5", "Open"]])
    first, second = (
        got(read("deals", table, {"deal_id": "id", "stage": "stage", "amount": Source(headings=(i,))}), "amount")
        for i in (1, 2)
    )
    assert (first, second) == ([52_500], [75_000])


CELLS = st.sampled_from(["", " ", "5.25", "-3", "x", "2024-01-31", "2024-02-31", "NaN", "1,234.50", "€7.10", "A"])


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, CELLS), max_size=25), st.integers(1, 9))
def test_every_row_ends_accepted_rejected_or_skipped(rows: list[tuple[str, ...]], chunk: int) -> None:
    table = Given(HEADINGS, rows, chunk)
    columns = REVENUE | {"cost": "cost", "list_amount": "[net] / [cost]"}
    found = read("revenue_lines", table, columns, skip_rows_where="[id] = 'x'", format={"decimal": ".", "dates": "iso"})
    typed = list(found.typed())
    accepted = [line for t in typed for line in t.rows.get_column("line").to_list()]
    rejected = {f.line for t in typed for f in t.faults}
    skipped = [s.line for t in typed for s in t.skipped]
    assert sorted([*accepted, *rejected, *skipped]) == list(range(2, len(rows) + 2))
    assert all(f.reason for t in typed for f in t.faults)


def test_the_typed_columns_have_their_documented_types() -> None:
    table = Given(HEADINGS, [["1", "2024-01-01", "5.25", "A", "1"]])
    plan = plan_of("revenue_lines", table, REVENUE | {"cost": "cost"})
    rows = all_typed(read("revenue_lines", table, REVENUE | {"cost": "cost"})).rows
    assert set(plan.columns) | {"line"} == set(rows.columns)
    assert {name: str(dtype) for name, dtype in rows.schema.items()} == {
        "line": "Int64", "line_id": "String", "account": "String", "booked_on": "Date", "net_amount": "Int64",
        "cost": "Int64",
    }  # fmt: skip
