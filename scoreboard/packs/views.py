"""The page of packs: ask for one, watch it being made, take it with you."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from core.access import for_company, person
from core.audit import record
from core.models import Company
from core.periods import Grain
from core.show import sentence
from metrics.models import MetricRun
from metrics.policy.checks import Refused
from scoreboard.models.meetings import Meeting, MeetingKind
from scoreboard.models.packs import Pack, PackFile
from scoreboard.packs import jobs
from scoreboard.packs.formats import FORMATS, NAMES, TYPES
from scoreboard.packs.removal import remove
from scoreboard.packs.store import fetch
from scoreboard.views_of_time import View, view_of

PAGE = 20
BACK = ((Grain.QUARTER, 6), (Grain.MONTH, 6), (Grain.YEAR, 2))


@dataclass(frozen=True)
class Choice:
    """A box of the form."""

    value: str
    name: str
    chosen: bool = False


@for_company
@require_GET
def packs(request: HttpRequest) -> HttpResponse:
    """The form and everybody's packs, newest first."""
    run = MetricRun.newest()
    found = Pack.objects.visible_to(person(request)).select_related("asked_by").prefetch_related("files")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    frozen = Meeting.objects.visible_to(person(request)).filter(snapshot__isnull=False).order_by("-held_on")[:PAGE]
    context = {
        "page": page, "published": run is not None, "meetings": frozen, "meeting": request.GET.get("meeting", ""),
        "periods": _periods(run, request.GET.get("period", "")) if run else [], "kinds": MeetingKind.choices,
        "formats": [Choice(name, NAMES[name], chosen=True) for name in FORMATS],
    }  # fmt: skip
    return render(request, "packs/list.html", context)


def _periods(run: MetricRun, asked: str) -> list[Choice]:
    """The running quarter and what came before it, then months and years."""
    calendar, found = Company.current().calendar, list[View]()
    for grain, count in BACK:
        period = calendar.period(grain, run.as_of)
        for _ in range(count):
            found.append(view_of(period, calendar, run.as_of))
            period = calendar.previous(period)
    return [Choice(v.code, f"{v.name}{' to date' if v.to_date else ''}", v.code == asked) for v in found]


@for_company
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Puts a pack in the queue; the page then shows how far it is."""
    data, meeting = request.POST, None
    if given := data.get("meeting", ""):
        if not given.isdigit():
            raise Http404("there is no such meeting")
        meeting = get_object_or_404(Meeting.objects.visible_to(person(request)), pk=int(given))
    try:
        jobs.ask(
            actor=person(request), kind=data.get("kind", ""), period=data.get("period", ""), meeting=meeting,
            formats=tuple(name for name in FORMATS if name in data.getlist("formats")),
        )  # fmt: skip
    except (LookupError, ValueError) as error:
        messages.error(request, sentence(error.args[0]))
    return redirect("scoreboard:packs:list")


@for_company
@require_GET
def row(request: HttpRequest, id: int) -> HttpResponse:
    """One pack as it stands: asked for every second while it is being made; opened by itself, the page it is of."""
    found = Pack.objects.visible_to(person(request)).select_related("asked_by").prefetch_related("files")
    pack = get_object_or_404(found, pk=id)
    if "HX-Request" not in request.headers:
        found_page: HttpResponse = packs(request)
        return found_page
    return render(request, "packs/_pack.html", {"pack": pack})


@for_company
@require_POST
def delete(request: HttpRequest, id: int) -> HttpResponse:
    """Takes an old pack away, or says why not."""
    pack = get_object_or_404(Pack.objects.visible_to(person(request)), pk=id)
    try:
        remove(actor=person(request), pack=pack)
        messages.success(request, "Deleted. A frozen meeting's pack can be made again at any time.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("scoreboard:packs:list")


@for_company
@require_GET
def download(request: HttpRequest, id: int, format: str) -> HttpResponse:
    """A file of a pack, checked against its checksum. A download is written into the audit."""
    pack = get_object_or_404(Pack.objects.visible_to(person(request)), pk=id)
    file = get_object_or_404(PackFile, pack=pack, format=format)
    try:
        content = fetch(file.sha256)
    except ValueError as error:
        messages.error(request, f"{file.name}: {error}.")
        return redirect("scoreboard:packs:list")
    record(verb="downloaded a pack", actor=person(request), target=pack, format=format, sha256=file.sha256)
    response = HttpResponse(content, content_type=TYPES[format])
    # The page among them is a file to keep, never a page of this site: it brings a script of its own.
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
