"""A file from its original to its batches: done, question and answer, ignored, refused, failed and again."""

from __future__ import annotations

import io
import zipfile
from threading import Thread

import pytest
from django.db import connection, connections
from django.utils import timezone

from revenue import tasks
from revenue.imports import actions, originals, work
from revenue.imports.rejects import csv_lines
from revenue.models import Account, Deal, DealHistory, ImportBatch, ImportFile, RevenueLine, Status
from revenue.tasks import ring_stale, run_file
from tests.revenue.imports.ledger import batches, bring, counts, csv, digest, receive

pytestmark = pytest.mark.django_db(transaction=True)

LINES = "line_id,account_id,booked_on,net_amount"
UPLOADS = 20


def zipped(**members: bytes) -> bytes:
    """An archive of CSV files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.csv", data)
    return out.getvalue()


def answer(batch: ImportBatch, **answers: str) -> ImportFile:
    """Answers and waits until the file is read again."""
    file = actions.answer(batch=batch, answers=answers)
    tasks.work_off()
    file.refresh_from_db()
    return file


def test_every_row_is_accounted_for_with_its_reason() -> None:
    batch = bring(
        "lines.csv", csv(LINES, "L1,A1,2025-01-15,1", "L2,A1,someday,2", "L3,A1", ",,,", "L4,A1,2025-01-16,4")
    )
    assert (batch.read, batch.accepted, batch.rejected, batch.skipped) == (5, 2, 2, 1)
    assert {(r.line, r.column, r.value) for r in batch.rejected_rows.all()} == {
        (3, "booked_on", "someday"), (4, "", "L3,A1"),
    }  # fmt: skip
    original = originals.path_of(batch.file.sha256)
    assert original.read_bytes().startswith(b"line_id")
    assert originals.verify(batch.file.sha256) == ""


def test_corrected_rejects_make_the_ledger_of_a_good_file() -> None:
    good = ["L1,A1,2025-01-15,1", 'L2,"A, Inc",2025-01-16,2', "L3,A1,2025-01-17,3"]
    bad = ["L1,A1,2025-01-15,1", 'L2,"A, Inc",16 Jan,2', "L3,A1,2025-01-17"]
    bring("good.csv", csv(LINES, *good))
    expected = {r.key: (r.account_key, r.booked_on, r.net_amount) for r in RevenueLine.objects.all()}
    actions.undo(batch=ImportBatch.objects.get(), by="test", settle=False)
    assert digest() == {}

    batch = bring("bad.csv", csv(LINES, *bad))
    assert counts(batch) == (1, 0, 0, 2, 0)
    text = "".join(csv_lines(batch))
    assert text.splitlines()[0] == f"{LINES},assay line,assay column,assay value,assay reason"
    corrected = text.replace("16 Jan,2,", "2025-01-16,2,", 1).replace("L3,A1,2025-01-17,,", "L3,A1,2025-01-17,3,", 1)
    assert counts(bring("corrected.csv", corrected.encode())) == (2, 0, 0, 0, 0)
    assert {r.key: (r.account_key, r.booked_on, r.net_amount) for r in RevenueLine.objects.all()} == expected


def test_a_row_with_too_many_cells_comes_back_whole() -> None:
    batch = bring("lines.csv", csv(LINES, "L1,A1,2025-01-15,1", "L2,A, B, C,2025-01-15,1"))
    text = "".join(csv_lines(batch)).splitlines()[1]
    assert text.startswith('L2,A, B," C,2025-01-15,1",3,')


def test_a_row_that_nobody_has_corrected_is_rejected_again() -> None:
    """Its cells are in the wrong columns: a name with an unquoted comma would be taken for the owner."""
    head = "line_id,account_id,booked_on,net_amount,product"
    bad = bring(
        "bad.csv", csv(head, "L1,A1,2025-01-15,1,p", "L2,A1,2025-01-15,1,Nuts, and bolts", "L3,A1,2025-01-17,3")
    )
    assert counts(bad) == (1, 0, 0, 2, 0)
    again = bring("again.csv", "".join(csv_lines(bad)).encode())
    assert counts(again) == (0, 0, 0, 2, 0)
    lines = "".join(csv_lines(again)).splitlines()
    assert lines[0] == f"{head},assay line,assay column,assay value,assay reason"
    assert lines[1].startswith('L2,A1,2025-01-15,1,"Nuts, and bolts",2,,')
    assert "not corrected yet: 6 cells where the heading has 5 columns" in lines[1]
    assert "not corrected yet: not" not in "".join(csv_lines(bring("third.csv", "".join(csv_lines(again)).encode())))
    corrected = (
        "".join(csv_lines(again))
        .replace('"Nuts, and bolts"', "Nuts")
        .replace("L3,A1,2025-01-17,3,", "L3,A1,2025-01-17,3,p")
    )
    assert counts(bring("good.csv", corrected.encode())) == (2, 0, 0, 0, 0)


def test_a_question_stops_the_file_until_it_is_answered() -> None:
    file = receive("lines.csv", csv(LINES, "L1,A1,03/04/2025,1", "L2,A1,05/06/2025,2"))
    (asked,) = batches(file)
    assert (asked.status, asked.read, asked.accepted) == (Status.NEEDS_ANSWER, 0, 0)
    assert [q["key"] for q in asked.questions] == ["dates"]
    assert not RevenueLine.objects.exists()
    (done,) = batches(answer(asked, dates="day-first"))
    assert counts(done) == (2, 0, 0, 0, 0)
    assert [str(d) for d in RevenueLine.objects.order_by("key").values_list("booked_on", flat=True)] == [
        "2025-04-03", "2025-06-05",
    ]  # fmt: skip
    assert ImportBatch.objects.count() == 1
    with pytest.raises(ValueError, match="asks nothing"):
        actions.answer(batch=done, answers={"dates": "day-first"})


def test_an_answer_is_about_one_table_and_leaves_the_others_alone() -> None:
    data = zipped(
        one=csv(LINES, "L1,A1,03/04/2025,1"),
        two=csv(LINES, "L2,A1,2025-04-03,2"),
        three=csv(LINES, "L3,A1,05/06/2025,3"),
    )
    first = {b.table: b for b in batches(receive("all.zip", data))}
    assert {t: b.status for t, b in first.items()} == {
        "one.csv": "needs_answer", "two.csv": "done", "three.csv": "needs_answer",
    }  # fmt: skip
    second = {b.table: b for b in batches(answer(first["one.csv"], dates="day-first"))}
    assert {t: b.status for t, b in second.items()} == {
        "one.csv": "done", "two.csv": "done", "three.csv": "needs_answer",
    }  # fmt: skip
    assert second["two.csv"] == first["two.csv"]
    answer(second["three.csv"], dates="month-first")
    assert {r.key: str(r.booked_on) for r in RevenueLine.objects.all()} == {
        "L1": "2025-04-03", "L2": "2025-04-03", "L3": "2025-05-06",
    }  # fmt: skip


def test_what_is_not_known_is_asked_and_what_is_no_table_refused() -> None:
    (unknown,) = batches(receive("x.csv", csv("alpha,beta", "1,2")))
    assert (unknown.status, [q["key"] for q in unknown.questions]) == (Status.NEEDS_ANSWER, ["object"])
    (refused,) = batches(receive("x.pdf", b"%PDF-1.7\n1 0 obj\n"))
    assert refused.status == Status.REFUSED
    assert "x.pdf" in refused.error
    (empty,) = batches(receive("empty.csv", b""))
    assert (empty.status, "empty" in empty.error) == (Status.REFUSED, True)


def test_a_mapping_that_does_not_fit_is_refused_in_words() -> None:
    mapping = 'object = "revenue_lines"\n[columns]\nline_id = "No"\nbooked_on = "Day"\nnet_amount = "Sum"\n'
    (batch,) = batches(receive("x.csv", csv("No,Day,Total", "1,2025-01-01,2"), mapping=mapping))
    assert batch.status == Status.REFUSED
    assert "Sum" in batch.error
    (broken,) = batches(receive("x.csv", csv("No,Day,Total", "1,2025-01-01,2"), mapping="object = "))
    assert broken.status == Status.REFUSED


def test_what_windows_makes_of_latin_1_is_read_by_its_vendors_habit() -> None:
    head = "Id,StageName,CloseDate,Name,Amount,AccountId\n"
    data = f"{head}0065g00000ABCde,Closed Won,2024-01-31,Müller’s “€” deal,10,0015g00000XYZab\n".encode("cp1252")
    bring("Opportunity.csv", data)
    assert Deal.objects.get().name == "Müller’s “€” deal"


def test_ragged_rows_are_told_with_the_question() -> None:
    (asked,) = batches(receive("orders.csv", csv("orderID,shipName,city", "1,A,Graz", "2,B,Inc,Graz", "3")))
    assert asked.status == Status.NEEDS_ANSWER
    assert asked.notes[-1].startswith("2 rows cannot be split into the columns")
    assert asked.notes[-1].endswith("Lines: 3, 4")


def test_latin_1_is_asked_about_and_read_as_answered() -> None:
    data = "account_id,name\nA1,Société\n".encode("latin-1")
    (asked,) = batches(receive("a.csv", data))
    assert [q["key"] for q in asked.questions] == ["encoding"]
    (done,) = batches(answer(asked, encoding="latin-1"))
    assert done.status == Status.DONE
    assert Account.objects.get().name == "Société"


def test_twenty_simultaneous_uploads_are_one_import() -> None:
    data = csv(LINES, *(f"L{i},A{i % 50},2025-01-15,{i}" for i in range(2_000)))
    faults: list[BaseException] = []

    def upload(number: int) -> None:
        try:
            actions.receive(blocks=[data], name=f"copy {number}.csv", enqueue=False)
            tasks.work_off()
        except BaseException as error:
            faults.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=upload, args=(n,)) for n in range(UPLOADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    batch = ImportBatch.objects.get()
    assert counts(batch) == (2_000, 0, 0, 0, 0)
    assert RevenueLine.objects.count() == 2_000
    assert ImportFile.objects.filter(finished_at=None).count() == 0
    assert {r["batch"] for f in ImportFile.objects.all() for r in f.results} == {batch.pk}
    assert sum(r["duplicate"] for f in ImportFile.objects.all() for r in f.results) == UPLOADS - 1


def test_a_failed_import_leaves_nothing_and_can_come_again() -> None:
    file = actions.receive(blocks=[csv(LINES, "L1,A1,2025-01-15,1")], name="l.csv", enqueue=False)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE revenue_revenueline RENAME TO away")
    try:
        assert run_file(file.pk) == "failed"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO revenue_revenueline")
    file.refresh_from_db()
    (batch,) = batches(file)
    assert (batch.status, batch.read) == (Status.FAILED, 0)
    assert "revenue_revenueline" in batch.error
    assert not Account.objects.exists()
    assert counts(bring("l.csv", csv(LINES, "L1,A1,2025-01-15,1"))) == (1, 0, 0, 0, 0)


def test_a_file_that_stops_its_worker_every_time_is_given_up() -> None:
    file = actions.receive(blocks=[csv(LINES, "L1,A1,2025-01-15,1")], name="l.csv", enqueue=False)
    ImportFile.objects.filter(pk=file.pk).update(attempts=work.MAX_ATTEMPTS)
    assert run_file(file.pk) == "given up"
    file.refresh_from_db()
    assert file.finished_at is not None
    assert ImportBatch.objects.get().status == Status.FAILED
    assert run_file(file.pk) == "nothing to do"


def test_a_claimed_file_is_left_to_its_worker() -> None:
    file = actions.receive(blocks=[csv(LINES, "L1,A1,2025-01-15,1")], name="l.csv", enqueue=False)
    seen: list[tuple[bool, bool, int]] = []

    def another() -> None:
        with work.claim(file.pk) as held:
            seen.append((held, work.is_claimed(file.pk), ring_stale()))
        connections.close_all()

    with work.claim(file.pk) as held:
        assert held
        thread = Thread(target=another)
        thread.start()
        thread.join()
    assert seen == [(False, True, 0)]
    assert not work.is_claimed(file.pk)
    assert ring_stale() == 1


def test_as_of_decides_what_is_current_and_makes_history() -> None:
    head = "deal_id,account,stage,amount,close_on"
    weeks = {
        "2025-01-03": csv(head, "D1,Acme,Open,100,2025-03-01", "D2,Acme,Open,50,2025-03-01"),
        "2025-01-10": csv(head, "D1,Acme,Quote,100,2025-03-01", "D2,Acme,Open,50,2025-03-01"),
        "2025-01-17": csv(head, "D1,Acme,Open,100,2025-03-01", "D2,Acme,Open,60,2025-04-01"),
        "2025-01-24": csv(head, "D1,Acme,Won,90,2025-01-20", "D2,Acme,Open,60,2025-04-01"),
    }
    expected: dict[str, str] = {}
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 1, 0, 2, 0]):
        for number in order:
            day = list(weeks)[number]
            bring("deals.csv", weeks[day], as_of=day)
        found = digest()
        expected = expected or found
        assert found == expected, order
        assert Deal.objects.get(key="D1").stage == "Won"
        rows = DealHistory.objects.order_by("changed_at", "deal_key").values_list("deal_key", "changed_at", "stage")
        assert [(key, f"{at:%d}", stage) for key, at, stage in rows] == [
            ("D1", "03", "Open"), ("D2", "03", "Open"), ("D1", "10", "Quote"), ("D1", "17", "Open"),
            ("D2", "17", "Open"), ("D1", "24", "Won"),
        ]  # fmt: skip
        for batch in ImportBatch.objects.filter(status=Status.DONE).order_by("-as_of"):
            actions.undo(batch=batch, by="test", settle=False)
        assert digest() == {}


def test_an_as_of_is_a_day_here_or_a_moment() -> None:
    day = bring("a.csv", csv("account_id,name", "A1,Alder"), as_of="2025-01-03")
    assert day.as_of is not None
    assert day.as_of.isoformat() == "2025-01-03T00:00:00+00:00"
    none = bring("a.csv", csv("account_id,name", "A1,Alder"))
    assert none.as_of is not None
    assert abs((timezone.now() - none.as_of).total_seconds()) < 60


def test_what_a_full_export_no_longer_has_is_said_and_stays() -> None:
    head = "deal_id,name,account,stage,amount"
    rows = [f"D{i},{'Last one' if i == 9 else ''},Acme,Open,{i}" for i in range(10)]
    first = bring("d.csv", csv(head, *rows))
    full = bring("d.csv", csv(head, *rows[:8], "D10,,Acme,Open,1"))
    part = bring("d.csv", csv(head, *rows[:2]))
    assert first.notes == part.notes == []
    assert full.notes == [
        "Not in this file any more, of deals that earlier imports brought: 2. "
        "They stay until somebody decides otherwise. D8, D9 (Last one)"
    ]
    assert Deal.objects.count() == 11
