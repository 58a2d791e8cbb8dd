"""Packs in the background: asked for, claimed once, made, failed with a sentence, taken up again."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from core.models import AuditEvent, User
from metrics.models import MetricRun, MetricValue
from scoreboard.deck.build import build_deck
from scoreboard.deck.shape import Kind, sha256, to_json
from scoreboard.models.meetings import Meeting, Snapshot
from scoreboard.models.packs import Pack, PackStatus
from scoreboard.packs import jobs, store
from scoreboard.packs.tasks import make_next, ring_stale


def asked(user: User, *formats: str) -> Pack:
    """A pack in the queue."""
    return jobs.ask(actor=user, kind="board", period="2026Q3", formats=formats or ("xlsx",))


def test_a_pack_is_made_kept_under_its_checksum_and_in_the_audit(people: dict[str, User], run: MetricRun) -> None:
    pack = asked(people["ceo"], "xlsx", "html")
    assert (pack.status, pack.steps) == (PackStatus.QUEUED, 3)
    assert jobs.make_next() == pack
    pack.refresh_from_db()
    assert (pack.status, pack.step, pack.title, pack.run) == (PackStatus.DONE, 3, "Board review Q3 2026", run.pk)
    assert pack.deck_sha256 == sha256(build_deck(kind=Kind.BOARD, period="2026Q3"))
    assert [file.format for file in pack.files.all()] == ["xlsx", "html"]
    for file in pack.files.all():
        assert hashlib.sha256(store.fetch(file.sha256)).hexdigest() == file.sha256
        assert store.path_of(file.sha256).stat().st_size == file.size
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", "actor")) == [
        ("asked for a pack", "ceo@example.com"), ("made a pack", "worker"),
    ]  # fmt: skip


def test_it_shows_the_run_that_was_newest_when_it_was_asked_for(people: dict[str, User], run: MetricRun) -> None:
    pack = asked(people["ceo"])
    before = sha256(build_deck(kind=Kind.BOARD, period="2026Q3", run=run))
    later = MetricRun.objects.create(as_of=run.as_of, published_at=timezone.now())
    MetricValue.objects.filter(metric="gross_margin").update(run_to=later.pk)
    jobs.make_next()
    pack.refresh_from_db()
    assert (pack.run, pack.deck_sha256) == (run.pk, before)


def test_twenty_at_once_are_made_one_after_the_other(people: dict[str, User], run: MetricRun) -> None:
    packs = [asked(people["ceo"]) for _ in range(20)]
    first = jobs.claim()
    assert first == packs[0]
    assert jobs.claim() is None  # another worker finds nothing to do, and is free for imports
    Pack.objects.filter(pk=packs[0].pk).update(status=PackStatus.FAILED)
    assert jobs.claim() == packs[1]
    assert Pack.objects.filter(status=PackStatus.QUEUED).count() == 18


def test_the_pack_of_a_worker_that_is_gone_is_taken_up_again(people: dict[str, User], run: MetricRun) -> None:
    pack = asked(people["ceo"])
    assert jobs.claim() == pack
    assert jobs.ring_stale() == 0
    Pack.objects.filter(pk=pack.pk).update(beat_at=timezone.now() - timedelta(seconds=91))
    assert ring_stale() == "1 wait"
    assert make_next() == f"pack {pack.pk}: done"
    assert Pack.objects.get(pk=pack.pk).attempts == 2


def test_a_template_that_lacks_something_fails_with_what_it_lacks(
    people: dict[str, User], run: MetricRun, settings: object, tmp_path: Path
) -> None:
    settings.ASSAY_HOME = tmp_path  # type: ignore[attr-defined]
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "pack.pptx").write_text("no")
    pack = asked(people["ceo"], "pptx")
    jobs.make_next()
    pack.refresh_from_db()
    assert pack.status == PackStatus.FAILED
    assert "pack.pptx is no PowerPoint file" in pack.error
    assert AuditEvent.objects.filter(verb="failed to make a pack").count() == 1
    assert jobs.make_next() is None


def test_a_disk_that_cannot_be_written_is_tried_three_times(
    people: dict[str, User], run: MetricRun, settings: object, tmp_path: Path
) -> None:
    settings.ASSAY_FILES = tmp_path / "file"  # type: ignore[attr-defined]
    (tmp_path / "file").write_text("in the way of the folder")
    pack = asked(people["ceo"])
    found = []
    for _ in range(3):
        jobs.make_next()
        found.append(Pack.objects.get(pk=pack.pk).status)
    assert found == [PackStatus.QUEUED, PackStatus.QUEUED, PackStatus.FAILED]
    assert "worker's log" in Pack.objects.get(pk=pack.pk).error


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"period": "soon"}, "not a period"),
        ({"kind": "party"}, "no kind of meeting"),
        ({"formats": ()}, "at least one format"),
        ({"formats": ("docx",)}, "at least one format"),
    ],
)
def test_what_cannot_be_made_is_refused_when_it_is_asked_for(
    people: dict[str, User], run: MetricRun, change: dict[str, object], message: str
) -> None:
    wanted = {"kind": "board", "period": "2026Q3", "formats": ("pdf",), **change}
    with pytest.raises(ValueError, match=message):
        jobs.ask(actor=people["ceo"], **wanted)  # type: ignore[arg-type]
    assert not Pack.objects.exists()


def test_nothing_is_asked_for_before_anything_is_published(people: dict[str, User]) -> None:
    with pytest.raises(LookupError, match="import files first"):
        asked(people["ceo"])


def test_a_file_that_was_changed_is_not_given_out() -> None:
    sha = store.keep(b"as it was")
    store.path_of(sha).chmod(0o640)
    store.path_of(sha).write_bytes(b"changed")
    with pytest.raises(ValueError, match="not what it was"):
        store.fetch(sha)
    store.path_of(sha).unlink()
    with pytest.raises(ValueError, match="no longer in the store"):
        store.fetch(sha)


def test_of_a_meeting_it_is_the_frozen_deck_whatever_comes_later(people: dict[str, User], run: MetricRun) -> None:
    deck = build_deck(kind=Kind.WEEKLY, period="2026Q2", title="As it was signed")
    meeting = Meeting.objects.create(
        kind="weekly", title="Monday", held_on=date(2026, 9, 21), period="2026Q2", draft=to_json(deck),
        draft_run=run.pk, sales_presenter=people["sales_leader"], marketing_presenter=people["marketing_leader"],
        made_by=people["ceo"],
    )  # fmt: skip
    with pytest.raises(LookupError, match="both leaders sign it first"):
        jobs.ask(actor=people["ceo"], kind="board", period="", formats=("xlsx",), meeting=meeting)
    Snapshot.objects.create(
        meeting=meeting, deck=to_json(deck), sha256=sha256(deck), run=run.pk, frozen_by=people["ceo"],
        frozen_at=timezone.now(),
    )  # fmt: skip
    MetricValue.objects.update(value=0)
    held = Meeting.objects.get(pk=meeting.pk)
    pack = jobs.ask(actor=people["ceo"], kind="board", period="", formats=("xlsx",), meeting=held)
    jobs.make_next()
    pack.refresh_from_db()
    assert (pack.kind, pack.period, pack.title) == ("weekly", "2026Q2", "As it was signed")
    assert pack.deck_sha256 == sha256(deck)
