"""Adding people, changing them, switching them off: the actions and the operators' pages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from core import people
from core.models import AuditEvent, Role, SignInLink, Team, User
from revenue.models import Rep, Source

PASSWORD = "a long enough pass phrase"


@pytest.fixture
def olive(db: None) -> User:
    return User.objects.create_user("olive@example.com", name="Olive", role=Role.OPERATOR, password=PASSWORD)


@pytest.fixture
def charlie(db: None) -> User:
    return User.objects.create_user("charlie@example.com", name="Charlie", role=Role.CEO)


@pytest.fixture
def east(db: None) -> Team:
    return Team.objects.create(name="East")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("verb", flat=True))


def form(**changes: object) -> dict[str, object]:
    return {"name": "Dana", "email": "dana@example.com", "role": "sales_manager", "teams": [], **changes}


def test_adding_shows_a_link_once_that_signs_in(olive: User, east: Team) -> None:
    response = signed_in(olive).post("/people/add/", form(teams=[east.pk], email="Dana@Example.com"))
    dana = User.objects.get(email="dana@example.com")
    assert dana.team_names() == ("East",)
    assert not dana.has_usable_password()
    text = response.content.decode()
    address = text[text.index("http://testserver/sign-in/") :].split("<")[0]
    assert "no-store" in response.headers["Cache-Control"]
    client = Client()
    assert client.post(address).headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(dana.pk)
    assert verbs() == ["added a person", "issued a sign-in link", "signed in by link"]
    added = AuditEvent.objects.get(verb="added a person")
    assert (added.actor, added.target_id) == ("olive@example.com", str(dana.pk))
    assert added.detail == {"email": "dana@example.com", "role": "sales_manager", "teams": ["East"]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "OLIVE@example.com"}, "olive@example.com belongs to Olive, Operator."),
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"role": "emperor"}, "not one of the available choices"),
        ({"teams": [999]}, "999 is not one of the available choices"),
    ],
)
def test_what_cannot_be_added_is_said_beside_the_field(olive: User, change: dict[str, object], words: str) -> None:
    response = signed_in(olive).post("/people/add/", form(**change))
    assert response.status_code == 400
    assert words in response.content.decode()
    assert User.objects.count() == 1
    assert verbs() == []


def test_changing_role_and_teams_is_audited_with_before_and_after(olive: User, charlie: User, east: Team) -> None:
    data = form(name="Charlie", email=charlie.email, teams=[east.pk])
    assert signed_in(olive).post(f"/people/{charlie.pk}/", data).status_code == 302
    event = AuditEvent.objects.get()
    assert event.detail == {
        "before": {"role": "ceo", "teams": []},
        "after": {"role": "sales_manager", "teams": ["East"]},
    }
    charlie = User.objects.get(pk=charlie.pk)
    assert (charlie.role, charlie.team_names()) == ("sales_manager", ("East",))


def test_saving_without_a_change_writes_nothing(olive: User, charlie: User) -> None:
    signed_in(olive).post(f"/people/{charlie.pk}/", form(name="Charlie", email=charlie.email, role="ceo"))
    assert verbs() == []


def test_the_last_operator_stays(olive: User, charlie: User) -> None:
    with pytest.raises(people.Refused, match="Olive is the last operator"):
        people.switch_off(person=olive, actor=olive)
    with pytest.raises(people.Refused, match="last operator"):
        people.change_role(person=olive, role=Role.CEO, teams=[], actor=olive)
    people.change_role(person=charlie, role=Role.OPERATOR, teams=[], actor=olive)
    people.switch_off(person=olive, actor=charlie)
    assert not User.objects.get(pk=olive.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_two_operators_who_switch_each_other_off_at_once_leave_one() -> None:
    both = [User.objects.create_user(f"{n}@example.com", name=n, role=Role.OPERATOR) for n in ("ann", "bob")]

    def switch(pair: tuple[User, User]) -> str:
        try:
            people.switch_off(person=pair[0], actor=pair[1])
            return "off"
        except people.Refused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ends = sorted(pool.map(switch, [(both[0], both[1]), (both[1], both[0])]))
    assert ends == ["off", "refused"]
    assert User.objects.filter(is_active=True).count() == 1


def test_switching_off_ends_sessions_and_links_at_once(olive: User, charlie: User) -> None:
    theirs, mine = signed_in(charlie), signed_in(olive)
    token = people.issue_link(person=charlie, actor=olive)
    assert theirs.get("/account/").status_code == 200
    mine.post(f"/people/{charlie.pk}/switch/", {"to": "off"})
    assert theirs.get("/account/").status_code == 302
    assert Client().post(f"/sign-in/{token}/").status_code == 410
    assert Session.objects.count() == 1
    response = mine.post(f"/people/{charlie.pk}/link/", follow=True)
    assert "Charlie is switched off: switch them on first." in response.content.decode()
    mine.post(f"/people/{charlie.pk}/switch/", {"to": "on"})
    assert theirs.get("/account/").status_code == 302  # the old session stays dead
    assert "/sign-in/" in mine.post(f"/people/{charlie.pk}/link/").content.decode()


def test_another_address_follows_to_reps_links_and_the_sign_in(olive: User) -> None:
    source = Source.objects.create(name="crm")
    reps = {n: Rep.objects.create(source=source, key=n, name=n, email=f"{n}@Example.com") for n in ("dana", "erin")}
    dana = people.add_person(email="dana@example.com", name="Dana", role=Role.REP, actor=olive)
    reps["dana"].refresh_from_db()
    assert reps["dana"].user_id == dana.pk
    EmailAddress.objects.create(user=dana, email="dana@example.com", primary=True)
    token = people.issue_link(person=dana, actor=olive)
    people.change_address(person=dana, email="erin@example.com", name="Erin", actor=olive)
    assert list(Rep.objects.order_by("key").values_list("user_id", flat=True)) == [None, dana.pk]
    assert not EmailAddress.objects.exists()
    assert SignInLink.redeem(token) is None


def test_a_second_factor_is_asked_for_after_a_link_too_until_an_operator_removes_it(olive: User, charlie: User) -> None:
    Authenticator.objects.create(user=charlie, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    client = Client()
    response = client.post(f"/sign-in/{people.issue_link(person=charlie, actor=olive)}/")
    assert response.headers["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    signed_in(olive).post(f"/people/{charlie.pk}/second-factor/")
    assert client.post(f"/sign-in/{people.issue_link(person=charlie, actor=olive)}/").headers["Location"] == "/"
    assert "removed a second factor" in verbs()


def test_the_list_finds_by_name_team_and_role_with_few_queries(
    olive: User, charlie: User, east: Team, django_assert_max_num_queries: object
) -> None:
    for n in range(60):
        user = User.objects.create_user(f"rep{n}@example.com", name=f"Rep {n:02}", role=Role.REP)
        user.teams.add(east)
    client = signed_in(olive)
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        text = client.get("/people/").content.decode()
    assert "Charlie" in text
    assert "1–50 of 62" in text
    assert "Rep 07" not in client.get("/people/?q=olive").content.decode()
    assert "1–50 of 60" in client.get("/people/?q=east").content.decode()
    only = client.get("/people/?role=ceo").content.decode().replace("<wbr>", "")
    assert "charlie@example.com" in only
    assert "olive@example.com" not in only


def test_it_rejects_get(olive: User) -> None:
    client = signed_in(olive)
    for path in ("switch", "link", "second-factor"):
        assert client.get(f"/people/{olive.pk}/{path}/").status_code == 405


def test_only_operators_reach_these_pages(olive: User, charlie: User) -> None:
    pages = ("/people/", "/people/add/", f"/people/{olive.pk}/", "/company/", "/audit/")
    for role in Role.values:
        User.objects.filter(pk=charlie.pk).update(role=role)
        expected = 200 if role == Role.OPERATOR else 404
        client = signed_in(User.objects.get(pk=charlie.pk))
        assert {client.get(page).status_code for page in pages} == {expected}, role
        assert ("/people/" in client.get("/account/").content.decode()) is (role == Role.OPERATOR)
    User.objects.filter(pk=charlie.pk).update(role=Role.CEO)
    client = signed_in(User.objects.get(pk=charlie.pk))
    assert client.post("/people/add/", form()).status_code == 404
    for path in ("switch", "link", "second-factor"):
        assert client.post(f"/people/{olive.pk}/{path}/", {"to": "off"}).status_code == 404
    assert verbs() == []
