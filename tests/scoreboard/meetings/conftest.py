"""A meeting that is being prepared, and how it is signed."""

from __future__ import annotations

from datetime import date

import pytest

from core.models import User
from metrics.models import MetricRun
from scoreboard.meetings.actions import prepare
from scoreboard.meetings.compose import fingerprint
from scoreboard.meetings.read import draft_deck
from scoreboard.meetings.signing import sign
from scoreboard.models import Meeting

DAY = date(2026, 9, 21)


@pytest.fixture
def meeting(people: dict[str, User], run: MetricRun) -> Meeting:
    """A board meeting, prepared by the operator."""
    return prepare(actor=people["operator"], kind="board", held_on=DAY)


def signed_by(meeting: Meeting, *who: User) -> Meeting:
    """The meeting after these have signed what they see, read anew."""
    for user in who:
        sign(actor=user, meeting=meeting, seen=fingerprint(draft_deck(meeting)))
    return Meeting.objects.get(pk=meeting.pk)
