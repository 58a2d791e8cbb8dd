"""The page of packs: for whom, what it says, and what is written down."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent, User
from metrics.models import MetricRun
from scoreboard.models.packs import Pack
from scoreboard.packs import jobs, store
from tests.scoreboard.conftest import signed_in

LEADERS = ("operator", "ceo", "sales_leader", "marketing_leader")
OTHERS = ("sales_manager", "rep", "charlie")


@pytest.fixture
def pack(people: dict[str, User], run: MetricRun) -> Pack:
    """A finished pack."""
    made = jobs.ask(actor=people["ceo"], kind="board", period="2026Q3", formats=("html", "xlsx"))
    jobs.make_next()
    made.refresh_from_db()
    return made


def test_every_address_by_every_role(people: dict[str, User], pack: Pack) -> None:
    paths = {"/packs/": 200, f"/packs/{pack.pk}/": 200, f"/packs/{pack.pk}/xlsx/": 200, f"/packs/{pack.pk}/pdf/": 404,
             "/packs/99999/": 404, "/packs/?period=2026Q2&meeting=1&page=9": 200}  # fmt: skip
    for role in (*LEADERS, *OTHERS):
        client = signed_in(people[role])
        found = {path: client.get(path).status_code for path in paths}
        assert found == (paths if role in LEADERS else dict.fromkeys(paths, 404)), role
        assert client.get("/packs/ask/").status_code == (405 if role in LEADERS else 404)
        assert client.post("/packs/").status_code == (405 if role in LEADERS else 404)
    for path in paths:
        assert Client().get(path).status_code == 302


def test_asking_puts_it_in_the_queue_and_shows_it(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["marketing_leader"])
    data = {"kind": "weekly", "period": "2026Q2", "formats": ["pdf", "pptx"]}
    response = client.post("/packs/ask/", data, follow=True)
    pack = Pack.objects.get()
    assert (pack.kind, pack.period, pack.formats, pack.asked_by) == (
        "weekly", "2026Q2", ["pptx", "pdf"], people["marketing_leader"],
    )  # fmt: skip
    page = response.content.decode()
    assert f'id="pack-{pack.pk}" hx-get="/packs/{pack.pk}/" hx-trigger="every 1s"' in page
    assert "Waits for its turn" in page


def test_a_manager_asks_for_nothing(people: dict[str, User], run: MetricRun) -> None:
    for role in OTHERS:
        response = signed_in(people[role]).post("/packs/ask/", {"kind": "board", "period": "qtd", "formats": "pdf"})
        assert response.status_code == 404
    assert not Pack.objects.exists()


def test_what_is_wrong_is_said(people: dict[str, User], run: MetricRun) -> None:
    response = signed_in(people["ceo"]).post(
        "/packs/ask/", {"kind": "board", "period": "x", "formats": "pdf"}, follow=True
    )
    assert "is not a period" in response.content.decode()
    response = signed_in(people["ceo"]).post("/packs/ask/", {"kind": "board", "period": "2026"}, follow=True)
    assert "Choose at least one format" in response.content.decode()


def test_progress_is_shown_while_it_is_made_and_polling_ends_with_it(people: dict[str, User], pack: Pack) -> None:
    client = signed_in(people["ceo"])
    assert "hx-get" not in client.get(f"/packs/{pack.pk}/").content.decode()
    Pack.objects.filter(pk=pack.pk).update(status="working", step=2, doing="drawing PDF")
    row = client.get(f"/packs/{pack.pk}/").content.decode()
    assert '<progress max="3" value="2"' in row
    assert row.startswith("<!doctype html>")  # opened by itself it is a page, and a part only for the page that asks
    part = client.get(f"/packs/{pack.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert part.startswith("<li")
    assert "Drawing PDF" in row
    assert "hx-get" in row


def test_a_download_is_the_file_kept_and_in_the_audit(people: dict[str, User], pack: Pack) -> None:
    response = signed_in(people["sales_leader"]).get(f"/packs/{pack.pk}/html/")
    file = pack.files.get(format="html")
    assert response.content == store.fetch(file.sha256)
    assert response.headers["Content-Disposition"] == f'attachment; filename="{file.name}"'
    assert "no-store" in response.headers["Cache-Control"] or "no-cache" in response.headers["Cache-Control"]
    event = AuditEvent.objects.get(verb="downloaded a pack")
    assert (event.actor, event.detail["format"]) == ("sales_leader@example.com", "html")


def test_a_file_that_is_gone_says_so(people: dict[str, User], pack: Pack) -> None:
    file = pack.files.get(format="xlsx")
    store.path_of(file.sha256).unlink()
    response = signed_in(people["ceo"]).get(f"/packs/{pack.pk}/xlsx/", follow=True)
    assert "no longer in the store" in response.content.decode()
    assert not AuditEvent.objects.filter(verb="downloaded a pack").exists()


def test_the_page_asks_the_database_as_often_for_one_pack_as_for_twenty(people: dict[str, User], pack: Pack) -> None:
    client = signed_in(people["ceo"])
    client.get("/packs/")
    for _ in range(20):
        jobs.ask(actor=people["ceo"], kind="board", period="2026Q3", formats=("pdf",))
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/packs/").status_code == 200
    assert len(queries) <= 14, "\n".join(q["sql"][:120] for q in queries)


def test_before_anything_is_published_it_teaches(people: dict[str, User]) -> None:
    page = signed_in(people["ceo"]).get("/packs/").content.decode()
    assert "Import files first" in page
    assert "<form class" not in page


def test_an_old_pack_is_deleted_with_its_files_but_not_those_of_another(
    people: dict[str, User], pack: Pack, django_capture_on_commit_callbacks: Any
) -> None:
    other = Pack.objects.create(kind="board", period="2026Q3", asked_by=people["ceo"], formats=["html"])
    html, xlsx = pack.files.get(format="html"), pack.files.get(format="xlsx")
    other.files.create(format="html", name=html.name, sha256=html.sha256, size=html.size)
    address = f"/packs/{pack.pk}/delete/"
    assert "deletes it" in signed_in(people["sales_leader"]).post(address, follow=True).content.decode()
    assert signed_in(people["sales_manager"]).post(address).status_code == 404
    assert (
        "still being made" in signed_in(people["ceo"]).post(f"/packs/{other.pk}/delete/", follow=True).content.decode()
    )
    assert store.path_of(xlsx.sha256).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert "Deleted." in signed_in(people["operator"]).post(address, follow=True).content.decode()
    assert list(Pack.objects.all()) == [other]
    assert (store.path_of(html.sha256).exists(), store.path_of(xlsx.sha256).exists()) == (True, False)
    assert AuditEvent.objects.filter(verb="deleted a pack", actor_id=people["operator"].pk).count() == 1
