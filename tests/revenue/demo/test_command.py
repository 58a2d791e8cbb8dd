"""`manage.py generate_demo`, and that the product recognises what it writes."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from revenue import objects
from revenue.imports.clean.understand import understand
from revenue.imports.mapping import bind, load_mapping
from revenue.imports.read import open_tables
from revenue.imports.recognise import recognise
from revenue.imports.shapes import Company as Setting
from tests.revenue.demo.conftest import TODAY, Company


def test_it_writes_and_says_what(tmp_path: Path) -> None:
    out = StringIO()
    call_command("generate_demo", str(tmp_path / "new" / "folder"), "--today", "2026-11-21", stdout=out)
    assert "as of 2026-11-20" in out.getvalue()
    assert (tmp_path / "new" / "folder" / "salesforce" / "Opportunity.csv").stat().st_size > 100_000


def test_it_counts_in_json(tmp_path: Path) -> None:
    out = StringIO()
    call_command("generate_demo", str(tmp_path), "--today", "2026-11-21", "--json", stdout=out)
    said = json.loads(out.getvalue())
    lines = (tmp_path / "finance/revenue_lines.csv").read_text(encoding="utf-8").splitlines()
    assert said["rows"]["finance/revenue_lines.csv"] == len(lines) - 1
    assert said["as_of"] == "2026-11-20"


def test_it_refuses_a_scale_it_cannot_write(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="between 1 and 1000"):
        call_command("generate_demo", str(tmp_path), "--scale", "5000")


def test_it_says_where_it_cannot_write(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("not a folder", encoding="utf-8")
    with pytest.raises(CommandError, match="cannot write to"):
        call_command("generate_demo", str(taken))


def accepted(path: Path, plan_by_mapping: str = "") -> tuple[str, int, int]:
    """Object, rows understood and faults of one file, read as an import reads it."""
    (table,) = open_tables(path).tables
    if plan_by_mapping:
        plan = bind(load_mapping(plan_by_mapping, name="mapping.toml"), table.headings)
    else:
        found = recognise(table.headings, sample=next(iter(table.chunks())), file_name=path.name)
        assert found.question is None
        (plan,) = found.plans
    understood = understand(table, plan, objects.get(plan.object), Setting(today=TODAY))
    assert understood.questions == []
    typed = list(understood.typed())
    return plan.object, sum(t.rows.height for t in typed), sum(len(t.faults) for t in typed)


def test_every_file_is_recognised_and_every_row_accepted(company: Company) -> None:
    for name, rows in company.totals.rows.items():
        object_name, read, faults = accepted(company.folder / name)
        assert (read, faults) == (rows, 0), name
        assert objects.get(object_name), name


@pytest.mark.parametrize(
    ("mapping", "name"),
    [
        ("salesforce_account", "salesforce/Account.csv"),
        ("salesforce_opportunity", "salesforce/Opportunity.csv"),
        ("hubspot_contacts", "hubspot/contacts.csv"),
    ],
)
def test_the_mappings_that_travel_along_fit(company: Company, mapping: str, name: str) -> None:
    text = (company.folder / "mappings" / f"{mapping}.toml").read_text(encoding="utf-8")
    _, read, faults = accepted(company.folder / name, text)
    assert (read, faults) == (company.totals.rows[name], 0)
