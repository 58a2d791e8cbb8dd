"""The company's settings: who may change them, and what follows from another calendar."""

from __future__ import annotations

import pytest
from django.test import Client

from core import company, hooks
from core.models import AuditEvent, Company, Role, User
from core.people import Refused
from metrics.frames import LOADERS
from metrics.models import Due


@pytest.fixture
def olive(db: None) -> User:
    return User.objects.create_user("olive@example.com", name="Olive", role=Role.OPERATOR)


@pytest.fixture
def client(olive: User) -> Client:
    client = Client()
    client.force_login(olive, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def form(**changes: object) -> dict[str, object]:
    return {"name": "Acme", "fiscal_start_month": 1, "time_zone": "UTC", **changes}


def test_a_name_changes_no_number(client: Client) -> None:
    assert client.post("/company/", form(name="  Acme   Ltd ")).status_code == 302
    assert Company.current().name == "Acme Ltd"
    assert not Due.objects.exists()
    event = AuditEvent.objects.get()
    assert (event.verb, event.detail) == (
        "changed the company",
        {"before": {"name": ""}, "after": {"name": "Acme Ltd"}},
    )


@pytest.mark.parametrize("change", [{"fiscal_start_month": 4}, {"time_zone": "Europe/Zurich"}])
def test_another_calendar_makes_every_number_due(client: Client, change: dict[str, object]) -> None:
    response = client.post("/company/", form(**change), follow=True)
    assert "All numbers are being computed anew." in response.content.decode()
    everything = {name for loader in LOADERS.values() for name in loader.objects}
    assert set(Due.objects.values_list("object", flat=True)) == everything


@pytest.mark.parametrize("change", [{"fiscal_start_month": 13}, {"time_zone": "Mars/Olympus"}])
def test_nonsense_is_refused_and_nothing_changes(client: Client, change: dict[str, object]) -> None:
    assert client.post("/company/", form(**change)).status_code == 400
    assert (Company.current().fiscal_start_month, Company.current().time_zone) == (1, "UTC")
    assert not AuditEvent.objects.exists()


def test_the_action_itself_refuses_an_unknown_zone(olive: User) -> None:
    with pytest.raises(Refused, match="Mars/Olympus is not a time zone") as refused:
        company.change_company(name="", fiscal_start_month=1, time_zone="Mars/Olympus", actor=olive)
    assert refused.value.field == "time_zone"


def test_a_follower_that_fails_takes_the_change_back(olive: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("the follower failed")

    monkeypatch.setattr(hooks, "company_changed", [fail])
    with pytest.raises(RuntimeError):
        company.change_company(name="", fiscal_start_month=7, time_zone="UTC", actor=olive)
    assert Company.current().fiscal_start_month == 1
    assert not AuditEvent.objects.exists()
