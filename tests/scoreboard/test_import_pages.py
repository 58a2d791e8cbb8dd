"""The imports pages: what comes in, what is asked, what is taken back."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import AuditEvent, User
from revenue.models import ImportBatch, ImportFile, RevenueLine, Status
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_home import text_of

CSV = b"line_id,account_id,booked_on,net_amount\nL1,A1,2026-08-01,10.00\n"


def upload(name: str = "lines.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, CSV, content_type="text/csv")


def test_files_are_received_with_what_the_form_says(people: dict[str, User]) -> None:
    said = {"source": "erp", "object": "revenue_lines", "as_of": "2026-09-01"}
    files = [upload(), upload("../more.csv")]
    response = signed_in(people["operator"]).post("/imports/upload/", {"files": files, **said})
    assert response.status_code == 302
    received = ImportFile.objects.order_by("id")
    assert [file.name for file in received] == ["lines.csv", "more.csv"]
    assert received[0].options == said
    assert AuditEvent.objects.filter(actor_id=people["operator"].pk).count() == 2


def test_a_script_gets_the_row_that_asks_again(people: dict[str, User]) -> None:
    client = signed_in(people["operator"])
    response = client.post("/imports/upload/", {"files": [upload()]}, headers={"X-Requested-With": "fetch"})
    file = ImportFile.objects.get()
    assert f'hx-get="/imports/files/{file.pk}/" hx-trigger="every 1s"' in response.content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose at least one file"),
        ({"files": [upload()], "object": "secrets"}, "secrets is not something Assay imports"),
        ({"files": [upload()], "as_of": "1 May"}, "1 May is not a date"),
        ({"files": [upload()], "mapping": SimpleUploadedFile("m.toml", b"\xff\xfe")}, "m.toml is not UTF-8 text"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(
    data: dict[str, object], said: str, people: dict[str, User]
) -> None:
    client = signed_in(people["operator"])
    assert said in text_of(client.post("/imports/upload/", data, follow=True).content)
    assert not ImportFile.objects.exists()


def asking(lines: list[RevenueLine]) -> ImportBatch:
    """An import that asks how its dates are to be read."""
    batch = ImportBatch.objects.get()
    question = {
        "key": "dates",
        "column": "Close Date",
        "text": "How are these dates written?",
        "readings": [
            {"answer": "day-first", "examples": [["03/04/2026", "3 April 2026"]]},
            {"answer": "month-first", "examples": [["03/04/2026", "4 March 2026"]]},
        ],
    }
    ImportBatch.objects.filter(pk=batch.pk).update(status=Status.NEEDS_ANSWER, questions=[question])
    return batch


def test_a_question_shows_both_readings_of_the_files_own_values(
    people: dict[str, User], lines: list[RevenueLine]
) -> None:
    page = text_of(signed_in(people["operator"]).get(f"/imports/{asking(lines).pk}/").content)
    assert "03/04/2026 is 3 April 2026" in page
    assert "03/04/2026 is 4 March 2026" in page


def test_an_answer_is_kept_and_the_file_read_again(people: dict[str, User], lines: list[RevenueLine]) -> None:
    batch = asking(lines)
    client = signed_in(people["operator"])
    client.post(f"/imports/{batch.pk}/answer/", {})
    assert ImportBatch.objects.filter(pk=batch.pk, status=Status.NEEDS_ANSWER).exists()
    client.post(f"/imports/{batch.pk}/answer/", {"answer-dates": "day-first"})
    file = ImportFile.objects.get(pk=batch.file_id)
    assert file.options["format"] == {"dates": "day-first"}
    assert file.finished_at is None


def test_taking_back_removes_the_rows_and_says_so(people: dict[str, User], lines: list[RevenueLine]) -> None:
    client = signed_in(people["operator"])
    batch = ImportBatch.objects.get()
    assert "3 rows will be removed" in text_of(client.get(f"/imports/{batch.pk}/").content)
    page = text_of(client.post(f"/imports/{batch.pk}/undo/", follow=True).content)
    assert f"Import {batch.pk} was taken back: 3 rows removed" in page
    assert not RevenueLine.objects.exists()
    assert "there is nothing to take back" in text_of(client.post(f"/imports/{batch.pk}/undo/", follow=True).content)
