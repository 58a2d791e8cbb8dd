"""What the demonstration company shows of annotations, meetings and signatures."""

from __future__ import annotations

from config.demo_meetings import add_meetings
from core.models import User
from metrics.models import MetricRun
from scoreboard.models import Annotation, Meeting, Resolution


def test_each_page_of_meetings_has_something_real(people: dict[str, User], run: MetricRun) -> None:
    add_meetings()
    add_meetings()  # a second start changes nothing
    coming, weekly, board = Meeting.objects.order_by("-pk")
    assert (board.kind, weekly.kind, coming.kind) == ("board", "weekly", "weekly")
    assert [each.frozen for each in (board, weekly, coming)] == [True, True, False]
    assert coming.sign_offs.count() == 1
    assert coming.slides.filter(key="carried").exists()
    assert (Annotation.objects.count(), Annotation.objects.open().count()) == (3, 2)
    assert (Resolution.objects.count(), Resolution.objects.open().count()) == (5, 4)
