"""Money that is in twice: said wherever an import is looked at, and silent where it is not."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from core.models import AuditEvent, Role, User
from revenue import different_money, doubles
from revenue.imports import actions
from revenue.models import DifferentMoney, ImportBatch, RevenueLine
from revenue.quality import known
from tests.revenue.imports.ledger import bring, csv

pytestmark = pytest.mark.django_db(transaction=True)

REPORT = """Sales by Customer Detail,,,,,,,,
,Date,Transaction Type,Num,Product/Service,Qty,Sales Price,Amount,Balance
Amy's,,,,,,,,
,01/15/2026,Invoice,0001,Pest Control,1.00,35.00,35.00,35.00
,01/15/2026,Invoice,0001,Design,1.00,65.00,65.00,100.00
,02/28/2026,Credit Memo,1026,Pest Control,-1.00,40.00,-40.00,60.00
Total for Amy's,,,,,1.00,,$60.00,
Bo Ltd,,,,,,,,
,01/31/2026,Invoice,0002,Design,1.00,70.50,70.50,70.50
Total for Bo Ltd,,,,,1.00,,$70.50,
TOTAL,,,,,2.00,,$130.50,
"""
LIST = """Invoice List,,,,,
Date,Transaction Type,Num,Name,Open Balance,Amount
01/15/2026,Invoice,0001,Amy's,0.00,100.00
02/28/2026,Credit Memo,1026,Amy's,0.00,-40.00
01/31/2026,Invoice,0002,BO LTD,0.00,70.50
03/31/2026,Invoice,0003,Bo Ltd,0.00,12.00
"""
INVOICES = csv(
    "id,Customer ID,Currency,Finalized At (UTC),Subtotal,Amount Due,Status",
    "in_1,cus_1,usd,2026-01-05 10:00,10.00,10.00,paid",
    "in_2,cus_2,usd,2026-01-06 10:00,20.00,20.00,paid",
    "in_3,cus_3,usd,2026-01-07 10:00,30.00,30.00,paid",
)
PAYMENTS = csv(
    "id,Created date (UTC),Amount,Amount Refunded,Currency,Status,Customer ID",
    "py_1,2026-01-05 10:02,10.00,0.00,usd,Paid,cus_1",
    "py_2,2026-01-06 10:02,20.00,0.00,usd,Paid,cus_2",
    "py_3,2026-01-07 10:02,30.00,0.00,usd,Paid,cus_3",
    "py_4,2026-02-07 10:02,30.00,0.00,usd,Paid,cus_3",
)
LINES = "line_id,account,booked_on,net_amount"


def said(batch: ImportBatch) -> list[str]:
    """What its notes say of money that is in twice."""
    return [note for note in batch.notes if note.startswith(doubles.MARK)]


def test_a_report_beside_the_list_of_its_invoices_is_said() -> None:
    """One total an invoice meets the lines of the same; nothing is dropped, and an undo ends it."""
    first = bring("list.csv", LIST.encode())
    second = bring("report.csv", REPORT.encode())
    assert not said(first)
    (text,) = said(second)
    assert f"For 3 of 3 days of customers these lines and those of quickbooks by {first.title}" in text
    assert f"(import {first.pk})" in text
    assert RevenueLine.objects.count() == 8
    assert len(doubles.of(first)) == len(doubles.of(second)) == 1
    actions.undo(batch=second, by="test", settle=False)
    second.refresh_from_db()
    assert not [*doubles.of(first), *doubles.of(second), *doubles.find()]


def test_payments_beside_the_invoices_they_pay_are_said() -> None:
    bring("invoices.csv", INVOICES)
    second = bring("payments.csv", PAYMENTS)
    assert len(said(second)) == 1
    (double,) = doubles.find()
    assert (double.sums, double.fewer, [str(a) for _, a in double.amounts]) == (3, 3, ["60.0000"])


def test_two_sources_with_the_same_money_are_said_and_others_are_not() -> None:
    """Half of the sums of the smaller, and three at least: a customer who buys the same in two places is no double."""
    bring("a.csv", csv(LINES, *(f"A{n},Acme {n},2026-01-{n:02},{n}.50" for n in range(1, 11))), source="erp")
    few = csv(LINES, *(f"B{n},ACME {n},2026-01-{n:02},{n}.50" for n in (1, 2)))
    assert not said(bring("few.csv", few, source="shop"))
    other_days = csv(LINES, *(f"B{n},ACME {n},2026-02-{n:02},{n}.50" for n in range(3, 9)))
    assert not said(bring("days.csv", other_days, source="shop"))
    same = csv(LINES, *(f"B{n},ACME {n},2026-01-{n:02},{n}.50" for n in range(3, 9)))
    assert len(said(bring("same.csv", same, source="shop-2"))) == 1


def test_the_same_money_with_and_without_tax_is_said_and_like_amounts_are_not() -> None:
    days = [f"Acme {n},2026-01-{n:02}" for n in range(1, 11)]
    bring("net.csv", csv(LINES, *(f"A{n},{day},{100 + n}" for n, day in enumerate(days))), source="erp")
    other = csv(LINES, *(f"B{n},{day},{(100 + n) * (1.25 if n < 7 else 1.5)}" for n, day in enumerate(days)))
    like = bring("other.csv", other, source="shop")
    assert not said(like)
    actions.undo(batch=like, by="test", settle=False)
    gross = csv(LINES, *(f"C{n},{day},{(100 + n) * 1.19:.2f}" for n, day in enumerate(days)))
    (text,) = said(bring("gross.csv", gross, source="till"))
    assert "For 10 of 10 days of customers these lines and those of erp" in text
    assert "with and without tax" in text


def test_next_week_of_the_same_kind_is_no_double() -> None:
    bring("a.csv", csv(LINES, *(f"A{n},Acme,2026-01-{n:02},5" for n in range(1, 11))))
    assert not said(bring("b.csv", csv(LINES, *(f"A{n},Acme,2026-01-{n:02},5" for n in range(1, 12)))))
    assert doubles.find() == []


def test_what_somebody_calls_different_money_is_not_said_again(tmp_path: Path) -> None:
    """Neither on the imports, nor in the list of data quality, nor of the next files; until it is taken back."""
    otto = User.objects.create_user("otto@example.org", name="Otto", role=Role.OPERATOR)
    client = Client()
    client.force_login(otto, backend="allauth.account.auth_backends.AuthenticationBackend")
    first, second = bring("list.csv", LIST.encode()), bring("report.csv", REPORT.encode())
    (double,) = doubles.find()
    named = {"one": double.one.batch, "other": double.other.batch}
    said_of_it = client.post("/imports/different-money/", named, follow=True).content.decode()
    assert "Kept as different money" in said_of_it
    assert "Not counted twice" in said_of_it
    assert "Otto" in said_of_it
    assert 'id="twice"' not in said_of_it
    assert not [*doubles.find(), *doubles.known(), *doubles.of(first), *doubles.of(second), *known().doubles]
    for batch in (first, second):
        assert doubles.MARK not in client.get(f"/imports/{batch.pk}/").content.decode()
    (tmp_path / "report.csv").write_text(REPORT)
    output = io.StringIO()
    call_command("ingest", tmp_path / "report.csv", "--json", stdout=output)
    (again,) = json.loads(output.getvalue())["batches"]
    assert not any(note.startswith(doubles.MARK) for note in again["notes"])
    cy = "Cy,,,,,,,,\n,03/01/2026,Invoice,0009,Design,1.00,9.00,9.00,9.00\nTotal for Cy,,,,,1.00,,$9.00,\n"
    assert not said(bring("more.csv", REPORT.replace("Bo Ltd,,,", f"{cy}Bo Ltd,,,", 1).encode()))
    assert "not on the list any more" in client.post("/imports/different-money/", named, follow=True).content.decode()
    (word,) = DifferentMoney.objects.all()
    with pytest.raises(ValueError, match="said so already"):
        different_money.say(of=double.pair)
    back = f"/imports/different-money/{word.pk}/take-back/"
    client.post(back)
    assert len(doubles.known()) == 1
    assert len(doubles.of(first)) == 1
    assert "taken back already" in client.post(back, follow=True).content.decode()
    verbs = list(AuditEvent.objects.filter(actor_id=otto.pk).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["called two kinds of lines different money", "took back that lines are different money"]


def test_only_who_may_import_calls_money_different() -> None:
    bring("list.csv", LIST.encode())
    bring("report.csv", REPORT.encode())
    (double,) = doubles.find()
    word = different_money.say(of=((double.one.source_id, "a"), (double.one.source_id, "b")), by="test")
    for role in Role:
        if role == Role.OPERATOR:
            continue
        client = Client()
        user = User.objects.create_user(f"{role}@example.org", name=role.label, role=role)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        named = {"one": double.one.batch, "other": double.other.batch}
        assert client.post("/imports/different-money/", named).status_code == 404
        assert client.post(f"/imports/different-money/{word.pk}/take-back/").status_code == 404
    assert len(doubles.find()) == 1


def test_the_pages_and_the_command_say_it(tmp_path: Path) -> None:
    """On both imports, in the list of data quality and its score, and under the command's line."""
    (tmp_path / "list.csv").write_text(LIST)
    (tmp_path / "report.csv").write_text(REPORT)
    output = io.StringIO()
    call_command("ingest", tmp_path / "list.csv", tmp_path / "report.csv", stdout=output)
    assert output.getvalue().count(doubles.MARK) == 1
    output = io.StringIO()
    call_command("ingest", tmp_path / "report.csv", "--json", stdout=output)
    (again,) = json.loads(output.getvalue())["batches"]
    assert any(note.startswith(doubles.MARK) for note in again["notes"])
    client = Client()
    operator = User.objects.create_user("otto@example.org", name="Otto", role=Role.OPERATOR)
    client.force_login(operator, backend="allauth.account.auth_backends.AuthenticationBackend")
    for batch in ImportBatch.objects.all():
        assert client.get(f"/imports/{batch.pk}/").content.decode().count(doubles.MARK) == 1
    page = client.get("/imports/quality/").content.decode()
    assert "Counted twice?" in page
    assert "3 of 3" in page
    found = known()
    assert len(found.doubles) == 1
    assert found.to_mend == sum(s.to_mend for s in found.sources) + 1
    assert (found.score or 0) <= 99
