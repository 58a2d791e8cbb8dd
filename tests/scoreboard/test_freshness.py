"""Pages are kept while nothing has changed: each kind of change shows at the next request, and nobody gets another's.

These tests commit, as the product does: inside a transaction nothing is kept.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import kept_pages
from core.company import change_company
from core.models import Team, User
from core.people import change_address, change_role
from metrics.models import MetricRun, MetricValue
from metrics.policy.actions import set_general_policy
from metrics.targets import set_target
from revenue.models import Account, Rep, Source
from scoreboard.alerts.actions import save_rule
from scoreboard.alerts.evaluate import evaluate
from scoreboard.annotations.actions import annotate
from scoreboard.meetings.actions import prepare
from scoreboard.models import Resolution
from tests.scoreboard import world
from tests.scoreboard.alerts.conftest import TREND
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.meetings.conftest import signed_by

pytestmark = pytest.mark.django_db(transaction=True)
People = dict[str, User]
_TOKEN = re.compile(r"[A-Za-z0-9]{64}")
KEPT = (
    "/", "/monday/", "/revenue/", "/quality/", "/retention/", "/pipeline/", "/sales-marketing/", "/productivity/",
    "/metric/net_revenue/", "/metric/win_rate/?by=team", "/glossary/", "/glossary/nrr/", "/coaching/",
    "/coaching/effect/", "/coaching/meetings-without/", "/quality/lines/", "/wall/", "/reps/{alice}/", "/reps/{bob}/",
    "/reps/{charlie}/", "/customers/{account}/",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Each test begins with nothing kept."""
    kept_pages.PAGES.clear()


def seen(client: Client, address: str) -> str:
    """The page as `client` gets it, without the token that is another one each time; "" where there is none."""
    answer = client.get(address)
    return _TOKEN.sub("token", answer.content.decode()) if answer.status_code == 200 else ""


def made_anew(client: Client, address: str) -> str:
    """The page, made with nothing kept."""
    kept_pages.PAGES.clear()
    return seen(client, address)


@dataclass(frozen=True)
class Change:
    """What is done, the page on which it shows to whom, and what then stands there that did not ("": it differs)."""

    address: str
    do: Callable[[People, MetricRun], object]
    shows: str
    role: str = "ceo"


def _annotate(people: People, run: MetricRun) -> None:
    annotate(actor=people["ceo"], metric="net_revenue", on_date=date(2026, 8, 12), text="Price list",
             owner=people["ceo"])  # fmt: skip


def _publish(people: People, run: MetricRun) -> None:
    newer = MetricRun.objects.create(as_of=world.AS_OF, published_at=timezone.now())
    MetricValue.objects.filter(metric="net_revenue", run_to=None, grain="quarter", dim="").update(run_to=newer.pk)


def _alert(people: People, run: MetricRun) -> None:
    # What a run published is never changed in the product: this is another run.
    newer = MetricRun.objects.create(as_of=world.AS_OF, published_at=timezone.now())
    week = MetricValue.objects.filter(metric="net_revenue", grain="week", period=date(2026, 9, 14), dim="", run_to=None)
    week.update(value=900_000, run_from=newer.pk)
    save_rule(actor=people["ceo"], owner=people["ceo"], draft=TREND)
    evaluate()


def _sign(people: People, run: MetricRun) -> None:
    meeting = prepare(actor=people["operator"], kind="board", held_on=date(2026, 9, 21))
    signed_by(meeting, people["sales_leader"], people["marketing_leader"])
    Resolution.objects.create(
        meeting=meeting, kind="action", text="Call the partners", owner=people["ceo"], due_on=date(2026, 9, 25),
        made_by=people["ceo"],
    )  # fmt: skip


CHANGES = {
    "an annotation": Change("/revenue/", _annotate, "Price list"),
    "a run": Change("/", _publish, "Run {next_run}, restatements"),
    "a run that was not published": Change(
        "/", lambda people, run: MetricRun.objects.create(as_of=world.AS_OF, error="Sums do not add up"),
        "a later run was not published",
    ),
    "an import": Change("/", lambda people, run: world.ledger(), "1 file behind it"),
    "the person’s own name": Change(
        "/", lambda people, run: change_address(person=people["ceo"], email="ceo@example.com", name="Zora Neale"),
        "Zora Neale",
    ),
    "a rep’s name": Change(
        "/reps/{alice}/", lambda people, run: Rep.objects.filter(name="Alice Rep").update(name="Alicia Rep"),
        "Alicia Rep",
    ),
    "a rep’s team": Change(
        "/coaching/", lambda people, run: Rep.objects.filter(name="Charlie Rep").update(team="North"), "Charlie Rep",
        "sales_manager",
    ),
    "an account’s name": Change(
        "/customers/{account}/", lambda people, run: Account.objects.update(name="Other Works"), "Other Works"
    ),
    "the fiscal calendar": Change(
        "/", lambda people, run: change_company(
            name="", fiscal_start_month=2, time_zone="UTC", actor=people["operator"]
        ), "1 Aug",
    ),
    "the policy of coaching": Change(
        "/coaching/", lambda people, run: set_general_policy(
            why="More", actor=people["ceo"], coaching_hours_per_week=Decimal("3.25")
        ), "3.25 hours per rep",
    ),
    "an alert": Change("/revenue/", _alert, '<span class="nav-count">'),
    "an action of a signed meeting": Change("/monday/", _sign, "Call the partners"),
    "a team": Change(
        "/", lambda people, run: change_role(
            person=people["sales_manager"], role="sales_manager", teams=[Team.objects.get(name="South")],
        ), "", "sales_manager",
    ),
    "a role": Change(
        "/", lambda people, run: change_role(
            person=people["sales_manager"], role="ceo", teams=[], actor=people["operator"]
        ), "Sales &amp; marketing", "sales_manager",
    ),
}  # fmt: skip


