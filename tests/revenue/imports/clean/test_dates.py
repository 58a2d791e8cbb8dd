"""Dates and times, one value at a time: every form that exports write, and the reason where there is none."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revenue.imports.clean.dates.convert import dates, localised, timestamps
from revenue.imports.shapes import Company
from tests.revenue.imports.clean.tables import column, got


def one(text: str, order: str = "", zone: str = "UTC") -> date | None:
    """One date."""
    value = dates(pl.Series([text]), order, zone).values[0]
    assert value is None or isinstance(value, date)
    return value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-05", date(2024, 3, 5)),
        ("2024/3/5", date(2024, 3, 5)),
        ("2024.03.05", date(2024, 3, 5)),
        ("20240305", date(2024, 3, 5)),
        (" 2024-03-05 ", date(2024, 3, 5)),
        ("2024-03-05T10:00:00.000Z", date(2024, 3, 5)),
        ("2024-01-22T16:14:25.000+0000", date(2024, 1, 22)),
        ("2010-10-14T12:00:00.000Z-0300", date(2010, 10, 14)),
        ("2023-05-03 08:51:08.199000 UTC", date(2023, 5, 3)),
        ("15 Apr, 2021 00:02:00", date(2021, 4, 15)),
        ("21-Sep-22", date(2022, 9, 21)),
        ("Apr 15, 2021, 5:30\u202fPM", date(2021, 4, 15)),
        ("Monday, April 15, 2021", date(2021, 4, 15)),
        ("Thu, 15 Apr 2021", date(2021, 4, 15)),
        ("3. März 2024", date(2024, 3, 3)),
        ("3 août 2021", date(2021, 8, 3)),
        ("1 de marzo de 2022", date(2022, 3, 1)),
        ("12 giu 2022", date(2022, 6, 12)),
        ("4 mei 2022", date(2022, 5, 4)),
        ("9 out. 2022", date(2022, 10, 9)),
        ("29 Feb 2024", date(2024, 2, 29)),
    ],
)
def test_it_reads_dates_that_leave_nothing_open(text: str, expected: date) -> None:
    assert one(text) == expected


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("03/04/2024", "month-first", date(2024, 3, 4)),
        ("03/04/2024", "day-first", date(2024, 4, 3)),
        ("3.4.24", "day-first", date(2024, 4, 3)),
        ("15. 4. 2021", "day-first", date(2021, 4, 15)),
        ("02/23/26 08:55 PM", "month-first", date(2026, 2, 23)),
        ("8/31/2024 7:42", "month-first", date(2024, 8, 31)),
        ("1/1/68", "month-first", date(2068, 1, 1)),
        ("1/1/69", "month-first", date(1969, 1, 1)),
        ("45292", "excel-serial", date(2024, 1, 1)),
        ("45292.75", "excel-serial", date(2024, 1, 1)),
        ("2024-01-02", "excel-serial", date(2024, 1, 2)),
    ],
)
def test_it_reads_numeric_dates_in_the_order_of_the_column(text: str, order: str, expected: date) -> None:
    assert one(text, order) == expected


@pytest.mark.parametrize(
    ("text", "order", "reason"),
    [
        ("31/02/2024", "day-first", "there is no 31 February 2024; correct the day"),
        ("2023-02-29", "", "there is no 29 February 2023; correct the day"),
        ("31 Apr 2024", "", "there is no 31 April 2024; correct the day"),
        ("13/25/2024", "month-first", "there is no month 13"),
        ("03/04/2024", "iso", "could be day-first or month-first"),
        ("1/1/0001", "month-first", "lies before 1900"),
        ("2024-01-01 25:00", "", "the time of day or the zone"),
        ("soon", "", "is not a date; write a date such as 2024-12-31"),
        ("45292", "", "is not a date"),
    ],
)
def test_it_says_why_a_value_is_no_date(text: str, order: str, reason: str) -> None:
    read_as = dates(pl.Series([text]), order, "UTC")
    assert read_as.values[0] is None
    assert read_as.bad is not None
    assert reason in read_as.explain(text)


def test_a_time_with_a_zone_counts_in_the_companys_time_zone() -> None:
    assert one("2024-01-01T00:30:00+01:00", zone="America/New_York") == date(2023, 12, 31)
    assert one("2024-06-30T23:30:00-0700", zone="UTC") == date(2024, 7, 1)


def test_dates_that_a_tool_wrote_as_midnight_utc_stand_as_written() -> None:
    company = Company(time_zone="America/New_York")
    midnights = [f"2024-06-{day}T00:00:00.000Z" for day in (28, 29, 30)]
    found = column(midnights, "booked_on", company=company)
    assert got(found, "booked_on") == [date(2024, 6, 28), date(2024, 6, 29), date(2024, 6, 30)]
    assert "midnight UTC" in found.notes[0]
    times = column([*midnights, "2024-07-01T03:00:00Z"], "booked_on", company=company)
    assert got(times, "booked_on") == [date(2024, 6, 27), date(2024, 6, 28), date(2024, 6, 29), date(2024, 6, 30)]


def test_a_time_without_a_zone_leaves_the_date_as_it_is() -> None:
    assert one("2024-01-01 00:30:00", zone="America/New_York") == date(2024, 1, 1)


def instant(text: str, zone: str, order: str = "") -> datetime:
    """One timestamp."""
    value = timestamps(pl.Series([text]), order, zone).values[0]
    assert isinstance(value, datetime)
    return value


def test_timestamps_are_instants_and_a_date_is_its_midnight() -> None:
    assert instant("2024-01-22T16:14:25.000+0000", "Europe/Berlin") == datetime(2024, 1, 22, 16, 14, 25, tzinfo=UTC)
    assert instant("2024-01-22 16:14:25", "Europe/Berlin") == datetime(2024, 1, 22, 15, 14, 25, tzinfo=UTC)
    assert instant("2024-01-22", "Europe/Berlin") == datetime(2024, 1, 21, 23, 0, tzinfo=UTC)
    assert instant("2021-01-01T12:00:01.123456Z", "UTC") == datetime(2021, 1, 1, 12, 0, 1, 123456, tzinfo=UTC)
    assert instant("5/20/2024 7:42", "UTC", "month-first") == datetime(2024, 5, 20, 7, 42, tzinfo=UTC)
    assert instant("12/1/2024 12:05 AM", "UTC", "month-first") == datetime(2024, 12, 1, 0, 5, tzinfo=UTC)


def test_of_a_repeated_hour_the_first_is_meant_and_a_skipped_one_is_an_hour_later() -> None:
    local = pl.Series([datetime(2024, 11, 3, 1, 30), datetime(2024, 3, 10, 2, 30)])  # noqa: DTZ001
    found = localised(local, "America/New_York").to_list()
    assert found == [datetime(2024, 11, 3, 5, 30, tzinfo=UTC), datetime(2024, 3, 10, 7, 30, tzinfo=UTC)]


FORMS = {
    "%Y-%m-%d": "",
    "%d/%m/%Y": "day-first",
    "%m/%d/%Y": "month-first",
    "%d.%m.%Y": "day-first",
    "%m-%d-%Y": "month-first",
    "%d %b %Y": "",
    "%B %d, %Y": "",
    "%d-%b-%Y": "",
    "%Y%m%d": "",
    "%Y-%m-%dT%H:%M:%S": "",
    "%m/%d/%Y %I:%M:%S %p": "month-first",
}


@given(st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31)), st.sampled_from(sorted(FORMS)))  # noqa: DTZ001
def test_a_date_written_in_any_form_reads_back_equal(moment: datetime, form: str) -> None:
    assert one(moment.strftime(form), FORMS[form]) == moment.date()


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_has_a_reason(text: str) -> None:
    for order in ("month-first", "day-first", "iso", "excel-serial", ""):
        found = dates(pl.Series([text]), order, "Europe/Berlin")
        if found.values[0] is None and text.strip():
            assert found.bad is not None
            assert found.explain(text)
