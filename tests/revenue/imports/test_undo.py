"""Taking an import back leaves the ledger as if it had never come: digests before and after are compared."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from coaching.models import Attendance, CoachingSession
from core.models import AuditEvent
from revenue import tasks
from revenue.imports import actions
from revenue.imports.undo import preview
from revenue.models import Account, Deal, ImportBatch, LedgerChange, Rep, Source, Status
from tests.revenue.imports.ledger import bring, content, counts, csv, digest

pytestmark = pytest.mark.django_db(transaction=True)

DEALS = "deal_id,account_id,account,owner,stage,amount,close_on"
WEEK1 = csv(DEALS, "D1,A1,,Ann,Open,100,2025-03-01", "D2,,Birch,Bob,Open,50,", "D3,A1,,Ann,Open,1,")
WEEK2 = csv(DEALS, "D1,A1,,Ann,Won,120,2025-03-02", "D2,,Birch,Bob,Open,50,", "D4,A4,,Cid,Open,9,")
WEEK3 = csv(DEALS, "D1,A2,,Cid,Won,120,2025-03-02", "D2,,Birch,Bob,Lost,50,", "D5,,Elm,Ann,Open,2,")
ACCOUNTS = csv("account_id,name,segment,owner", "A1,Alder,Enterprise,Ann", "A2,Birch,SMB,Bob")
REPS = csv("rep_id,name,email,team", "R1,Ann,ann@example.com,East", "R2,Bob,bob@example.com,West")
LINES = csv("line_id,account_id,booked_on,net_amount,owner,deal_id", "L1,A1,2025-01-15,100,ann@example.com,D1")


def undo(batch: ImportBatch) -> None:
    """Takes the batch back, with what then has to be read again."""
    batch.refresh_from_db()
    actions.undo(batch=batch, by="test", settle=False)
    tasks.work_off()


def test_a_first_import_goes_with_all_it_made() -> None:
    undo(bring("deals.csv", WEEK1))
    assert digest() == {}
    assert not Account.objects.exists()


def test_what_an_import_changed_is_as_before() -> None:
    bring("deals.csv", WEEK1)
    before, rows = digest(), content("deals")
    second = bring("deals.csv", WEEK2)
    assert digest() != before
    undo(second)
    assert content("deals") == rows
    assert digest() == before
    assert not LedgerChange.objects.exists()
    second.refresh_from_db()
    assert second.status == Status.UNDONE
    assert AuditEvent.objects.filter(verb="took an import back", target_id=str(second.pk)).count() == 1


def test_one_in_the_middle_leaves_what_the_others_make() -> None:
    weeks = {"2025-01-03": WEEK1, "2025-01-10": WEEK2, "2025-01-17": WEEK3}
    for left_out in weeks:
        rest = [bring("deals.csv", data, as_of=day) for day, data in weeks.items() if day != left_out]
        expected = digest()
        for batch in reversed(rest):
            undo(batch)
        assert digest() == {}

        all_three = {day: bring("deals.csv", data, as_of=day) for day, data in weeks.items()}
        undo(all_three[left_out])
        assert digest() == expected, left_out
        for day, batch in all_three.items():
            if day != left_out:
                undo(batch)
        assert digest() == {}


def test_preview_tells_what_undo_does() -> None:
    first = bring("deals.csv", WEEK1, as_of="2025-01-03")
    second = bring("deals.csv", WEEK2, as_of="2025-01-10")
    told = preview(first)
    assert (told.removed, told.restored, told.kept, told.again) == (2, 0, 1, (second.pk,))
    told = preview(second)
    assert (told.removed, told.restored, told.kept, told.again) == (1, 1, 0, ())
    undo(first)
    second.refresh_from_db()
    assert counts(second) == (3, 0, 0, 0, 0)
    assert Deal.objects.filter(batch=second).count() == 3


def test_dimensions_become_what_others_said_of_them() -> None:
    bring("deals.csv", WEEK1)
    bring("lines.csv", LINES)
    before = digest()
    for name, data in (("accounts.csv", ACCOUNTS), ("reps.csv", REPS), ("deals.csv", WEEK2)):
        batch = bring(name, data)
        assert digest() != before
        undo(batch)
        assert digest() == before, name


def test_any_order_of_undo_ends_empty() -> None:
    files = [("deals.csv", WEEK1), ("lines.csv", LINES), ("accounts.csv", ACCOUNTS), ("reps.csv", REPS)]
    for turn in range(len(files)):
        imported = [bring(name, data) for name, data in files]
        for batch in imported[turn:] + imported[:turn]:
            undo(batch)
        assert digest() == {}, turn


def test_what_holds_a_row_by_its_id_keeps_it() -> None:
    batch = bring("reps.csv", REPS)
    ann = Rep.objects.get(name="Ann")
    own = Source.objects.create(name="assay")
    session = CoachingSession.objects.create(
        source=own, key="c1", manager=ann, manager_ref="R1", rep_refs="R1", held_on=date(2025, 1, 6), minutes=300_000,
        kind="debrief", logged_by_id=1,
    )  # fmt: skip
    Attendance.objects.create(session=session, rep=ann)
    undo(batch)
    kept = Rep.objects.get()
    assert (kept.pk, kept.key, kept.name, kept.implied, kept.team) == (ann.pk, "R1", "Ann", True, None)
    bring("reps again.csv", REPS)
    assert Rep.objects.get(key="R1").pk == ann.pk
    assert Attendance.objects.get().rep_id == ann.pk


def test_an_import_taken_back_can_come_again_and_only_then() -> None:
    first = bring("deals.csv", WEEK1, as_of="2025-01-03")
    before = digest()
    undo(first)
    with pytest.raises(ValueError, match="taken back: there is nothing to take back"):
        actions.undo(batch=ImportBatch.objects.get(pk=first.pk), by="test")
    again = bring("deals.csv", WEEK1, as_of="2025-01-03")
    assert again.pk != first.pk
    assert digest() == before


def test_the_command_says_first_what_would_happen() -> None:
    first = bring("deals.csv", WEEK1, as_of="2025-01-03")
    second = bring("deals.csv", WEEK2, as_of="2025-01-10")
    before, output = digest(), io.StringIO()
    call_command("undo", str(first.pk), "--dry-run", stdout=output)
    assert output.getvalue() == (
        f"import {first.pk} would be taken back: 2 rows removed, 0 restored, 1 left as later imports say; "
        f"imports {second.pk} came after it and would be read again\n"
    )
    assert digest() == before
    call_command("undo", str(first.pk), stdout=output)
    with pytest.raises(CommandError, match="taken back: there is nothing to take back"):
        call_command("undo", str(first.pk), "--dry-run", stdout=output)
