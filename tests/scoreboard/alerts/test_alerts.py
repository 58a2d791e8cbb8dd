"""Alerts: raised once, kept up to date, over by themselves, seen in scope, mailed once, and never for noise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.html import escape

from config.schedule import SCHEDULE
from core.models import AuditEvent, User
from metrics import hooks
from metrics.models import MetricRun
from scoreboard.alerts import actions, tasks
from scoreboard.alerts import mail as alert_mail
from scoreboard.alerts.actions import Draft, Refused, save_rule
from scoreboard.alerts.evaluate import evaluate
from scoreboard.alerts.suggested import SUGGESTED, use_suggested
from scoreboard.models import Alert, AlertRule
from tests.scoreboard.alerts.conftest import TREND, Make, Put
from tests.scoreboard.alerts.test_judge import LAST_WEEK, LIMIT
from tests.scoreboard.conftest import signed_in

NORTH = Draft("North", "threshold", "net_revenue", "month", "team", "North", "below", Decimal(10**9))
ALICE = replace(NORTH, name="Alice", dim="rep", member="Alice Rep")


def test_an_alert_is_raised_once_and_ends_by_itself(run: MetricRun, make: Make, put: Put) -> None:
    make()
    assert evaluate() == 0
    put("net_revenue", "week", LAST_WEEK, "300000")
    assert [evaluate() for _ in range(3)] == [1, 0, 0]
    alert = Alert.objects.get()
    assert (alert.valence, alert.ended_at, alert.run) == ("good", None, run.pk)
    put("net_revenue", "week", LAST_WEEK, "310000")
    evaluate()
    alert.refresh_from_db()
    assert alert.now.startswith("$310\u202fK")
    put("net_revenue", "week", LAST_WEEK, "110000")
    evaluate()
    alert.refresh_from_db()
    assert alert.ended_at is not None
    put("net_revenue", "week", LAST_WEEK, "10000")
    assert evaluate() == 1, "the other side is another state"
    assert Alert.objects.open().get().valence == "bad"
    assert AuditEvent.objects.filter(verb="raised an alert").count() == 2


def test_a_closed_one_is_not_raised_again_while_it_holds(
    run: MetricRun, make: Make, put: Put, people: dict[str, User]
) -> None:
    make()
    put("net_revenue", "week", LAST_WEEK, "300000")
    evaluate()
    alert = Alert.objects.get()
    with pytest.raises(Refused, match="Say in a word"):
        actions.close(alert=alert, actor=people["ceo"], word=" ")
    actions.take(alert=alert, actor=people["ceo"], word="on it")
    actions.close(alert=alert, actor=people["ceo"], word="a single large order")
    assert evaluate() == 0
    with pytest.raises(Refused, match="not open"):
        actions.take(alert=alert, actor=people["ceo"], word="")
    put("net_revenue", "week", LAST_WEEK, "110000")
    evaluate()
    put("net_revenue", "week", LAST_WEEK, "300000")
    assert evaluate() == 1
    assert Alert.objects.count() == 2
    verbs = set(AuditEvent.objects.filter(actor_id=people["ceo"].pk).values_list("verb", flat=True))
    assert {"made an alert rule", "took an alert on", "closed an alert"} <= verbs


def test_they_are_looked_at_after_a_run_and_by_the_clock(run: MetricRun, make: Make, put: Put) -> None:
    make()
    put("net_revenue", "week", LAST_WEEK, "300000")
    hooks.after_publishing(run)
    assert Alert.objects.count() == 1
    assert {"scoreboard.alerts.tasks.look", "scoreboard.alerts.tasks.mail_alerts"} <= {
        entry["task"] for entry in SCHEDULE.values()
    }
    assert tasks.look() == "0 alerts raised"


def test_one_rule_that_fails_does_not_stop_the_rest(run: MetricRun, make: Make, put: Put) -> None:
    AlertRule.objects.create(name="a broken one", kind="trend", metric="net_revenue", grain="day", owner=make().owner)
    AlertRule.objects.create(name="of old", kind="trend", metric="no_such_metric", grain="week", owner=make().owner)
    put("net_revenue", "week", LAST_WEEK, "300000")
    assert evaluate() == 2


def test_each_sees_what_concerns_them(run: MetricRun, make: Make, people: dict[str, User]) -> None:
    make(LIMIT, level=Decimal("0.9"))
    make(NORTH)
    make(replace(NORTH, name="South", member="South"))
    make(ALICE)
    make(replace(ALICE, name="Charlie", member="Charlie Rep"))
    evaluate()
    seen = {}
    for who in ("ceo", "operator", "sales_manager", "rep", "charlie"):
        page = signed_in(people[who]).get("/alerts/")
        assert page.status_code == 200
        seen[who] = sorted(item.alert.member for item in page.context["alerts"])
    everything = ["", "Alice Rep", "Charlie Rep", "North"]
    assert seen == {
        "ceo": everything, "operator": everything, "sales_manager": ["Alice Rep", "North"], "rep": ["Alice Rep"],
        "charlie": ["Charlie Rep"],
    }  # fmt: skip
    stranger = Alert.objects.get(member="Charlie Rep")
    for act in ("take", "close"):
        assert signed_in(people["rep"]).post(f"/alerts/{stranger.pk}/{act}/", {"word": "x"}).status_code == 404
    assert "Charlie" not in signed_in(people["rep"]).get("/alerts/?csv=alerts").content.decode()


def test_what_is_said_of_peers_is_not_for_reps(run: MetricRun, make: Make, people: dict[str, User]) -> None:
    rule = make(Draft("Peers", "peer", "win_rate", "quarter", "rep", side="either"))
    now = timezone.now()
    Alert.objects.create(
        rule=rule, dim="rep", member="Alice Rep", side="below", valence="bad", title="t", now="n", raised_at=now,
        seen_at=now,
    )  # fmt: skip
    counts = {who: Alert.objects.visible_to(people[who]).count() for who in ("ceo", "sales_manager", "rep")}
    assert counts == {"ceo": 1, "sales_manager": 1, "rep": 0}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"), ({"kind": "hunch"}, "kind"), ({"side": "inside"}, "side"),
        ({"metric": "nothing"}, "metric"), ({"metric": "quality_split"}, "metric"), ({"grain": "all"}, "grain"),
        ({"metric": "magic_number", "grain": "week"}, "grain"), ({"dim": "colour"}, "dim"),
        ({"dim": "team"}, "member"), ({"kind": "peer"}, "dim"), ({"kind": "threshold"}, "level"),
        ({"kind": "goal", "level": Decimal(1)}, "metric"), ({"kind": "threshold", "level": Decimal("nan")}, "level"),
    ],
)  # fmt: skip
def test_what_cannot_be_watched_is_said(people: dict[str, User], change: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        save_rule(draft=replace(TREND, **change), owner=people["ceo"], actor=people["ceo"])
    assert refused.value.field == field


def test_an_owner_may_see_what_they_own(people: dict[str, User]) -> None:
    assert save_rule(draft=NORTH, owner=people["sales_manager"], actor=people["ceo"]).owner == people["sales_manager"]
    for draft in (TREND, replace(NORTH, member="South")):
        with pytest.raises(Refused, match="may not see"):
            save_rule(draft=draft, owner=people["sales_manager"], actor=people["ceo"])
    with pytest.raises(Refused, match="kept by those"):
        save_rule(draft=NORTH, owner=people["sales_manager"], actor=people["sales_manager"])


def test_the_suggested_rules_are_few_owned_and_kept_once(run: MetricRun, people: dict[str, User]) -> None:
    client = signed_in(people["ceo"])
    assert "Use the suggested rules" in client.get("/alerts/").content.decode()
    assert client.post("/alerts/rules/suggested/").status_code == 302
    assert AlertRule.objects.count() == len(SUGGESTED) <= 7
    assert use_suggested(actor=people["ceo"]) == 0
    owners = {rule.name: rule.owner.role for rule in AlertRule.objects.select_related("owner")}
    assert owners["A source has gone silent"] == "operator"
    assert owners["Discounts leave their usual range"] == "marketing_leader"


def test_the_editor_keeps_a_rule_as_it_was_typed(run: MetricRun, people: dict[str, User]) -> None:
    client = signed_in(people["ceo"])
    typed = {
        "name": "Margin", "kind": "threshold", "metric": "gross_margin", "grain": "month", "side": "below",
        "level": "55.5 %", "min_n": "5", "valence": "", "owner": str(people["sales_leader"].pk), "mail": "yes",
        "active": "yes", "dim": "", "member": "",
    }  # fmt: skip
    assert client.post("/alerts/rules/add/", typed).status_code == 302
    rule = AlertRule.objects.get()
    assert (rule.level, rule.min_n, rule.owner) == (Decimal("0.555"), 5, people["sales_leader"])
    page = client.get(f"/alerts/rules/{rule.pk}/")
    assert page.context["form"].data["level"] == "55.5"
    assert client.post(f"/alerts/rules/{rule.pk}/", {**typed, "level": "much"}).status_code == 400
    assert client.post(f"/alerts/rules/{rule.pk}/", {**typed, "owner": "x"}).status_code == 400
    assert client.get("/alerts/rules/?csv=rules").content.decode().count("\r\n") == 2
    assert client.post(f"/alerts/rules/{rule.pk}/delete/").status_code == 302
    assert not AlertRule.objects.exists()


def test_only_leaders_keep_rules(run: MetricRun, make: Make, people: dict[str, User]) -> None:
    rule = make()
    for who in ("sales_manager", "rep"):
        client = signed_in(people[who])
        for path in ("rules/", "rules/add/", f"rules/{rule.pk}/"):
            assert client.get(f"/alerts/{path}").status_code == 404
        for path in ("rules/suggested/", f"rules/{rule.pk}/delete/", f"rules/{rule.pk}/"):
            assert client.post(f"/alerts/{path}").status_code == 404
    assert AlertRule.objects.count() == 1


def test_a_changed_question_ends_what_the_old_one_found(
    run: MetricRun, make: Make, put: Put, people: dict[str, User]
) -> None:
    rule = make()
    put("net_revenue", "week", LAST_WEEK, "300000")
    evaluate()
    save_rule(draft=replace(TREND, name="another name"), owner=rule.owner, actor=people["ceo"], rule=rule)
    assert Alert.objects.open().count() == 1
    save_rule(draft=replace(TREND, grain="month"), owner=rule.owner, actor=people["ceo"], rule=rule)
    assert Alert.objects.open().count() == 0


def test_the_head_counts_what_is_open(run: MetricRun, make: Make, people: dict[str, User]) -> None:
    make(ALICE)
    evaluate()
    assert '<span class="nav-count">1<' in signed_in(people["rep"]).get("/").content.decode()
    assert "/alerts/" not in signed_in(people["charlie"]).get("/glossary/").content.decode()


def test_owners_are_mailed_once_in_their_scope(
    run: MetricRun, make: Make, people: dict[str, User], settings: Any
) -> None:
    make(NORTH, owner="sales_manager")
    make(LIMIT, level=Decimal("0.9"))
    make(replace(LIMIT, name="silent"), level=Decimal("0.95"), mail=False)
    evaluate()
    assert alert_mail.send_all() == 0, "mail is not set up"
    settings.ASSAY_MAIL = True
    assert (alert_mail.send_all(), alert_mail.send_all()) == (2, 0)
    to = {m.to[0]: m for m in mail.outbox}
    assert set(to) == {people["sales_manager"].email, people["ceo"].email}
    assert "North" in to[people["sales_manager"].email].subject
    assert "North" not in to[people["ceo"].email].body
    for sent in to.values():
        raw = sent.message()
        assert raw["Auto-Submitted"] == "auto-generated"
        assert str(raw["List-Unsubscribe"]).endswith("/alerts/rules/>")
        assert isinstance(sent, EmailMultiAlternatives)
        html = str(sent.alternatives[0][0])
        told = [line for line in str(sent.body).splitlines() if line.startswith(("Now: ", "("))]
        assert told
        assert all(escape(line.strip("()")) in html for line in told), "both parts say the same"
    assert "95.0" not in to[people["ceo"].email].body
    assert tasks.mail_alerts() == "0 mails sent"


def test_of_what_they_may_no_longer_see_they_are_not_told(
    run: MetricRun, make: Make, people: dict[str, User], settings: Any
) -> None:
    settings.ASSAY_MAIL = True
    make(NORTH, owner="sales_manager")
    evaluate()
    people["sales_manager"].teams.clear()
    assert alert_mail.send_all() == 0
    assert Alert.objects.get().mailed_at is None
    assert date(2026, 9, 20) == run.as_of
