"""Missing since last time: listed, taken out by decision, put back exactly; digests before and after are compared."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from coaching.models import Attendance, CoachingSession
from core.models import AuditEvent, Role, User
from metrics.models import Due
from revenue import merges, tasks
from revenue import missing_decisions as decisions
from revenue import missing_records as missing
from revenue.audit import audit
from revenue.imports import actions
from revenue.models import (
    Account,
    Deal,
    DealHistory,
    ImportBatch,
    LedgerChange,
    MissingDecision,
    MissingRecord,
    Rep,
    RevenueLine,
    Source,
)
from tests.revenue.imports.ledger import bring, content, csv, digest

pytestmark = pytest.mark.django_db(transaction=True)

DEALS = "deal_id,name,account_id,owner,stage,amount,currency,close_on"
ROWS = [f"D{n},Deal {n},A{n % 3},Ann,Open,{n * 100},USD,2026-03-0{n}" for n in range(1, 8)]
CHANGED = [*ROWS[:5], "D6,Deal 6,A0,Ann,Won,650,USD,2026-03-06", ROWS[6]]
WITHOUT = ROWS[:5]
ACCOUNTS = "account_id,name,segment"
LINES = "line_id,account_id,booked_on,net_amount,currency,deal_id"


def undo(batch: ImportBatch) -> None:
    """Takes the batch back, with what then has to be read again."""
    batch.refresh_from_db()
    actions.undo(batch=batch, by="test", settle=False)
    tasks.work_off()


def sound() -> None:
    """The audit of the whole store finds nothing."""
    assert [check for check in audit() if check.findings] == []


@pytest.fixture
def weeks() -> ImportBatch:
    """Three weeks of deals, the last of which lacks D6 (650, changed in the second week) and D7 (700)."""
    bring("d.csv", csv(DEALS, *ROWS), as_of="2026-01-02", source="crm")
    bring("d.csv", csv(DEALS, *CHANGED), as_of="2026-01-09", source="crm")
    bring("l.csv", csv(LINES, "L1,A1,2026-01-05,40,USD,D6", "L2,A1,2026-01-05,60,USD,D1"), source="crm")
    return bring("d.csv", csv(DEALS, *WITHOUT), as_of="2026-01-16", source="crm")


def test_all_that_is_missing_is_listed_with_what_is_at_stake(weeks: ImportBatch) -> None:
    found = missing.listing(weeks)
    assert [(r.key, r.name, r.stakes) for r in found] == [
        ("D7", "Deal 7", (("USD", Decimal(700)),)), ("D6", "Deal 6", (("USD", Decimal(650)),)),
    ]  # fmt: skip
    assert found[0].says[1:] == ("Open", "2026-03-07")
    assert missing.count(weeks) == 2
    assert missing.amounts(weeks) == (("USD", Decimal(1350)),)
    assert [r.key for r in missing.listing(weeks, search="deal 6")] == ["D6"]
    assert [r.key for r in missing.listing(weeks, search="%")] == []
    assert [r.key for r in missing.listing(weeks, sort="id")] == ["D6", "D7"]
    assert [r.key for r in missing.listing(weeks, limit=1, offset=1)] == ["D6"]
    assert list(missing.everything(weeks, block=1)) == found
    (waiting,) = missing.waiting()
    assert (waiting.batch, waiting.source, waiting.label, waiting.records) == (weeks.pk, "crm", "Deals", 2)


def test_what_would_happen_is_said_before(weeks: ImportBatch) -> None:
    told = missing.consequences(weeks)
    assert (told.records, told.amounts, told.history) == (2, (("USD", Decimal(1350)),), 3)
    assert [(h.label, h.count, h.amounts) for h in told.hanging] == [("revenue lines", 1, (("USD", Decimal(40)),))]


def test_taking_out_is_as_if_never_imported_and_back_is_the_same_ledger(weeks: ImportBatch) -> None:
    before, deals, history = digest(), content("deals"), content("deal_history")
    ids = dict(Deal.objects.values_list("key", "pk"))
    log = list(LedgerChange.objects.order_by("pk").values())
    Due.objects.all().delete()
    otto = User.objects.create_user("otto@example.org", name="Otto", role=Role.OPERATOR)
    decision = decisions.take_out(batch=weeks, actor=otto, at=missing.consequences(weeks).at, settle=False)
    assert (decision.records, decision.decided_by) == (2, "Otto")
    assert not Deal.objects.filter(key="D7").exists()
    assert not DealHistory.objects.filter(deal_key__in=["D6", "D7"]).exists()
    left = Deal.objects.get(key="D6")  # a line names it: an open reference, as if it had never come
    assert (left.implied, left.amount, left.name) == (True, None, None)
    assert RevenueLine.objects.get(key="L1").deal_id == left.pk
    assert {"deals", "revenue_lines"} <= set(Due.objects.values_list("object", flat=True))
    event = AuditEvent.objects.get(verb="took records out of the ledger")
    assert (event.actor, event.detail["records"]) == ("otto@example.org", 2)
    assert missing.count(weeks) == 0
    sound()
    decisions.take_back(decision=decision, actor=otto, settle=False)
    assert content("deals") == deals
    assert content("deal_history") == history
    assert digest() == before
    assert dict(Deal.objects.exclude(key="D6").values_list("key", "pk")) == {k: v for k, v in ids.items() if k != "D6"}
    again = list(LedgerChange.objects.order_by("pk").values())
    assert [(c["batch_id"], c["before"]) for c in again] == [(c["batch_id"], c["before"]) for c in log]
    assert all(Deal.objects.filter(pk=c.row_id).exists() for c in LedgerChange.objects.filter(object="deals"))
    assert missing.count(weeks) == 2
    sound()
    with pytest.raises(ValueError, match="taken back already"):
        decisions.take_back(decision=decision)


def test_undoing_the_imports_after_a_decision_ends_empty(weeks: ImportBatch) -> None:
    before = digest()
    decisions.take_out(batch=weeks, settle=False)
    undo(weeks)
    assert Deal.objects.get(key="D6").amount == 650_0000
    assert not MissingRecord.objects.exists()
    assert MissingDecision.objects.get().reversed_at is not None
    sound()
    again = bring("d.csv", csv(DEALS, *WITHOUT), as_of="2026-01-16", source="crm")
    assert digest() == before
    assert missing.count(again) == 2
    for batch in ImportBatch.objects.filter(status="done").order_by("-pk"):
        undo(batch)
    assert digest() == {}


def test_a_decision_holds_when_its_import_is_read_again(weeks: ImportBatch) -> None:
    """An earlier import comes late: the weeks are read again, and what was decided is done again."""
    decisions.take_out(batch=weeks, ids=[r.id for r in missing.listing(weeks, search="D7")], settle=False)
    decisions.keep(batch=weeks)
    Due.objects.all().delete()
    bring("d.csv", csv(DEALS, *ROWS[:6], "D7,Deal 7,A1,Ann,Demo,5,USD,2026-03-07"), as_of="2026-01-12", source="crm")
    weeks.refresh_from_db()
    assert weeks.status == "done"
    assert {"deals", "revenue_lines"} <= set(Due.objects.filter(since=None).values_list("object", flat=True))
    assert not Deal.objects.filter(key="D7").exists()
    assert Deal.objects.get(key="D6").stage == "Open"
    assert missing.count(weeks) == 0
    sound()


def test_a_record_that_comes_again_is_new_and_the_decision_can_still_go(weeks: ImportBatch) -> None:
    decision = decisions.take_out(batch=weeks, settle=False)
    back = bring("d.csv", csv(DEALS, *ROWS), as_of="2026-01-23", source="crm")
    assert back.created == 2
    both = digest()
    decisions.take_back(decision=decision, settle=False)
    tasks.work_off()
    back.refresh_from_db()
    assert (back.created, back.updated, back.unchanged) == (0, 1, 6)
    assert Deal.objects.get(key="D7").created_batch_id != back.pk
    assert digest() != both
    sound()


def test_what_is_kept_is_not_shown_again_until_it_changes(weeks: ImportBatch) -> None:
    decision = decisions.keep(batch=weeks, by="test")
    assert missing.waiting() == ()
    later = bring("d.csv", csv(DEALS, *WITHOUT), as_of="2026-01-23", source="crm")
    assert missing.count(later) == 0
    assert later.notes == []
    changed = "D7,Deal 7,A1,Ann,Demo,701,USD,2026-03-07"
    bring("d.csv", csv(DEALS, *WITHOUT, changed), as_of="2026-01-30", source="crm")
    last = bring("d.csv", csv(DEALS, *WITHOUT), as_of="2026-02-06", source="crm")
    assert [r.key for r in missing.listing(last)] == ["D7"]
    decisions.take_back(decision=decision)
    newest = bring("d.csv", csv(DEALS, *WITHOUT), as_of="2026-02-13", source="crm")
    assert [r.key for r in missing.listing(newest, sort="id")] == ["D6", "D7"]


def test_a_stale_decision_is_refused_in_words(weeks: ImportBatch) -> None:
    at = missing.consequences(weeks).at
    bring("l.csv", csv(LINES, "L3,A1,2026-01-06,40,USD,D7"), source="crm")
    with pytest.raises(ValueError, match="the ledger has changed since you looked"):
        decisions.take_out(batch=weeks, at=at)
    later = bring("d.csv", csv(DEALS, *WITHOUT), as_of="2026-01-23", source="crm")
    with pytest.raises(ValueError, match=f"import {later.pk} came after import {weeks.pk}: decide on its list"):
        decisions.take_out(batch=weeks)
    decisions.take_out(batch=later, settle=False)
    with pytest.raises(ValueError, match="none of these records"):
        decisions.keep(batch=later)
    undo(later)
    later.refresh_from_db()
    with pytest.raises(ValueError, match="taken back: its list does not hold"):
        decisions.take_out(batch=later)
    assert Deal.objects.filter(implied=False).count() == 7


def test_an_account_with_deals_leaves_its_references_open(weeks: ImportBatch) -> None:
    accounts = [f"A{n},Acme {n},SMB" for n in range(4)]
    bring("a.csv", csv(ACCOUNTS, *accounts), source="crm")
    bring("e.csv", csv("rep_id,name,email,team", "R1,Ann,ann@example.com,East", "R2,Bob,,", "R3,Cy,,"), source="crm")
    batch = bring("a.csv", csv(ACCOUNTS, *accounts[1:]), source="crm")
    before = digest()
    told = missing.consequences(batch)
    assert {h.label: h.count for h in told.hanging} == {"deals": 2}
    decision = decisions.take_out(batch=batch, settle=False)
    account = Account.objects.get(key="A0")
    assert (account.implied, account.segment) == (True, None)
    assert set(Deal.objects.filter(key__in=["D3", "D6"]).values_list("account_id", flat=True)) == {account.pk}
    sound()
    decisions.take_back(decision=decision, settle=False)
    assert digest() == before
    sound()


def test_what_holds_a_rep_by_its_id_keeps_it_and_its_user() -> None:
    bob = User.objects.create_user("bob@example.com", name="Bob", role=Role.REP)
    head = "rep_id,name,email,team"
    reps = ["R1,Ann,ann@example.com,East", "R2,Bob,bob@example.com,West", "R3,Cid,,West", "R4,Dee,,West"]
    bring("reps.csv", csv(head, *reps), source="crm")
    batch = bring("reps.csv", csv(head, reps[0], reps[3]), source="crm")
    before = digest()
    cid = Rep.objects.get(key="R3")
    session = CoachingSession.objects.create(
        source=Source.objects.create(name="assay"), key="c1", manager=Rep.objects.get(key="R1"), manager_ref="R1",
        rep_refs="R3", held_on=date(2025, 1, 6), minutes=300_000, kind="debrief", logged_by_id=1,
    )  # fmt: skip
    Attendance.objects.create(session=session, rep=cid)
    assert [(h.label, h.stays) for h in missing.consequences(batch).hanging] == [("entries made here", True)]
    decision = decisions.take_out(batch=batch, settle=False)
    assert (Rep.objects.get(pk=cid.pk).implied, Rep.objects.filter(key="R2").exists()) == (True, False)
    sound()
    decisions.take_back(decision=decision, settle=False)
    assert digest("reps") == {"reps": before["reps"]}
    assert Attendance.objects.get().rep_id == cid.pk
    assert Rep.objects.get(key="R2").user_id == bob.pk


def test_one_record_has_fifteen_characters_or_eighteen() -> None:
    """Next week's file has the long ids: nothing is missing but what is."""
    head = "Opportunity ID,Opportunity Name,Stage,Amount,Close Date,Account Name\n"
    row = "{},Deal,Proposal,5,2026-03-01,Acme\n"
    short = ("0065g00000AbCdE", "0065g00000AbCdF", "0065g00000AbCdG")
    bring("report.csv", (head + "".join(row.format(i) for i in short)).encode())
    long = ("0065g00000AbCdEAAV", "0065g00000AbCdFAAV")
    second = bring("report.csv", (head + "".join(row.format(i) for i in long)).encode())
    assert second.unchanged == 2
    (gone,) = missing.listing(second)
    assert gone.key.startswith("0065g00000AbCdG")
    before = digest()
    decision = decisions.take_out(batch=second, settle=False)
    assert Deal.objects.count() == 2
    decisions.take_back(decision=decision, settle=False)
    assert digest() == before


