"""Formulas in a file that was sent: its rejects are safe to open in a spreadsheet, and come back as they were."""

from __future__ import annotations

import csv as reader

import pytest

from revenue.imports.rejects import csv_lines
from revenue.models import Account
from tests.revenue.imports.ledger import bring, counts, csv

pytestmark = pytest.mark.django_db
PAYLOADS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1,1)", "\t=1+1", " =1+1", "\u00a0=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1,1)",
    "−1+1", "\ufeff=1+1", "\u200b=1+1", "=cmd|' /C calc'!A0", '=DDE("cmd";"/C calc";"1")',
    '=HYPERLINK("http://x.test","x")', '=WEBSERVICE("http://x.test")', '=IMPORTXML("http://x.test","//a")',
    "@echo|cmd", "  +cmd|'/C calc'!A0", "-2+3+cmd|'/C calc'!A0", "=1+1,extra", '="a"&"b"', "+49 170 1234567",
)  # fmt: skip
STARTS = tuple("=+-@＝＋－＠−")


def quoted(*cells: str) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_rejects_start_no_formula_and_come_back_as_they_were(payload: str) -> None:
    sent = csv("account_id,name,employees", quoted("A0", payload, "7"), quoted("A1", payload, "many"))
    first = bring("accounts.csv", sent)
    assert counts(first)[0] == 1
    lines = list(csv_lines(first))
    rows = list(reader.reader(lines))
    for cell in (cell for row in rows for cell in row):
        assert not cell.strip(" \u00a0\u200b\ufeff\t").startswith(STARTS), cell
    assert rows[1][1].startswith("'")
    again = bring("corrected.csv", "".join(lines).replace("many", "7", 1).encode())
    assert counts(again)[0] == 1
    names = dict(Account.objects.values_list("key", "name"))
    assert names["A1"] == names["A0"]
    assert not str(names["A1"]).startswith("'")


def test_a_heading_that_is_a_formula_is_guarded_and_recognised_again() -> None:
    first = bring("accounts.csv", csv("account_id,name,employees,=1+1", "A1,Alice,many,x"))
    text = "".join(csv_lines(first))
    assert text.startswith("account_id,name,employees,'=1+1,")
    again = bring("corrected.csv", text.replace("many", "7", 1).encode())
    assert again.headings[3] == "=1+1"
    assert counts(again)[0] == 1
