"""One row of each sort that an address can name, for the tests that open every address."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from coaching import actions as coaching
from coaching.models import Commitment, PlannedSession
from core.models import User
from metrics.models import Target
from metrics.models.targets import OWN
from revenue.models import Account, Deal, DifferentMoney, MissingDecision, Rep, RevenueLine, Source
from scoreboard.api import keys, scopes
from scoreboard.meetings.actions import prepare
from scoreboard.models import Alert, AlertRule, Annotation
from scoreboard.models.meetings import Resolution
from tests.scoreboard import world
from tests.scoreboard.meetings.conftest import signed_by

MARK = "Sentinel-4f1c"


def one_of_each(people: dict[str, User], lines: list[RevenueLine]) -> dict[str, int]:
    """A row of each sort that has an address of its own, all of them team North's: ids by sort."""
    manager, ceo = people["sales_manager"], people["ceo"]
    alice, line = Rep.objects.get(name="Alice Rep"), lines[0]
    boss = Rep.objects.create(source=alice.source, key="M", name="Boss", team="North", user=manager)
    account = Account.objects.create(source=alice.source, key=MARK, name=f"{MARK} customer", owner=alice)
    deal = Deal.objects.create(
        source=alice.source, key=MARK, name=f"{MARK} deal", account=account, owner=alice, stage="Proposal",
        amount=10_000, currency="USD", is_closed=False, close_on=date(2026, 10, 1),
    )  # fmt: skip
    RevenueLine.objects.filter(pk=line.pk).update(key=f"{MARK} line", account=account)
    session = coaching.log_session(
        actor=manager, reps=[alice], kind="one_on_one", minutes=30, held_on=date(2026, 9, 1), client_key=MARK * 2,
        topic=f"{MARK} topic",
    ).session  # fmt: skip
    batch = line.batch
    assert session is not None
    assert batch is not None
    commitment = Commitment.objects.create(session=session, rep=alice, what=MARK, due_on=date(2026, 9, 9))
    plan = PlannedSession.objects.create(
        manager=boss, rep=alice, planned_on=date(2026, 12, 1), kind="one_on_one", topic=MARK, planned_by_id=manager.pk
    )
    rule = AlertRule.objects.create(name=MARK, kind="threshold", metric="win_rate", grain="quarter", owner=ceo)
    now = timezone.now()
    alert = Alert.objects.create(
        rule=rule, dim="team", member="North", side="below", valence="bad", title=MARK, now=MARK, raised_at=now,
        seen_at=now,
    )  # fmt: skip
    note = Annotation.objects.create(
        metric="net_revenue", on_date=world.AS_OF, text=MARK, owner=manager, written_by=ceo
    )
    meeting = prepare(actor=people["operator"], kind="board", held_on=date(2026, 9, 21))
    resolution = Resolution.objects.create(
        meeting=meeting, kind="action", text=MARK, owner=manager, due_on=date(2026, 12, 1), made_by=ceo
    )
    own = Source.objects.get_or_create(name=OWN)[0]
    target = Target.objects.create(
        source=own, key=MARK, metric="net_revenue", period_start=date(2026, 10, 1), period_end=date(2027, 1, 1),
        amount=10_000, currency="USD", team="North",
    )  # fmt: skip
    token, _ = keys.make_token(user=manager, name=MARK, wanted=[scopes.METRICS], days=30)
    feed, _ = keys.make_feed(user=manager, name=MARK, query={"key": "net_revenue"}, days=30)
    signed_by(meeting, people["sales_leader"], people["marketing_leader"])
    word = DifferentMoney.objects.create(one_source=own, one_title="a", other_source=own, other_title="b")
    decision = MissingDecision.objects.create(batch=batch, kind="keep", records=1)
    return {
        "rep": alice.pk, "decision": decision.pk, "word": word.pk,
        "session": session.pk, "commitment": commitment.pk, "plan": plan.pk,
        "file": batch.file_id,
        "batch": batch.pk, "person": manager.pk, "line": line.pk, "deal": deal.pk, "account": account.pk,
        "target": target.pk, "token": token.pk, "feed": feed.pk, "rule": rule.pk, "alert": alert.pk,
        "annotation": note.pk, "meeting": meeting.pk, "resolution": resolution.pk,
    }  # fmt: skip
