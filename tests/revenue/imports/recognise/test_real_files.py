"""Every real CSV ends in a plan, in being left alone with a reason, or in a question that a person can act on."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from revenue.imports.mapping.expression import cells, condition_mask, evaluate, parse_expression, position
from revenue.imports.recognise import Recognised, recognise
from revenue.imports.recognise.views import view_frame
from revenue.imports.shapes import Plan
from tests.realdata import DATA, real
from tests.revenue.imports.recognise.tables import frame

FILES = sorted(str(p.relative_to(DATA)) for p in DATA.glob("**/*.csv") if "messy" not in p.parts) or ["none"]
QUESTIONS = (
    "attribution",
    "clv",
    "coaching",
    "retail",
    "subscriptions",
    "invoices/ibm",
    "invoices/recurly/subscription_h",
)


def load(path: str, limit: int = 10**9) -> tuple[list[str], pl.DataFrame]:
    """Headings and rows of a real file; rows of another width than the heading are left out."""
    file: Path = real(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = file.read_text(encoding="iso-8859-1")
    reader = csv.reader(text.splitlines(keepends=True))
    headings = next(reader)
    rows = [row for _, row in zip(range(limit), reader, strict=False) if len(row) == len(headings)]
    return headings, frame(rows, len(headings))


def told(path: str, limit: int = 200) -> Recognised:
    """What a real file is, from its headings and first rows."""
    headings, rows = load(path, limit)
    return recognise(headings, sample=rows, file_name=path.rsplit("/", 1)[-1])


@pytest.mark.parametrize("path", FILES)
def test_every_file_ends_somewhere(path: str) -> None:
    found = told(path)
    if path.startswith(QUESTIONS):
        assert found.question is not None
        assert found.question.text
        return
    assert found.question is None
    assert found.plan is not None
    vendor = path.split("/")[1 if path.startswith("invoices") else 0].removesuffix("365").removesuffix("_demo")
    assert found.plan.vendor == vendor
    assert bool(found.plan.ignore) != bool(found.plan.columns)


def rows_of(path: str, part: int = 0) -> tuple[Plan, list[str], pl.DataFrame]:
    """A real file's plan, the headings of its view, and the rows that are not skipped."""
    headings, rows = load(path)
    plan = recognise(headings, sample=rows.head(200), file_name=path).plans[part]
    seen = view_frame(rows, plan, headings)
    names = [*headings, *(("", "") if plan.unpivot else ()), *(made.heading for made in plan.made)]
    if plan.skip_rows_where:
        seen = seen.filter(~condition_mask(seen, plan.skip_rows_where, names))
    return plan, names, seen


@pytest.mark.parametrize(
    ("path", "won", "closed"),
    [
        ("dynamics365/Opportunity.csv", 1914, 1914 + 2794),
        ("zoho_demo/Potentials.csv", 1425, 1425 + 485),
        ("salesforce/dataloader/opportunityData.csv", 8, 8),
        ("salesforce/data_cloud_workshop/Opportunity.csv", 12, 15),
        ("hubspot/leak_finder/sample_hubspot_deals.csv", 175, 175 + 1384),
    ],
)
def test_won_and_closed_deals(path: str, won: int, closed: int) -> None:
    plan, _, rows = rows_of(path)
    for column, count in (("is_won", won), ("is_closed", closed)):
        texts = rows.get_column(f"c{plan.columns[column].headings[0]}").str.to_lowercase()
        assert texts.is_in(["yes", "true", "1"]).sum() == count
        assert texts.is_in(["yes", "true", "1", "no", "false", "0"]).all()


def test_hubspot_stage_dates_are_history() -> None:
    plan, _, rows = rows_of("hubspot/leak_finder/sample_hubspot_deals.csv", part=1)
    assert plan.object == "deal_history"
    stages = rows.get_column(f"c{plan.columns['stage'].headings[0]}")
    assert set(stages) == {"Discovery", "Qualified", "Demo", "Proposal", "Negotiation", "Closed Won", "Closed Lost"}
    assert (stages == "Closed Won").sum() == 175
    assert (rows.get_column(f"c{plan.columns['changed_at'].headings[0]}") != "").all()


def test_valid_xero_sales_in_the_companys_own_currency() -> None:
    plan, names, rows = rows_of("invoices/xero/xero_invoice_data.csv")
    assert plan.columns["currency"].constant == "CAD"
    tree = parse_expression(plan.columns["net_amount"].derive)
    places = {heading: position(heading, names) for heading in cells(tree)}
    amounts = [
        evaluate(tree, {heading: Decimal(row[f"c{at}"]) for heading, at in places.items()})
        for row in rows.iter_rows(named=True)
    ]
    assert len(amounts) == 116
    assert round(sum(a for a in amounts if a is not None), 2) == Decimal("566973.76")
