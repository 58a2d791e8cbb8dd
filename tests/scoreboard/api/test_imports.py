"""Imports by API: by the same code as the page, for operators alone, and audited."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from core.models import AuditEvent, User
from revenue.models import ImportBatch, ImportFile, RevenueLine
from revenue.tasks import run_file
from scoreboard.api import scopes
from tests.scoreboard.api.conftest import Call, Caller

HEAD = "line_id,account_id,booked_on,net_amount\n"


@pytest.fixture
def operator(call: Call) -> Caller:
    """An operator's caller."""
    return call("operator")


def send(caller: Caller, text: str, **given: str) -> Any:
    file = SimpleUploadedFile("lines.csv", text.encode(), "text/csv")
    return caller.post("/imports", {"file": file, **given}, content_type=MULTIPART_CONTENT)


def finish(answer: Any) -> dict[str, Any]:
    """Imports what was received, as a worker does, and asks what became of it."""
    run_file(answer.json()["id"])
    return dict(answer.json())


def test_a_file_goes_in_and_says_what_became_of_it(operator: Caller) -> None:
    answer = send(operator, HEAD + "L1,A1,2026-08-01,10\nL2,A1,someday,10\n", object="revenue_lines", source="api")
    assert answer.status_code == 202
    address = answer.json()["address"]
    assert answer.headers["Location"] == f"http://testserver{address}"
    assert operator.client.get(address).json()["finished"] is False
    finish(answer)
    body = operator.client.get(address).json()
    (found,) = body["imports"]
    assert body["finished"] is True
    assert (found["status"], found["read"], found["accepted"], found["rejected"]) == ("done", 2, 1, 1)
    assert operator.client.get(found["address"]).json() == found
    table = operator.get(f"/imports/{found['id']}/rejected.csv")
    assert "someday" in b"".join(table.streaming_content).decode()
    undone = operator.post(f"/imports/{found['id']}/undo")
    assert (undone.status_code, undone.json()["removed"]) == (200, 1)
    assert not RevenueLine.objects.exists()
    assert operator.post(f"/imports/{found['id']}/undo").status_code == 409
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"received a file", "took an import back"} <= verbs


def test_a_question_is_answered(operator: Caller) -> None:
    dated = HEAD + "".join(f"L{i},A1,0{i}/0{i + 1}/2026,10\n" for i in range(1, 5))
    answer = send(operator, dated, object="revenue_lines", source="api")
    finish(answer)
    (found,) = operator.client.get(answer.json()["address"]).json()["imports"]
    (question,) = found["questions"]
    assert found["status"] == "needs_answer"
    assert operator.post(f"/imports/{found['id']}/answer", {"answers": {"colour": "red"}}).status_code == 422
    given = {"answers": {question["key"]: "day-first"}}
    assert set(question["answers"]) == {"day-first", "month-first"}
    assert operator.post(f"/imports/{found['id']}/answer", given).status_code == 202
    finish(answer)
    (found,) = operator.client.get(answer.json()["address"]).json()["imports"]
    assert (found["status"], found["accepted"]) == ("done", 4)
    assert operator.post(f"/imports/{found['id']}/answer", given).status_code == 409


def test_what_nobody_imports_is_refused(operator: Caller) -> None:
    answer = send(operator, HEAD, object="weather")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "object")
    assert operator.post("/imports", {}, content_type=MULTIPART_CONTENT).status_code == 422
    assert not ImportFile.objects.exists()


def test_only_operators_import(people: dict[str, User], lines: list[RevenueLine], call: Call) -> None:
    batch = ImportBatch.objects.get()
    for who in ("ceo", "sales_leader", "sales_manager", "rep"):
        caller = call(who)
        assert send(caller, HEAD).status_code == 403, "the token cannot have the scope"
        assert caller.post(f"/imports/{batch.pk}/undo").status_code == 403
    caller = call("operator", scopes.IMPORT, scopes.IMPORTS)
    User.objects.filter(pk=people["operator"].pk).update(role="ceo")
    assert send(caller, HEAD).status_code == 404, "the scope is there, the role is not"
    assert caller.post(f"/imports/{batch.pk}/undo").status_code == 404
    assert caller.get(f"/imports/{batch.pk}").status_code == 200


def test_the_list_is_for_those_who_see_everything(lines: list[RevenueLine], call: Call) -> None:
    body = call("ceo").get("/imports").json()
    assert (body["count"], body["imports"][0]["object"]) == (1, "revenue_lines")
    assert call("rep").get("/imports").status_code == 403
