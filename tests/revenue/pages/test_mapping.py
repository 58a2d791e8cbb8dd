"""Mapping a file on the page: suggestions, the trial, what is saved, and next week's file."""

from __future__ import annotations

import tomllib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.models import AuditEvent, User
from revenue import tasks
from revenue.imports.saved_mappings import find_mapping, save_mapping
from revenue.models import ImportBatch, ImportFile, KeptAnswer, RevenueLine, SavedMapping
from tests.revenue.imports.ledger import batches, csv, receive
from tests.revenue.pages.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = "Position,Kunde,Tag,Umsatz,Gewinn,Status"
WEEK = csv(HEAD, "1,Acme,2026-08-03,100.00,40.00,ok", "2,Bolt,2026-08-04,50.00,10.00,ok", "3,Bolt,soon,1.00,0.50,void")
FORM = {
    "object": "revenue_lines", "table": "", "name": "Shop", "from-line_id": "Position", "from-account": "Kunde",
    "from-booked_on": "Tag", "from-net_amount": "Umsatz", "formula-cost": "[Umsatz] - [Gewinn]",
    "constant-currency": "EUR",
}  # fmt: skip
TOML = """object = "revenue_lines"
[columns]
line_id = "Position"
account = "Kunde"
booked_on = "Tag"
net_amount = "Umsatz"
"""


@pytest.fixture
def file() -> ImportFile:
    """A file that nobody knows."""
    received = receive("shop.csv", WEEK)
    assert batches(received)[0].status == "needs_answer"
    return received


def url(file: ImportFile) -> str:
    """The mapping page of a file."""
    return f"/imports/files/{file.pk}/map/"


def page(client: Client, file: ImportFile, **data: object) -> str:
    """What the page says to a form that was sent."""
    return client.post(url(file), {**FORM, **data}).content.decode()


def test_it_offers_headings_and_shows_the_first_rows(client: Client, file: ImportFile) -> None:
    text = client.get(url(file), {"object": "revenue_lines"}).content.decode()
    assert "<td>Acme</td>" in text
    assert '<option value="Umsatz">Umsatz</option>' in text
    found = receive("orders.csv", csv("Order ID,Customer,Order Date,Sales", "1,Acme,2026-08-03,5"))
    assert '<option value="Sales" selected>' in client.get(url(found)).content.decode()


def test_a_trial_counts_what_would_come_in_and_touches_nothing(client: Client, file: ImportFile) -> None:
    text = page(client, file, action="try")
    trial = text.split('id="trial"')[1].split("</section>")[0]
    assert ">3<" in trial and ">2<" in trial  # noqa: PT018
    assert "soon" in trial
    assert not RevenueLine.objects.exists()
    assert not SavedMapping.objects.exists()


def test_a_formula_that_cannot_be_read_says_where(client: Client, file: ImportFile) -> None:
    text = page(client, file, action="save", **{"formula-cost": "[Umsatz] - "})
    assert "expected a number, a [Heading] or (, found the end" in text
    assert not SavedMapping.objects.exists()


def test_rows_can_be_left_out_and_words_translated(client: Client, file: ImportFile) -> None:
    text = page(client, file, action="try", skip_rows_where="[Status] = 'void'")
    assert "soon" not in text.split('id="trial"')[1].split("</section>")[0]
    deals = receive("pipe.csv", csv("Nr,Wer,Stufe,Wert,Gewonnen", "1,A,Neu,5,ja", "2,B,Neu,6,nein"))
    form = {"object": "deals", "table": "", "from-deal_id": "Nr", "from-account": "Wer", "from-stage": "Stufe",
            "from-amount": "Wert", "from-is_won": "Gewonnen", "action": "try"}  # fmt: skip
    assert 'name="theirs-is_won-1" value="ja"' in client.post(url(deals), form).content.decode()
    words = {"theirs-stage-1": "Neu", "ours-stage-1": "New", "theirs-is_won-1": "ja", "ours-is_won-1": "yes",
             "theirs-is_won-2": "nein", "ours-is_won-2": "no"}  # fmt: skip
    exported = client.post(url(deals), {**form, **words, "action": "export"}).content.decode()
    assert tomllib.loads(exported)["values"] == {"stage": {"Neu": "New"}, "is_won": {"ja": "yes", "nein": "no"}}


