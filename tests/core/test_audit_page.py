"""The audit page: filters, pages, the export, and what sign-ins leave behind."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from django.test import Client

from core.audit import record
from core.models import AuditEvent, Company, Role, User

PASSWORD = "a long enough pass phrase"


@pytest.fixture
def olive(db: None) -> User:
    return User.objects.create_user("olive@example.com", name="Olive", role=Role.OPERATOR, password=PASSWORD)


@pytest.fixture
def client(olive: User) -> Client:
    client = Client()
    client.force_login(olive, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def at(event: AuditEvent, when: datetime) -> None:
    AuditEvent.objects.filter(pk=event.pk).update(at=when)


def test_it_says_what_changed_and_links_to_the_person(client: Client, olive: User) -> None:
    record(
        verb="changed a role", actor=olive, target=olive, before={"role": "ceo", "teams": []},
        after={"role": "operator", "teams": []},
    )  # fmt: skip
    text = client.get("/audit/").content.decode()
    assert "ceo → operator" in text
    assert "teams" not in text.split("<main")[1]
    assert f'href="/people/{olive.pk}/"' in text


def test_filters_work_together_and_days_are_the_companys(client: Client, olive: User) -> None:
    Company.current()
    Company.objects.update(time_zone="Pacific/Auckland")  # 13 hours ahead of UTC in January
    at(record(verb="exported rows", actor=olive, metric="win_rate"), datetime(2026, 1, 5, 10, 59, tzinfo=UTC))
    at(record(verb="exported rows", actor=olive, metric="bookings"), datetime(2026, 1, 5, 11, 1, tzinfo=UTC))
    at(record(verb="imported a file", by="command line"), datetime(2026, 1, 5, 11, 2, tzinfo=UTC))
    text = client.get("/audit/?verb=exported+rows&since=2026-01-06&until=2026-01-06").content.decode()
    assert "bookings" in text
    assert "win_rate" not in text
    assert "1–1 of 1, times in Pacific/Auckland" in text
    assert "win_rate" in client.get("/audit/?q=WIN_rate").content.decode()
    assert "The filter “since” was left out." in client.get("/audit/?since=yesterday").content.decode()


def test_it_is_paged(client: Client) -> None:
    for n in range(120):
        record(verb="computed", by=f"job {n}")
    assert "1–50 of 120" in client.get("/audit/").content.decode()
    assert "101–120 of 120" in client.get("/audit/?page=3").content.decode()


def test_the_export_runs_no_formula_and_is_audited(client: Client, olive: User) -> None:
    record(verb="imported a file", by="=HYPERLINK(1)", file="+cmd|' /C calc'!A0")
    response = client.get("/audit/?format=csv&verb=imported+a+file")
    rows = list(csv.reader(io.StringIO(response.getvalue().decode())))
    assert rows[0][:3] == ["Id", "At (UTC)", "Actor"]
    assert rows[1][2] == "'=HYPERLINK(1)"
    assert rows[1][7].startswith("file: +cmd")  # the cell begins with our own word
    assert len(rows) == 2
    assert AuditEvent.objects.filter(verb="exported the audit", actor_id=olive.pk).count() == 1


def test_signing_in_is_audited_and_so_are_failures_of_known_people(olive: User) -> None:
    client = Client()
    for login, password in (("olive@example.com", "wrong"), ("my-pass@typed.wrong", "x"), (olive.email, PASSWORD)):
        client.post("/accounts/login/", {"login": login, "password": password})
    assert list(AuditEvent.objects.order_by("id").values_list("verb", "actor")) == [
        ("failed to sign in", "somebody"),
        ("signed in", "olive@example.com"),
    ]
    assert AuditEvent.objects.get(verb="signed in").detail == {"second_factor": False}


def test_what_is_new_is_told_by_what_it_has_and_not_as_a_programs_text(client: Client, olive: User) -> None:
    record(
        verb="made an alert rule", actor=olive, before=None,
        after={"name": "Margin falls", "dim": "", "level": None, "mail": True, "limits": {"low_end": 3}},
    )  # fmt: skip
    text = client.get("/audit/").content.decode()
    assert "<i>name</i> Margin falls" in text
    assert "<i>mail</i> yes" in text
    assert "<i>limits</i> low end 3" in text
    assert "{" not in text.partition('class="list events"')[2].partition("</ul>")[0]
    assert "<i>dim</i>" not in text
