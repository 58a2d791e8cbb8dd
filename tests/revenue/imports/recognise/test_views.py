"""Columns made from others, and columns that become rows."""

from __future__ import annotations

from revenue.imports.recognise import recognise
from revenue.imports.recognise.views import apply
from revenue.imports.shapes import Made, Plan, Table, Unpivot
from tests.revenue.imports.recognise.tables import Rows

ROWS = Rows(
    ("Id", "First", "Last", "Stage"), (("1", "Ada", "Byron", "won "), ("2", "", "Bell", ""), ("3", " ", "", "x"))
)


def seen(plan: Plan, table: Table = ROWS) -> tuple[tuple[str, ...], list[dict[str, object]]]:
    """The headings and rows of the table as the plan sees it."""
    view = apply(table, plan)
    return view.headings, [row for chunk in view.chunks() for row in chunk.iter_rows(named=True)]


def plan(*made: Made, unpivot: Unpivot | None = None) -> Plan:
    """A plan that makes these columns."""
    return Plan("reps", "test", "Test", {}, (), made=made, unpivot=unpivot)


def test_a_plan_that_makes_nothing_sees_the_table_itself() -> None:
    assert apply(ROWS, plan()) is ROWS


def test_joined_names() -> None:
    headings, rows = seen(plan(Made("First + Last", joined=(1, 2))))
    assert headings == ("Id", "First", "Last", "Stage", "First + Last")
    assert [row["c4"] for row in rows] == ["Ada Byron", "Bell", ""]


def test_a_condition_becomes_yes_and_no() -> None:
    _, rows = seen(plan(Made("won", where="[Stage] = 'Won'")))
    assert [row["c4"] for row in rows] == ["yes", "no", "no"]


def test_the_first_filled_cell_else_what_a_blank_means() -> None:
    _, rows = seen(plan(Made("first", filled=(1, 3), otherwise="none")))
    assert [row["c4"] for row in rows] == ["Ada", "none", "x"]


def test_words_are_translated_and_others_are_otherwise() -> None:
    _, rows = seen(plan(Made("stage", filled=(3,), words={"Won": "yes"}, otherwise="?")))
    assert [row["c4"] for row in rows] == ["yes", "", "?"]


def test_stage_dates_become_rows_on_the_lines_of_their_deals() -> None:
    table = Rows(
        ("Id", "Entered A", "Entered B"), (("1", "2024-01-01", "2024-02-01"), ("2", "", "2024-03-01"), ("3", "", ""))
    )
    unpivot = Unpivot((1, 2), ("A", "B"), "stage", "entered")
    headings, rows = seen(plan(Made("id", filled=(0,)), unpivot=unpivot), table)
    assert headings == ("Id", "Entered A", "Entered B", "stage", "entered", "id")
    assert [(row["line"], row["c3"], row["c4"], row["c5"]) for row in rows] == [
        (2, "A", "2024-01-01", "1"),
        (2, "B", "2024-02-01", "1"),
        (3, "B", "2024-03-01", "2"),
    ]


HUBSPOT = (
    "Record ID", "Deal Name", "Deal Stage", "Amount", "Close Date",
    'Date entered "Demo (Sales)"', 'Date entered "Demo (Partners (EU))"',
    'Date entered "Sent (final) (Sales)"',
)  # fmt: skip


def history(*stages: str) -> list[str]:
    """The stages of the history that HubSpot's stage dates give, for deals whose own stage is written so."""
    day = "2026-01-01"
    table = Rows(HUBSPOT, tuple((str(n), "x", stage, "1", day, day, day, day) for n, stage in enumerate(stages)))
    plans = {p.object: p for p in recognise(HUBSPOT, sample=None, file_name="deals.csv").plans}
    _, rows = seen(plans["deal_history"], table)
    return [str(row[f"c{len(HUBSPOT)}"]) for row in rows]


def test_stages_of_the_history_are_named_as_the_deals_are() -> None:
    """With one pipeline `Demo`, with several as the deal's own stage says it, in every row of that deal."""
    assert history("Demo") == ["Demo", "Demo", "Sent (final)"]
    with_pipeline = ["Demo (Sales)", "Demo (Partners (EU))", "Sent (final) (Sales)"]
    assert history("Demo (Partners (EU))") == with_pipeline
    assert history("Closed Won (Sales)", "Demo") == [*with_pipeline, "Demo", "Demo", "Sent (final)"]
    assert history("Sent (final)") == ["Demo", "Demo", "Sent (final)"]