def test_saving_imports_the_file_and_next_weeks_needs_no_word(client: Client, file: ImportFile, operator: User) -> None:
    assert client.post(url(file), {**FORM, "action": "save", "source": "shop"}).status_code == 302
    tasks.work_off()
    batch = ImportBatch.objects.get(file=file)
    assert (batch.status, batch.accepted, batch.rejected, batch.title) == ("done", 2, 1, "Shop, version 1")
    line = RevenueLine.objects.get(key="1")
    assert (line.net_amount, line.cost, line.currency, str(line.source)) == (100_0000, 60_0000, "EUR", "shop")
    assert AuditEvent.objects.filter(actor_id=operator.pk, verb="saved a mapping").count() == 1

    next_week = receive("shop-3.csv", csv(HEAD.upper(), "5,Acme,2026-08-17,9.00,2.00,ok"))
    (new,) = batches(next_week)
    assert (new.status, new.accepted, str(new.source)) == ("done", 1, "shop")
    assert "saved mapping Shop, version 1" in new.notes[0]


def test_a_file_that_was_imported_keeps_its_record(client: Client, file: ImportFile) -> None:
    client.post(url(file), {**FORM, "action": "save"})
    tasks.work_off()
    client.post(url(file), {**FORM, "action": "save", "constant-currency": "CHF"})
    tasks.work_off()
    assert ImportFile.objects.count() == 2
    assert list(SavedMapping.objects.order_by("version").values_list("version", flat=True)) == [1, 2]
    assert RevenueLine.objects.get(key="1").currency == "CHF"


def test_versions_only_grow_and_the_newest_of_a_name_is_found(db: None) -> None:
    headings = ["Position", "Kunde", "Tag", "Umsatz"]
    first = save_mapping(name="Shop", toml=TOML, headings=headings)
    assert save_mapping(name="Shop", toml=TOML, headings=headings) == first
    second = save_mapping(name="Shop", toml=TOML + '[constants]\ncurrency = "EUR"\n', headings=headings)
    assert (second.version, find_mapping(["umsatz", "Tag ", "Kunde", "Position"])) == (2, second)
    assert find_mapping(headings, object="deals") is None
    assert find_mapping([*headings, "Neu"]) is None
    with pytest.raises(ValueError, match="Give the mapping a name"):
        save_mapping(name=" ", toml=TOML, headings=headings)


def test_a_mapping_by_position_needs_the_same_order(db: None) -> None:
    headings = ["Position", "Kunde", "Tag", ""]
    saved = save_mapping(name="Shop", toml=TOML.replace('"Umsatz"', '"#4"'), headings=headings)
    assert find_mapping(headings) == saved
    assert find_mapping(["Kunde", "Position", "Tag", ""]) is None


def test_a_toml_file_can_be_loaded_and_comes_back_the_same(client: Client, file: ImportFile) -> None:
    upload = SimpleUploadedFile("m.toml", TOML.replace('"Kunde"', '["Client", "Kunde"]').encode())
    text = client.post(url(file), {"action": "load", "toml": upload, "object": "deals", "table": ""}).content.decode()
    assert "as the mapping says" in text
    assert '<option value="Umsatz" selected>' in text
    bad = SimpleUploadedFile("m.toml", b'object = "revenue_lines"\n[columns]\nline = "Position"\n')
    text = client.post(url(file), {"action": "load", "toml": bad, "object": "deals", "table": ""}).content.decode()
    assert "&#x27;line&#x27; is no column of this object" in text


def test_a_version_is_its_toml_file(client: Client) -> None:
    saved = save_mapping(name="Shop / =1", toml=TOML, headings=["Position"])
    response = client.get(f"/imports/mappings/{saved.pk}.toml")
    assert response.content.decode() == TOML
    assert response.headers["Content-Disposition"] == 'attachment; filename="Shop----1-v1.toml"'


def test_only_operators_map(people: dict[str, User], file: ImportFile) -> None:
    found = {role: signed_in(user).get(url(file)).status_code for role, user in people.items()}
    assert found == {role: 200 if role == "operator" else 404 for role in people}


def test_an_answer_is_kept_for_next_week(client: Client) -> None:
    head = "line_id,account_id,booked_on,net_amount"
    (batch,) = batches(receive("a.csv", csv(head, "L1,A1,03/04/2026,1", "L2,A1,05/06/2026,2")))
    assert batch.status == "needs_answer"
    client.post(f"/imports/{batch.pk}/answer/", {f"answer-{batch.questions[0]['key']}": "day-first"})
    tasks.work_off()
    assert KeptAnswer.objects.get().answer == "day-first"
    (later,) = batches(receive("b.csv", csv(head, "L3,A1,07/08/2026,1", "L4,A1,01/02/2026,2")))
    assert later.status == "done"
    assert "as answered on" in later.notes[0]
    assert str(RevenueLine.objects.get(key="L3").booked_on) == "2026-08-07"
