"""Mapping files: what they say, what is wrong with them, and that they are written as they are read."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revenue import objects
from revenue.imports.mapping import Mapping, MappingError, Rules, bind, dump_mapping, load_mapping
from tests.realdata import real

LINES = """
object = "revenue_lines"
[columns]
line_id = "Row ID"
account = ["Customer", "Customer Name"]
booked_on = "Order Date"
net_amount = "Sales"
[derive]
cost = "[Sales] - [Profit]"
[constants]
currency = "USD"
[format]
dates = "month-first"
header_row = 3
skip_rows_where = "[Row ID] = ''"
"""
HEADINGS = ["Row ID", "Order Date", "Customer Name", "Sales", "Profit", "Mood"]


def lines(old: str = "", new: str = "", headings: list[str] | None = None) -> str:
    """What is wrong with the mapping above after a change, on a table with these headings."""
    with pytest.raises(MappingError) as error:
        bind(load_mapping(LINES.replace(old, new) if old else LINES, name="lines.toml"), headings or HEADINGS)
    return str(error.value)


def test_a_mapping_becomes_a_plan() -> None:
    plan = bind(load_mapping(LINES, name="lines.toml"), HEADINGS)
    assert plan.object == "revenue_lines"
    assert plan.columns["account"].headings == (2,)
    assert plan.columns["cost"].derive == "[Sales] - [Profit]"
    assert plan.columns["currency"].constant == "USD"
    assert plan.format == {"dates": "month-first", "header_row": "3"}
    assert plan.skip_rows_where == "[Row ID] = ''"
    assert plan.key == ("line_id",)
    assert not plan.content_key
    assert plan.unused == ("Mood",)


def test_headings_need_not_agree_in_case_and_blanks() -> None:
    plan = bind(load_mapping(LINES, name="x"), ["row id ", "ORDER  DATE", "customer name", "sales", "profit"])
    assert plan.columns["line_id"].headings == (0,)
    assert plan.columns["cost"].derive == "[sales] - [profit]"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "revenue_lines",
            "revenue_line",
            "lines.toml, line 2: object = 'revenue_line': there is no such object; did you mean",
        ),
        ("net_amount =", "amount =", "line 7: 'amount' is no column of this object; did you mean net_amount"),
        ("[columns]", "[column]", "line 3: there is no entry 'column'; did you mean columns"),
        ('"Sales"', '"Sale"', "line 7: net_amount: the file has no column 'Sale'; the nearest are: Sales"),
        ("[Profit]", "[Profits]", "line 9: cost: the file has no column 'Profits'; the nearest are: Profit"),
        ("[Sales] -", "[Sales] --- ", "the file"),
        ("- [Profit]", "- ", "line 9: cost: expected a number"),
        ('booked_on = "Order Date"', "", "nothing fills the required column booked_on"),
        ('account = ["Customer", "Customer Name"]', "", "nothing fills the required column account_id or account"),
        ("month-first", "us", "line 13: dates = 'us': it must be"),
        ("= 3", "= 3.5", "header_row must be a text in quotes"),
        ("= ''", "= ", "line 15: skip_rows_where: expected a text in single quotes"),
        ("= 3", "= ", "this is not TOML"),
        ("[columns]", 'key = ["deal_id"]\n[columns]', "line 3: key: nothing fills the column deal_id"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, complaint: str) -> None:
    if complaint == "the file":
        plan = bind(load_mapping(LINES.replace(old, new), name="x"), HEADINGS)
        assert plan.columns["cost"].derive == "[Sales] - --[Profit]"
        return
    assert complaint in lines(old, new)


def test_every_missing_heading_is_named_at_once() -> None:
    said = lines(headings=["Row", "Date", "Customer", "Sales"])
    assert said.count("\n") >= 2
    for heading in ("Row ID", "Order Date", "Profit"):
        assert heading in said


def test_rows_without_an_id_are_known_by_their_key() -> None:
    text = LINES.replace('line_id = "Row ID"\n', "").replace("[columns]", 'key = ["account", "booked_on"]\n[columns]')
    plan = bind(load_mapping(text, name="x"), HEADINGS)
    assert plan.key == ("account", "booked_on")
    assert plan.content_key
    assert plan.optional == ("line_id",)


def test_a_column_by_its_number() -> None:
    plan = bind(
        load_mapping(LINES.replace('"Row ID"', '"#1"').replace("[Row ID]", "[#1]"), name="x"), ["", *HEADINGS[1:]]
    )
    assert plan.columns["line_id"].headings == (0,)
    assert plan.skip_rows_where == "[#1] = ''"


@pytest.mark.parametrize(
    ("mapping", "table"),
    [
        ("superstore", "retail/superstore_utf8bom.csv"),
        ("ravenstack_accounts", "subscriptions/ravenstack/ravenstack_accounts.csv"),
        ("ravenstack_subscriptions", "subscriptions/ravenstack/ravenstack_subscriptions.csv"),
    ],
)
def test_real_mappings_fit_their_files_and_survive_writing(mapping: str, table: str) -> None:
    read = load_mapping(real(f"mappings/{mapping}.toml").read_text(), name=mapping)
    with real(table).open(encoding="utf-8-sig", newline="") as file:
        headings = next(csv.reader(file))
    plan = bind(read, headings)
    written = load_mapping(dump_mapping(read), name=mapping)
    assert written.rules == read.rules
    assert bind(written, headings) == plan


spec = objects.get("deals")
columns = st.sampled_from(spec.names)
words = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=12).filter(lambda t: t.strip() != "")
groups = st.lists(st.lists(words, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)
conditions = st.sampled_from(["[A] = 'x'", "[A \"b\"] <> 'it''s' or [B] starts '0'"])
all_rules = st.builds(
    Rules,
    columns=st.dictionaries(columns, groups, min_size=1),
    when=st.dictionaries(
        columns, st.dictionaries(conditions, groups, min_size=1).map(lambda d: tuple(d.items())), max_size=2
    ),
    join=st.dictionaries(columns, groups, max_size=2),
    where=st.dictionaries(columns, conditions, max_size=2),
    derive=st.dictionaries(columns, st.sampled_from(["[A] - 1", "[a]]b] / ([C] ?? 0)"]), max_size=2),
    constants=st.dictionaries(columns, words, max_size=2),
    blank=st.dictionaries(columns, words, max_size=2),
    values=st.dictionaries(columns, st.dictionaries(words, words, min_size=1), max_size=2),
    key=st.lists(columns, max_size=2, unique=True).map(tuple),
    format=st.sampled_from([{}, {"dates": "iso", "dates.close_on": "day-first", "encoding": "cp1252"}]),
    skip_rows_where=st.sampled_from(["", "[A] = ''"]),
)


@given(all_rules)
def test_a_written_mapping_reads_back(rules: Rules) -> None:
    mapping = Mapping("any", "deals", rules)
    assert load_mapping(dump_mapping(mapping), name="any").rules == rules