def test_lines_are_missed_within_their_days_and_among_their_kind() -> None:
    """An invoice deleted in the billing system is missed; last year's, and those of another kind of file, are not."""
    head = "line_id,account_id,booked_on,net_amount"
    old = [f"O{n},A1,2025-06-0{n},{n}" for n in range(1, 3)]
    new = [f"N{n},A1,2026-06-0{n},{n}" for n in range(1, 6)]
    bring("all.csv", csv(head, *old, *new), source="erp")
    batch = bring("year.csv", csv(head, *new[:2], *new[3:]), source="erp")
    assert [r.key for r in missing.listing(batch)] == ["N3"]
    before = digest()
    decision = decisions.take_out(batch=batch, settle=False)
    assert RevenueLine.objects.count() == 6
    decisions.take_back(decision=decision, settle=False)
    assert digest() == before
    month = bring("month.csv", csv(head, "X1,A1,2026-06-01,5", "X2,A1,2026-06-02,5"), source="erp")
    assert missing.count(month) == 0


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_taken_out_comes_back_as_it_was(seed: int) -> None:
    """Any records of any of these objects, among merges, open references and other sources, in any order."""
    chance, people = Random(seed), ("Ann", "R2", "bob@example.com", "Zoe")
    account_rows = [f"A{n},Acme {n},SMB,{chance.choice(['Ann', 'R2', 'Zoe'])}" for n in range(8)]
    deal_rows = [
        f"D{n},Deal {n},{chance.choice(['A1', 'A2', 'A7', 'X9', ''])},{chance.choice(people)},"
        f"Open,{chance.randrange(900)},USD,2026-03-0{1 + n}"
        for n in range(8)
    ]
    lines = [
        f"L{n},A{chance.randrange(9)},2026-01-0{1 + n},{chance.randrange(-50, 99)},EUR,D{chance.randrange(9)}"
        for n in range(8)
    ]
    reps = ["R1,Ann,ann@example.com,East", "R2,Bob,bob@example.com,West", "R3,Cid,,West", "R4,Dee,,West"]
    files = {
        "accounts": ("account_id,name,segment,owner", account_rows),
        "deals": (DEALS, deal_rows),
        "revenue_lines": (LINES, lines),
        "reps": ("rep_id,name,email,team", reps),
    }
    for object, (head, rows) in chance.sample(sorted(files.items()), len(files)):
        bring(f"{object}.csv", csv(head, *rows), source="crm", object=object)
    bring("other.csv", csv("account_id,name,segment", "A1,Acme One,Mid", "A3,Acme Three,Mid"), source="plain")
    alias, kept = chance.sample(list(Account.objects.filter(implied=False).order_by("pk")), 2)
    merges.accept(object="accounts", alias=alias.pk, kept=kept.pk)
    lists = []
    for object, (head, rows) in chance.sample(sorted(files.items()), len(files)):
        left = chance.sample(rows, len(rows) - chance.randrange(1, len(rows) // 2 + 1))
        lists.append(bring(f"{object}.csv", csv(head, *left), source="crm", object=object))
    before = digest()
    made = []
    for batch in chance.sample(lists, len(lists)):
        ids = [r.id for r in missing.listing(batch)]
        for some in (ids[: len(ids) // 2], ids[len(ids) // 2 :]):
            if some:
                made.append(decisions.take_out(batch=batch, ids=some, settle=False))
                sound()
    assert digest() != before
    for decision in chance.sample(made, len(made)):
        decisions.take_back(decision=decision, settle=False)
        sound()
    assert digest() == before
