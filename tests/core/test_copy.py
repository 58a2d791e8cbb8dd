"""COPY in both directions, and identifiers quoted."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from django.db import DataError, connection

from core.copy import copy_frame, copy_query, quote, rows, run, scalar

pytestmark = pytest.mark.django_db

TRICKY = ["", 'say "hi"', "a,b", "two\nlines", "\\N", "NULL", " blank ", "Société 東京", None]


def test_what_goes_in_comes_out() -> None:
    run('CREATE TEMP TABLE things (n bigint, t text, d date, at timestamptz, b boolean, "odd ""name" text)')
    moment = dt.datetime(2025, 1, 31, 23, 59, 59, 123456, tzinfo=dt.UTC)
    frame = pl.DataFrame(
        {
            "t": TRICKY,
            "n": [i if i else None for i in range(len(TRICKY))],
            "d": [dt.date(2025, 1, 31)] * len(TRICKY),
            "at": pl.Series([moment] * len(TRICKY), dtype=pl.Datetime("us", "UTC")),
            "b": [True, False, None] * 3,
            'odd "name': ["x"] * len(TRICKY),
        }
    )
    assert copy_frame(frame, "things") == len(TRICKY)
    found = rows("SELECT t, n, d, at, b FROM things ORDER BY n NULLS FIRST")
    assert [t for t, *_ in found] == TRICKY
    assert [n for _, n, *_ in found] == [None, *range(1, len(TRICKY))]
    assert found[0][2:] == (dt.date(2025, 1, 31), moment, True)
    assert [b for *_, b in found] == [True, False, None] * 3
    odd = quote('odd "name')
    assert scalar(f"SELECT count(*) FROM things WHERE {odd} = 'x'") == len(TRICKY)


def test_no_rows_are_no_statement() -> None:
    assert copy_frame(pl.DataFrame({"n": []}), "there_is_no_such_table") == 0


def test_what_does_not_fit_raises() -> None:
    run("CREATE TEMP TABLE things (n integer)")
    with pytest.raises(Exception, match="out of range") as raised:
        copy_frame(pl.DataFrame({"n": [2**40]}), "things")
    assert isinstance(raised.value, DataError) or "DataError" in str(type(raised.value).__mro__)
    connection.needs_rollback = True


def test_a_query_comes_as_csv_with_its_headings() -> None:
    text = copy_query("SELECT %s::text AS name, NULL AS nothing, 1.50 AS amount", ["a,b"]).read().decode()
    assert text == 'name,nothing,amount\n"a,b",,1.50\n'
    assert copy_query("SELECT 1 AS one").read() == b"one\n1\n"


@pytest.mark.parametrize(("names", "quoted"), [(("a",), '"a"'), (("a", "b"), '"a", "b"'), (('a"; --',), '"a""; --"')])
def test_quote(names: tuple[str, ...], quoted: str) -> None:
    assert quote(*names) == quoted
