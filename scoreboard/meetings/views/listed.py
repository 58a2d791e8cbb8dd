"""The list of meetings, and the form that prepares one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from core import show
from core.access import for_company, person
from core.models import Company, User
from metrics.models import MetricRun
from metrics.policy.checks import Refused
from scoreboard.annotations.forms import day
from scoreboard.meetings.actions import prepare, presenters
from scoreboard.meetings.views.parts import visible
from scoreboard.models.meetings import Meeting, MeetingKind, Side
from scoreboard.views_of_time import parse

PAGE = 30
NAMES = ("kind", "title", "held_on", "period", "sales_presenter", "marketing_presenter")


@dataclass(frozen=True)
class Form:
    """The fields as typed, and what was wrong with them."""

    kind: str = MeetingKind.WEEKLY.value
    title: str = ""
    held_on: str = ""
    period: str = ""
    sales_presenter: str = ""
    marketing_presenter: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@for_company
@require_GET
def meetings(request: HttpRequest) -> HttpResponse:
    """All meetings, the next first."""
    rows = visible(request)
    kind = request.GET.get("kind", "")
    if kind in MeetingKind.values:
        rows = rows.filter(kind=kind)
    page = Paginator(rows.defer("draft", "snapshot__deck"), PAGE).get_page(request.GET.get("page"))
    company = Company.current()
    context = {
        "page": page, "listed": [(each, _about(each, company)) for each in page.object_list],
        "kinds": MeetingKind.choices, "kind": kind, "today": company.today(),
        "published": MetricRun.newest() is not None,
    }  # fmt: skip
    return render(request, "meetings/list.html", context)


def _about(meeting: Meeting, company: Company) -> str:
    """What a meeting is about, with its kind and day where its title does not say them already."""
    kind, day = str(meeting.get_kind_display()), f"{meeting.held_on.day} {meeting.held_on:%B %Y}"
    try:
        period = parse(meeting.period, company.calendar, company.today()).name
    except ValueError:  # a calendar that was changed since
        period = meeting.period
    said = [
        "" if kind.lower() in meeting.title.lower() else kind,
        "" if day in meeting.title else show.day(meeting.held_on),
    ]
    return " · ".join([*filter(None, said), period])


@for_company
@require_http_methods(["GET", "POST"])
def prepare_one(request: HttpRequest) -> HttpResponse:
    """GET asks what kind of meeting; POST makes it, today and by default presenters where nothing is said."""
    today = Company.current().today()
    if request.method == "GET":
        given = request.GET.get("kind", "")
        form = Form(kind=given if given in MeetingKind.values else MeetingKind.WEEKLY.value, held_on=today.isoformat())
        return render(request, "meetings/prepare.html", _context(form))
    kind, title, held_on, period, sales, marketing = (request.POST.get(name, "")[:300] for name in NAMES)
    form = Form(kind, title, held_on, period, sales, marketing)
    try:
        made = prepare(
            actor=person(request), kind=form.kind, held_on=day(form.held_on, "held_on") or today, period=form.period,
            title=form.title, sales_presenter=_one(Side.SALES, form.sales_presenter),
            marketing_presenter=_one(Side.MARKETING, form.marketing_presenter),
        )  # fmt: skip
    except Refused as error:
        form = replace(form, errors={error.field: str(error)}, held_on=form.held_on or today.isoformat())
        return render(request, "meetings/prepare.html", _context(form), status=400)
    messages.success(request, "Prepared. Write your parts, then sign the numbers off.")
    return redirect("scoreboard:meetings:one", made.pk)


def _one(side: str, pk: str) -> User | None:
    """The chosen presenter; None leaves it to the default. Raises Refused for anybody else."""
    if not pk:
        return None
    found = next((user for user in presenters(side) if str(user.pk) == pk), None)
    if found is None:
        raise Refused("Choose one of the people in the list.", f"{side}_presenter")
    return found


def _context(form: Form) -> dict[str, Any]:
    run = MetricRun.newest()
    return {
        "form": form, "kinds": MeetingKind.choices, "sales": presenters(Side.SALES), "run": run,
        "marketing": presenters(Side.MARKETING),
    }  # fmt: skip
