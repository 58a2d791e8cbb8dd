"""Decisions and actions are carried to the next meeting of their kind until they are done or dropped."""

from __future__ import annotations

from datetime import date

import pytest

from core.models import AuditEvent, User
from metrics.models import MetricRun
from metrics.policy.checks import Refused
from scoreboard.meetings import deck_of
from scoreboard.meetings.actions import prepare
from scoreboard.meetings.following import resolve, settle_resolution
from scoreboard.meetings.read import resolutions_of
from scoreboard.models import Meeting, Resolution
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_home import text_of


@pytest.fixture
def two(people: dict[str, User], meeting: Meeting) -> tuple[Resolution, Resolution]:
    """A decision and an action of the first meeting."""
    ceo = people["ceo"]
    decided = resolve(actor=ceo, meeting=meeting, kind="decision", text="Close the broker route", owner=ceo)
    to_do = resolve(
        actor=ceo, meeting=meeting, kind="action", text="Tell the brokers", owner=people["sales_leader"],
        due_on=date(2026, 9, 30),
    )  # fmt: skip
    return decided, to_do


def test_what_is_open_is_carried_and_stands_on_a_slide(
    people: dict[str, User], run: MetricRun, two: tuple[Resolution, Resolution]
) -> None:
    ceo = people["ceo"]
    following = prepare(actor=ceo, kind="board", held_on=date(2026, 10, 19))
    carried, own = resolutions_of(following, ceo)
    assert ({r.pk for r in carried}, own) == ({r.pk for r in two}, [])
    (slide,) = [slide for slide in deck_of(following).slides if slide.key == "carried"]
    assert slide.table is not None
    assert [row[0].text for row in slide.table.rows] == ["Tell the brokers", "Close the broker route"]
    other_kind = prepare(actor=ceo, kind="weekly", held_on=date(2026, 10, 19))
    assert resolutions_of(other_kind, ceo) == ([], [])


def test_what_is_done_is_shown_once_more_and_then_no_longer(
    people: dict[str, User], run: MetricRun, meeting: Meeting, two: tuple[Resolution, Resolution]
) -> None:
    ceo, (decided, to_do) = people["ceo"], two
    second = prepare(actor=ceo, kind="board", held_on=date(2026, 10, 19))
    assert settle_resolution(actor=ceo, resolution=to_do, status="done")
    assert not settle_resolution(actor=ceo, resolution=to_do, status="done")
    Resolution.objects.filter(pk=to_do.pk).update(settled_on=date(2026, 10, 2))
    assert {r.pk for r in resolutions_of(second, ceo)[0]} == {decided.pk, to_do.pk}
    third = prepare(actor=ceo, kind="board", held_on=date(2026, 11, 16))
    assert {r.pk for r in resolutions_of(third, ceo)[0]} == {decided.pk}
    # The meetings before show what they showed.
    assert {r.pk for r in resolutions_of(second, ceo)[0]} == {decided.pk, to_do.pk}
    assert {r.pk for r in resolutions_of(meeting, ceo)[1]} == {decided.pk, to_do.pk}


def test_pages_write_and_settle(people: dict[str, User], meeting: Meeting) -> None:
    client = signed_in(people["marketing_leader"])
    sent = {"kind": "action", "text": "Stop the campaign", "owner": people["ceo"].pk, "due_on": "2026-10-01"}
    client.post(f"/meetings/{meeting.pk}/resolutions/", sent)
    row = Resolution.objects.get()
    page = text_of(client.get(f"/meetings/{meeting.pk}/").content)
    assert "Stop the campaign Action · CEO Person · due 1 Oct 2026" in page
    assert client.post(f"/meetings/resolutions/{row.pk}/", {"status": "dropped", "next": "/monday/"}).url == "/monday/"  # type: ignore[attr-defined]
    row.refresh_from_db()
    assert row.status == "dropped"
    assert AuditEvent.objects.filter(target_type="scoreboard.Resolution").count() == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [({"text": ""}, "Write what was decided"), ({"due_on": None}, "has a day"), ({"kind": "wish"}, "decision or an"),
     ({"due_on": date(2026, 1, 1)}, "after the meeting")],
)  # fmt: skip
def test_what_is_not_whole_is_refused(
    change: dict[str, object], message: str, people: dict[str, User], meeting: Meeting
) -> None:
    given = {"kind": "action", "text": "x", "owner": people["ceo"], "due_on": date(2026, 10, 1)} | change
    with pytest.raises(Refused, match=message):
        resolve(actor=people["ceo"], meeting=meeting, **given)  # type: ignore[arg-type]
