"""Date columns: the order of day and month is the column's, and what it leaves open is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revenue.imports.clean import Understood
from revenue.imports.shapes import Company
from tests.realdata import real
from tests.revenue.imports.clean.tables import Given, all_typed, column, got, read, reasons, table_of


def test_one_value_above_twelve_settles_the_column() -> None:
    found = column(["03/04/2024", "05/06/2024", "12/31/2024"], "booked_on")
    assert got(found, "booked_on") == [date(2024, 3, 4), date(2024, 5, 6), date(2024, 12, 31)]
    assert found.readings[0].reading == "month-first"
    assert found.readings[0].evidence == "1 value cannot be day-first, e.g. 12/31/2024 in line 4"


def test_day_and_month_are_not_guessed_from_the_first_rows() -> None:
    """A published fault of other products: the proof stands in the last of 20,000 rows."""
    values = ["03/04/2024"] * 20_000 + ["31/12/2024"]
    found = got(column(values, "booked_on"), "booked_on")
    assert found[0] == date(2024, 4, 3)
    assert found[-1] == date(2024, 12, 31)


def test_a_column_that_reads_both_ways_is_asked_about_with_its_own_values() -> None:
    found = column(["03/04/2024", "05/06/2024"], "booked_on")
    (question,) = found.questions
    assert question.key == "dates"
    assert question.column == "Value"
    assert [r["answer"] for r in question.readings] == ["month-first", "day-first"]
    assert question.readings[1]["examples"][0] == ["03/04/2024", "3 April 2024"]
    with pytest.raises(ValueError, match="open questions: dates"):
        next(found.typed())


@pytest.mark.parametrize(("answer", "expected"), [("month-first", date(2024, 3, 4)), ("day-first", date(2024, 4, 3))])
def test_the_answer_settles_what_was_open(answer: str, expected: date) -> None:
    assert got(column(["03/04/2024"], "booked_on", format={"dates": answer}), "booked_on") == [expected]


def test_a_column_that_proves_both_orders_is_asked_about_and_never_split() -> None:
    values = ["12/31/2024", "31/12/2024", "03/04/2024"]
    (question,) = column(values, "booked_on").questions
    assert "12/31/2024 in line 2" in question.text
    assert "31/12/2024 in line 3" in question.text
    answered = all_typed(column(values, "booked_on", format={"dates": "day-first"}))
    assert answered.rows.get_column("booked_on").to_list() == [date(2024, 12, 31), date(2024, 4, 3)]
    (fault,) = answered.faults
    assert (fault.line, fault.column, fault.value) == (2, "Value", "12/31/2024")
    assert "there is no month 31" in fault.reason


def test_an_answer_kept_from_another_file_gives_way_to_what_the_values_prove() -> None:
    found = column(["03/04/2024", "12/31/2024"], "booked_on", format={"dates": "day-first"})
    assert got(found, "booked_on") == [date(2024, 3, 4), date(2024, 12, 31)]
    assert "the answer day-first was not followed" in found.notes[0]


def test_one_slip_among_many_does_not_overturn_an_answer() -> None:
    found = column(["03/04/2024"] * 20 + ["12/31/2024"], "booked_on", format={"dates": "day-first"})
    assert all_typed(found).rows.get_column("booked_on").to_list() == [date(2024, 4, 3)] * 20
    assert len(reasons(found)) == 1


def test_dates_that_read_the_same_both_ways_need_no_question() -> None:
    assert got(column(["1/1/2024", "5/5/2024"], "booked_on"), "booked_on") == [date(2024, 1, 1), date(2024, 5, 5)]


def siblings(first: str, second: str) -> Given:
    return Given(["id", "from", "to", "amount", "account"], [["1", first, second, "5.25", "A"]])


SUBSCRIPTION = {"subscription_id": "id", "starts_on": "from", "ends_on": "to", "amount": "amount", "account": "account"}


def test_a_sibling_that_writes_its_dates_alike_settles_an_open_column() -> None:
    found = read("subscriptions", siblings("10/1/2025", "12/31/2025"), SUBSCRIPTION)
    assert got(found, "starts_on") == [date(2025, 10, 1)]
    assert "as in 'to', which writes its dates alike" in found.notes[0]


@pytest.mark.parametrize("other", ["31.12.2025", "12/31/25"])
def test_a_sibling_of_another_shape_settles_nothing(other: str) -> None:
    found = read("subscriptions", siblings("10/1/2025", other), SUBSCRIPTION)
    assert [q.key for q in found.questions] == ["dates"]


def test_columns_that_ask_the_same_are_one_question() -> None:
    (question,) = read("subscriptions", siblings("10/1/2025", "10/2/2025"), SUBSCRIPTION).questions
    assert "'from'" in question.text
    assert "'to'" in question.text


def test_serial_numbers_are_asked_about() -> None:
    (question,) = column(["45292", "45293"], "booked_on").questions
    assert question.readings[0]["answer"] == "excel-serial"
    assert question.readings[0]["examples"][0] == ["45292", "1 January 2024"]
    answered = column(["45292", "45293"], "booked_on", format={"dates": "excel-serial"})
    assert got(answered, "booked_on") == [date(2024, 1, 1), date(2024, 1, 2)]


def test_dates_with_and_without_a_time_of_day_are_both_accepted() -> None:
    found = column(["8/31/2024", "8/22/2025 23:36"], "booked_on")
    assert got(found, "booked_on") == [date(2024, 8, 31), date(2025, 8, 22)]
    assert found.notes == ["Value: 1 of 2 values carry a time of day, the others none"]


def test_a_month_is_its_first_day_where_the_column_holds_months() -> None:
    table = Given(
        ["m", "f", "c", "a"], [[m, "sales", "x", "1.25"] for m in ("2024-03", "03/2024", "Mar 2024", "Mar-24")]
    )
    found = read("costs", table, {"month": "m", "function": "f", "category": "c", "amount": "a"})
    assert got(found, "month") == [date(2024, 3, 1)] * 4


def test_targets_end_on_their_last_day_or_before_their_end_decided_by_the_column() -> None:
    def ends(*values: str, **rest: Any) -> Understood:
        table = Given(["m", "s", "e", "a"], [["net_revenue", "2024-01-01", value, "5.25"] for value in values])
        columns = {"metric": "m", "period_start": "s", "period_end": "e", "amount": "a"}
        return read("targets", table, columns, **rest)

    pytest.importorskip("metrics.apps")
    assert got(ends("2024-04-01", "2024-07-01"), "period_end") == [date(2024, 4, 1), date(2024, 7, 1)]
    assert got(ends("2024-03-31", "2024-06-30"), "period_end") == [date(2024, 4, 1), date(2024, 7, 1)]
    assert [q.key for q in ends("2024-03-31", "2024-07-01").questions] == ["period_end"]
    assert got(ends("2024-03-30", format={"period_end": "inclusive"}), "period_end") == [date(2024, 3, 31)]
    assert got(ends("2024-03-30", format={"period_end": "exclusive"}), "period_end") == [date(2024, 3, 30)]


def test_an_inclusive_end_of_a_plan_gains_a_day() -> None:
    found = read("subscriptions", siblings("2025-10-01", "2025-12-31"), SUBSCRIPTION, inclusive_ends=("ends_on",))
    assert got(found, "ends_on") == [date(2026, 1, 1)]


@given(st.lists(st.dates(date(1970, 1, 1), date(2068, 12, 31)), min_size=1, max_size=30), st.booleans())
def test_a_column_reads_back_equal_or_is_asked_about(days: list[date], month_first: bool) -> None:
    form = "%m/%d/%y" if month_first else "%d/%m/%y"
    found = column([d.strftime(form) for d in days], "booked_on")
    if found.questions:
        assert all(d.day <= 12 for d in days)
    else:
        assert got(found, "booked_on") == days


def test_all_close_dates_of_a_dynamics_export_are_accepted() -> None:
    table = table_of(real("dynamics365/Opportunity.csv"))
    columns = {
        "deal_id": "Topic", "account": "Potential Customer", "amount": "Est. revenue", "close_on": "Actual Close Date",
        "created_on": "Created On", "probability": "Probability", "currency": "Currency", "stage": "Status",
    }  # fmt: skip
    found = read("deals", table, columns, Company(time_zone="America/New_York"))
    typed = all_typed(found)
    assert typed.faults == []
    assert typed.rows.height == 5_229
    closed = table.headings.index("Actual Close Date")
    filled = sum(bool(row[closed].strip()) for chunk in table.chunks() for row in chunk.drop("line").iter_rows())
    assert typed.rows.get_column("close_on").count() == filled
    assert typed.rows.get_column("currency").unique().to_list() == ["USD"]


def test_dates_of_an_hr_export_with_two_separators_are_day_first() -> None:
    table = table_of(real("coaching/employee_engagement_survey_data.csv"))
    found = read("tickets", table, {"ticket_id": "Employee ID", "opened_on": "Survey Date"})
    assert [r.reading for r in found.readings] == ["day-first"]
    assert all_typed(found).faults == []
