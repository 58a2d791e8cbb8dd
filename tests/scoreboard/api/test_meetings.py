"""Meetings and packs by API: for those who see the whole company, checked and audited."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from core.models import AuditEvent, User
from scoreboard.models.meetings import Meeting, Snapshot
from scoreboard.models.packs import Pack, PackFile, PackStatus
from scoreboard.packs.store import keep
from tests.scoreboard.api.conftest import Call


@pytest.fixture
def meeting(people: dict[str, User]) -> Meeting:
    """A meeting whose deck is frozen."""
    meeting = Meeting.objects.create(
        kind="weekly", title="Weekly review", held_on=date(2026, 9, 21), period="2026Q3",
        sales_presenter=people["sales_leader"], marketing_presenter=people["marketing_leader"], draft="{}",
        draft_run=1, made_by=people["ceo"],
    )  # fmt: skip
    Snapshot.objects.create(
        meeting=meeting, deck='{"title": "Weekly review"}', sha256="f" * 64, run=1, frozen_by=people["ceo"],
        frozen_at=timezone.now(),
    )  # fmt: skip
    return meeting


def test_the_frozen_deck_is_given_as_it_is(meeting: Meeting, call: Call) -> None:
    caller = call("ceo")
    (found,) = caller.get("/meetings").json()["meetings"]
    assert (found["id"], found["frozen"], found["sha256"]) == (meeting.pk, True, "f" * 64)
    deck = caller.get(f"/meetings/{meeting.pk}/deck")
    assert deck.json()["deck"] == {"title": "Weekly review"}
    again = caller.get(f"/meetings/{meeting.pk}/deck", headers={"If-None-Match": deck.headers["ETag"]})
    assert again.status_code == 304
    assert caller.get("/meetings/99999/deck").status_code == 404


def test_a_pack_is_downloaded_whole_and_written_down(meeting: Meeting, people: dict[str, User], call: Call) -> None:
    sha256 = keep(b"%PDF-1.7 a pack")
    pack = Pack.objects.create(
        kind="weekly", period="2026Q3", formats=["pdf"], status=PackStatus.DONE, asked_by=people["ceo"],
        deck_sha256="a" * 64, finished_at=timezone.now(),
    )  # fmt: skip
    PackFile.objects.create(pack=pack, format="pdf", name="pack.pdf", sha256=sha256, size=15)
    caller = call("ceo")
    (found,) = caller.get("/packs").json()["packs"]
    (file,) = found["files"]
    answer = caller.client.get(file["address"])
    assert (answer.content, answer.headers["Content-Type"]) == (b"%PDF-1.7 a pack", "application/pdf")
    assert AuditEvent.objects.filter(verb="downloaded a pack", actor_id=people["ceo"].pk).count() == 1
    assert caller.get(f"/packs/{pack.pk}/pptx").status_code == 404
    assert caller.get(f"/packs/{pack.pk}/exe").status_code == 422


def test_whoever_loses_the_whole_loses_the_packs(meeting: Meeting, people: dict[str, User], call: Call) -> None:
    caller = call("ceo")
    User.objects.filter(pk=people["ceo"].pk).update(role="sales_manager")
    assert caller.get("/meetings").json()["count"] == 0
    assert caller.get("/packs").json()["count"] == 0
    assert caller.get(f"/meetings/{meeting.pk}/deck").status_code == 404
    assert call("rep").get("/meetings").status_code == 403
