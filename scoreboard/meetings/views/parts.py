"""What the pages of meetings share: the meeting of an address, and a change that may be refused."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from core.access import person
from metrics.policy.checks import Refused
from scoreboard.models.meetings import Meeting


def visible(request: HttpRequest) -> QuerySet[Meeting]:
    """The meetings that the reader may see, with their people and snapshot."""
    rows = Meeting.objects.visible_to(person(request))
    return rows.select_related("sales_presenter", "marketing_presenter", "made_by", "snapshot__frozen_by")


def meeting_of(request: HttpRequest, id: int) -> Meeting:
    """The meeting of the address. Raises Http404."""
    return get_object_or_404(visible(request), pk=id)


def changed(request: HttpRequest, meeting: Meeting, change: Callable[[], object], said: str, at: str) -> HttpResponse:
    """Does it and says so, or says why not; back to the part of the meeting's page that is called `at`."""
    try:
        if change() is not False and said:
            messages.success(request, said)
    except Refused as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('scoreboard:meetings:one', args=[meeting.pk])}#{at}")
