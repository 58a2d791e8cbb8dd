"""The list of what an import lacks: who sees it, who decides, the second step, the file, and the way back."""

from __future__ import annotations

import csv as csv_module
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from core.models import AuditEvent, User
from revenue import missing_records as missing
from revenue.models import Deal, ImportBatch, MissingDecision
from revenue.quality import known
from tests.revenue.imports.ledger import bring, csv
from tests.revenue.pages.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

DEALS = "deal_id,name,account,stage,amount,currency"
ROWS = [f"D{n},{'=Deal' if n == 6 else 'Deal'} {n},Acme,Open,{n * 100},USD" for n in range(1, 8)]


@pytest.fixture
def batch() -> ImportBatch:
    """The second export lacks D6 and D7."""
    bring("d.csv", csv(DEALS, *ROWS), source="crm")
    return bring("d.csv", csv(DEALS, *ROWS[:5]), source="crm")


def test_the_list_its_order_its_search_and_its_file(client: Client, batch: ImportBatch) -> None:
    text = client.get(f"/imports/{batch.pk}/").content.decode()
    assert "2 records missing since last time" in text
    assert f"/imports/{batch.pk}/missing/" in text
    text = client.get(f"/imports/{batch.pk}/missing/").content.decode()
    assert "Deals missing since last time: 2" in text
    assert "$1,300" in text
    assert text.index("<code>D7</code>") < text.index("<code>D6</code>")
    text = client.get(f"/imports/{batch.pk}/missing/?sort=id").content.decode()
    assert text.index("<code>D6</code>") < text.index("<code>D7</code>")
    text = client.get(f"/imports/{batch.pk}/missing/?q=deal+7").content.decode()
    assert "<code>D6</code>" not in text
    assert "$700" in text
    response = client.get(f"/imports/{batch.pk}/missing/?format=csv")
    rows = list(csv_module.reader(io.StringIO(response.getvalue().decode())))
    assert [row[:2] for row in rows] == [["Id", "Name"], ["D7", "Deal 7"], ["D6", "'=Deal 6"]]
    assert rows[1][5:7] == ["USD", "700.0000"]
    assert AuditEvent.objects.filter(verb="exported missing records").count() == 1


def test_taking_out_asks_first_and_can_be_taken_back(client: Client, batch: ImportBatch, operator: User) -> None:
    address = f"/imports/{batch.pk}/missing/decide/"
    said = client.post(address, {"decision": "out", "all": ""}, follow=True).content.decode()
    assert "Tick the records first" in said
    (seven,) = missing.listing(batch, search="D7")
    page = client.post(address, {"decision": "out", "all": "", "record": seven.id}).content.decode()
    assert "Take 1 record out of the ledger?" in page
    assert "$700" in page
    assert "1 step of history" in page
    assert Deal.objects.filter(implied=False).count() == 7
    confirmed = {"decision": "out", "confirmed": "1", "record": seven.id}
    said = client.post(address, {**confirmed, "at": "old"}, follow=True).content.decode()
    assert "The ledger has changed since you looked" in said
    at = missing.consequences(batch).at
    said = client.post(address, {**confirmed, "at": at}, follow=True).content.decode()
    assert "1 record taken out of the ledger" in said
    assert "Otto" in said
    assert not Deal.objects.filter(key="D7").exists()
    decision = MissingDecision.objects.get()
    assert decision.decided_by_id == operator.pk
    client.post(f"/imports/missing/{decision.pk}/take-back/")
    assert Deal.objects.get(key="D7").amount == 700_0000
    said = client.post(f"/imports/missing/{decision.pk}/take-back/", follow=True).content.decode()
    assert "taken back already" in said


def test_all_that_a_search_finds_is_kept(client: Client, batch: ImportBatch) -> None:
    client.post(f"/imports/{batch.pk}/missing/decide/", {"decision": "keep", "all": "1", "q": "D7"})
    assert [r.key for r in missing.listing(batch)] == ["D6"]
    assert known().to_mend == sum(s.to_mend for s in known().sources) + 1
    client.post(f"/imports/{batch.pk}/missing/decide/", {"decision": "keep", "all": "1"})
    assert "Nothing missing since last time" in client.get(f"/imports/{batch.pk}/missing/").content.decode()
    assert "Missing since last time: decided" in client.get(f"/imports/{batch.pk}/").content.decode()


def test_data_quality_leads_to_the_list(client: Client, batch: ImportBatch) -> None:
    text = client.get("/imports/quality/").content.decode()
    assert "Deals from crm: 2" in text
    assert f"/imports/{batch.pk}/missing/" in text
    assert (known().score or 0) <= 99


def test_an_older_list_is_history(client: Client, batch: ImportBatch) -> None:
    later = bring("d.csv", csv(DEALS, *ROWS[:4]), source="crm")
    text = client.get(f"/imports/{batch.pk}/missing/").content.decode()
    assert f"decide on that of import {later.pk}" in text
    assert 'name="decision"' not in text
    said = client.post(f"/imports/{batch.pk}/missing/decide/", {"decision": "keep", "all": "1"}, follow=True)
    assert f"Import {later.pk} came after import {batch.pk}" in said.content.decode()


def test_only_who_may_import_decides(people: dict[str, User], batch: ImportBatch) -> None:
    (first, *_) = missing.listing(batch)
    for role, user in people.items():
        client = signed_in(user)
        sees = role in {"operator", "ceo", "sales_leader", "marketing_leader"}
        assert client.get(f"/imports/{batch.pk}/missing/").status_code == (200 if sees else 404)
        assert client.get(f"/imports/{batch.pk}/missing/?format=csv").status_code == (200 if sees else 404)
        if role == "operator":
            continue
        assert client.post(f"/imports/{batch.pk}/missing/decide/", {"record": first.id}).status_code == 404
        if sees:
            assert 'name="decision"' not in client.get(f"/imports/{batch.pk}/missing/").content.decode()
    assert missing.count(batch) == 2


def test_the_command_lists_and_decides(batch: ImportBatch) -> None:
    output = io.StringIO()
    call_command("missing", str(batch.pk), "--json", stdout=output)
    told = json.loads(output.getvalue())
    assert (told["missing"], told["at_stake"], told["decision"]) == (2, {"USD": "1300.0000"}, None)
    assert told["records"][0] == {
        "id": "D7", "name": "Deal 7", "at_stake": {"USD": "700.0000"}, "last_changed_by": batch.pk - 1,
    }  # fmt: skip
    output = io.StringIO()
    call_command("missing", str(batch.pk), "--search", "D7", "--take-out", stdout=output)
    assert "deals taken out of the ledger: 1; at stake: $700" in output.getvalue()
    assert not Deal.objects.filter(key="D7").exists()
    call_command("missing", str(batch.pk), "--keep", stdout=output)
    with pytest.raises(CommandError, match="none of these records"):
        call_command("missing", str(batch.pk), "--keep", stdout=output)
    with pytest.raises(CommandError, match="there is no import 999"):
        call_command("missing", "999", stdout=output)