def test_each_change_shows_at_the_next_request(people: People, run: MetricRun) -> None:
    """One after another in one company: to make a company for each would take a minute."""
    account = Account.objects.create(key="A-1", name="Larch Works", source=_source())
    alice = Rep.objects.get(name="Alice Rep").pk
    for name, change in CHANGES.items():
        address = change.address.format(alice=alice, account=account.pk)
        client = signed_in(people[change.role])
        expected = change.shows.format(next_run=run.pk + 1)
        before = seen(client, address)
        assert before, name
        assert not expected or expected not in before, name
        assert seen(client, address) == before, name
        change.do(people, run)
        after = seen(client, address)
        assert after != before, name
        assert expected in after, name
        assert after == made_anew(client, address), name


def _source() -> Source:
    return Source.objects.get(name="crm")


def test_a_target_shows_at_the_next_request(people: People, run: MetricRun) -> None:
    """The lead measures stand beside what was set for them."""
    client = signed_in(people["ceo"])
    before = seen(client, "/")
    set_target(
        actor=people["ceo"], metric="coaching_hours_per_rep_week", start=date(2026, 7, 1), end=date(2026, 10, 1),
        amount=7_5000,
    )  # fmt: skip
    assert seen(client, "/") != before
    assert seen(client, "/") == made_anew(client, "/")


def test_who_is_switched_off_or_signs_out_sees_nothing_at_the_next_request(people: People, run: MetricRun) -> None:
    client, other = signed_in(people["ceo"]), signed_in(people["ceo"])
    assert seen(client, "/") == seen(other, "/") != ""
    client.logout()
    assert client.get("/").status_code == 302
    assert seen(other, "/")
    User.objects.filter(pk=people["ceo"].pk).update(is_active=False)
    assert other.get("/").status_code == 302


def test_everybody_gets_their_own_page_of_an_address_that_others_have_opened(people: People, run: MetricRun) -> None:
    """Each role and two teams, one after another, each page first made for somebody else."""
    south = User.objects.create_user("south@example.com", name="South Manager", role="sales_manager")
    south.teams.add(Team.objects.get(name="South"))
    second = User.objects.create_user("second@example.com", name="Second Chief", role="ceo")
    account = Account.objects.create(key="A-1", name="Larch Works", source=_source())
    ids = {str(name).split()[0].lower(): pk for name, pk in Rep.objects.values_list("name", "pk")}
    clients = {name: signed_in(user) for name, user in {**people, "south": south, "second": second}.items()}
    addresses = [address.format(account=account.pk, **ids) for address in KEPT]
    own = {(name, at): made_anew(client, at) for name, client in clients.items() for at in addresses}
    kept_pages.PAGES.clear()
    for at in addresses:
        for _ in range(2):
            for name, client in clients.items():
                assert seen(client, at) == own[name, at], (name, at)
    assert own["sales_manager", "/"] != own["south", "/"]
    assert "Alice Rep" in own["sales_manager", "/"]
    assert "Alice Rep" not in own["south", "/"]
    assert own["charlie", f"/reps/{ids['alice']}/"] == "" != own["rep", f"/reps/{ids['alice']}/"]


@pytest.mark.parametrize("role", ["ceo", "sales_manager", "rep"])
def test_a_page_that_has_not_changed_asks_once_for_the_session_with_the_state(
    role: str, people: People, run: MetricRun
) -> None:
    """The state is the server's: other tests' commits, and its own housekeeping, may come in between."""
    client = signed_in(people[role])
    for address in ("/", "/revenue/", "/pipeline/", "/metric/net_revenue/", "/glossary/"):
        asked: list[int] = []
        until = time.monotonic() + 30
        while (not asked or asked[-1] > 1) and time.monotonic() < until:
            with CaptureQueriesContext(connection) as queries:
                assert seen(client, address)
            asked.append(len(queries))
        assert min(asked) == 1, (address, asked)


def test_a_form_on_a_kept_page_is_accepted(people: People, run: MetricRun) -> None:
    """The token in it belongs to who asked."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["ceo"], backend="core.backends.WithTeams")
    for _ in range(2):
        page = client.get("/").content.decode()
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
        sent = {"theme": "dark", "next": "/", "csrfmiddlewaretoken": token}
        assert client.post("/theme/", sent).status_code == 302
    assert 'data-theme="dark"' in seen(client, "/")
    assert 'data-theme="dark"' not in seen(signed_in(people["ceo"]), "/")


def test_what_is_due_is_due_on_its_day(people: People, run: MetricRun) -> None:
    """Midnight makes another page, though nothing was committed."""
    annotate(
        actor=people["ceo"], metric="net_revenue", on_date=date(2026, 9, 1), text="Price list", owner=people["ceo"],
        action="Tell partners", due_on=date(2026, 9, 30),
    )  # fmt: skip
    client = signed_in(people["ceo"])
    with time_machine.travel("2026-09-22 23:59:00Z", tick=False) as now:
        before = seen(client, "/monday/")
        assert seen(client, "/monday/") == before
        now.shift(timedelta(minutes=1))
        assert seen(client, "/monday/") != before
