"""Choosing between what a table may be, and asking where nothing decides."""

from __future__ import annotations

import pytest

from revenue import objects
from revenue.imports.recognise import heading_row, recognise
from tests.revenue.imports.recognise.tables import frame

SALESFORCE = ["Id", "IsDeleted", "AccountId", "Name", "StageName", "Amount", "CloseDate", "IsClosed", "IsWon", "Type"]


@pytest.mark.parametrize("spec", objects.all_objects(), ids=lambda spec: spec.name)
def test_the_plain_format_of_every_object_is_told(spec: objects.ObjectSpec) -> None:
    found = recognise(spec.names, sample=None, file_name="export.csv")
    assert found.plan is not None
    assert (found.plan.vendor, found.plan.object) == ("plain", spec.name)
    assert set(found.plan.columns) == set(spec.names)
    assert found.plan.unused == ()


@pytest.mark.parametrize("spec", objects.all_objects(), ids=lambda spec: spec.name)
def test_the_plain_format_needs_its_required_columns_only(spec: objects.ObjectSpec) -> None:
    least = [*spec.required, *(group[0] for group in spec.one_of)]
    found = recognise(least, sample=None, file_name="", object=spec.name)
    assert found.plan is not None
    assert found.plan.vendor == "plain"
    lacking = recognise(least[1:], sample=None, file_name="", object=spec.name)
    assert lacking.plan is None
    assert lacking.question is not None
    assert least[0] in lacking.question.text


def test_unknown_headings_are_a_question_with_likely_answers() -> None:
    found = recognise(["Order Date", "Customer", "Sales", "Mood"], sample=None, file_name="x.csv")
    assert found.plan is None
    assert found.question is not None
    assert found.question.key == "object"
    assert found.question.readings[0]["answer"] == "revenue_lines"
    assert ["Sales", "net_amount"] in found.question.readings[0]["examples"]


def test_a_known_export_without_a_required_column_says_which() -> None:
    found = recognise([h for h in SALESFORCE if h != "Amount"], sample=None, file_name="x.csv")
    assert found.plan is None
    assert found.question is not None
    assert "Salesforce opportunities" in found.question.text
    assert "amount" in found.question.text


def test_an_object_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no object 'deal'"):
        recognise(SALESFORCE, sample=None, file_name="", object="deal")


def test_a_forced_object_uses_the_one_preset_that_finds_most() -> None:
    headings = ["hs_object_id", "Deal Name", "Amount", "pipeline stage", "dealstage"]
    assert recognise(headings[:1] + headings[2:], sample=None, file_name="").plan is None
    found = recognise(headings[:1] + headings[2:], sample=None, file_name="", object="deals")
    assert found.plan is not None
    assert (found.plan.vendor, found.plan.object) == ("hubspot", "deals")


def test_headings_that_repeat_are_told_apart_by_position() -> None:
    found = recognise([*SALESFORCE, "Amount"], sample=None, file_name="")
    assert found.plan is not None
    assert found.plan.columns["amount"].headings == (5,)
    assert found.notes == ("the heading 'Amount' stands over columns 6, 11; column 6 is used, by its position",)


def test_logs_of_the_data_loader_are_no_exports() -> None:
    for last in ("ERROR", "STATUS"):
        found = recognise([h.upper() for h in SALESFORCE] + [last], sample=None, file_name="error0413060133.csv")
        assert found.plan is not None
        assert "a Data Loader log" in found.plan.ignore


def test_a_status_column_makes_no_log_unless_its_cells_do() -> None:
    headings = ["Id", "Company", "LeadSource", "IsConverted", "Status"]
    leads = recognise(headings, sample=frame([["00Q1", "Acme", "Web", "0", "Open"]], 5), file_name="")
    assert leads.plan is not None
    assert leads.plan.object == "leads"
    log = recognise(headings, sample=frame([["00Q1", "Acme", "Web", "0", "Item Created"]], 5), file_name="")
    assert log.plan is not None
    assert log.plan.ignore


def test_a_deal_type_of_the_companys_own_is_left_empty() -> None:
    plan = recognise(SALESFORCE, sample=None, file_name="").plan
    assert plan is not None
    made = plan.made[plan.columns["deal_type"].headings[0] - len(SALESFORCE)]
    assert made.words["Existing Business"] == "expansion"
    assert made.otherwise == ""


def test_the_heading_row_is_found_under_titles() -> None:
    rows = [
        ["Opportunities won this quarter"],
        ["", "As of 2025-01-03", "Amount"],
        [],
        ["", "Opportunity Name", "Stage", "Amount", "Close Date"],
        ["", "Acme", "Closed Won", "10", "2025-01-01"],
    ]
    assert heading_row(rows) == 3
    assert heading_row(rows[:3]) is None
    assert heading_row([]) is None
