"""The pages of annotations: the list, one to write, one to change, and the button that closes it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import person
from core.audit import record
from core.models import Company, User
from metrics.models import MetricRun
from metrics.policy.checks import Refused
from scoreboard.annotations import actions
from scoreboard.annotations.access import for_annotators
from scoreboard.annotations.forms import Form, values
from scoreboard.models.annotations import Annotation
from scoreboard.reading import METRICS
from scoreboard.rowsets import BY_OBJECT
from scoreboard.views.download import csv_response

PAGE = 50
HEADINGS = ["Metric", "Date", "Annotation", "Owner", "Status", "Action", "Due", "Record", "Written by", "Written on"]


@for_annotators
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """What is open, soonest due first, or everything; `?format=csv` as a file."""
    rows, chosen = _filtered(request, Annotation.objects.visible_to(person(request)))
    if request.GET.get("format") == "csv":
        return _download(request, rows)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "annotations": [_labelled(each) for each in page.object_list], "chosen": chosen,
        "show_metric": True, "today": Company.current().today(), "metrics": _used(person(request)),
    }  # fmt: skip
    return render(request, "annotations/list.html", context)


@for_annotators
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A form for one more; `?metric=`, `?date=` and `?about=` say what it begins with."""
    user, owners = person(request), actions.possible_owners()
    if request.method == "POST":
        form = Form.read(request.POST)
        try:
            kept = actions.annotate(actor=user, metric=form.metric, about=form.about, **values(form, owners))
        except Refused as error:
            return render(request, "annotations/form.html", _context(form.refused(error), owners), status=400)
        messages.success(request, "Kept. It stands on every chart of this metric now.")
        return redirect(kept.about or f"{reverse('scoreboard:explain', args=[kept.metric])}#annotations")
    about = request.GET.get("about", "")[:100]
    begun = Form(
        metric=request.GET.get("metric", "")[:60] or _metric_of(about), on_date=_day(request), owner=str(user.pk),
        about=about,
    )  # fmt: skip
    return render(request, "annotations/form.html", _context(begun, owners))


@for_annotators
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, id: int) -> HttpResponse:
    """One annotation, to be read, or changed by those who may."""
    user, owners = person(request), actions.possible_owners()
    row = get_object_or_404(Annotation.objects.visible_to(user).select_related("owner", "written_by"), pk=id)
    changes = actions.may_change(user, row)
    if request.method == "POST":
        if not changes:
            raise Http404("only its writer changes the words")
        form = Form.read(request.POST)
        try:
            actions.change_annotation(actor=user, annotation=row, **values(form, owners))
        except Refused as error:
            context = _context(form.refused(error), owners) | {"row": row, "changes": changes}
            return render(request, "annotations/form.html", context, status=400)
        messages.success(request, "Kept.")
        return redirect("scoreboard:annotations:one", row.pk)
    context = _context(Form.of(row), owners) | {"row": _labelled(row), "changes": changes}
    return render(request, "annotations/form.html", context)


@for_annotators
@require_POST
def settle(request: HttpRequest, id: int) -> HttpResponse:
    """Done, or open again."""
    user = person(request)
    row = get_object_or_404(Annotation.objects.visible_to(user), pk=id)
    actions.settle_annotation(actor=user, annotation=row, done=request.POST.get("done") == "yes")
    back = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return redirect(back if own else reverse("scoreboard:annotations:list"))


def _context(form: Form, owners: list[User]) -> dict[str, Any]:
    metrics = sorted(METRICS.values(), key=lambda metric: metric.label)
    known = METRICS.get(form.metric)
    return {
        "form": form, "owners": owners, "metrics": [(each.key, each.label) for each in metrics],
        "metric_label": known.label if known else "",
    }  # fmt: skip


def _day(request: HttpRequest) -> str:
    """The day that the address names, else the newest day of the numbers."""
    try:
        return date.fromisoformat(request.GET.get("date", "")).isoformat()
    except ValueError:
        run = MetricRun.newest()
        return (run.as_of if run else Company.current().today()).isoformat()


def _metric_of(about: str) -> str:
    """Which number a record is most about."""
    parts = about.strip("/").split("/")
    name = parts[1] if len(parts) == 3 and parts[1] in BY_OBJECT else ""
    return {"deals": "bookings", "subscriptions": "mrr", "coaching_sessions": "coaching_hours"}.get(name, "net_revenue")


def _labelled(row: Annotation) -> Annotation:
    row.metric_label = METRICS[row.metric].label if row.metric in METRICS else row.metric  # type: ignore[attr-defined]
    return row


def _used(user: User) -> list[tuple[str, str]]:
    keys = Annotation.objects.visible_to(user).order_by().values_list("metric", flat=True).distinct()
    return sorted(((key, METRICS[key].label if key in METRICS else key) for key in keys), key=lambda pair: pair[1])


def _filtered(request: HttpRequest, rows: QuerySet[Annotation]) -> tuple[QuerySet[Annotation], dict[str, str]]:
    chosen = {"status": request.GET.get("status", "open"), "metric": request.GET.get("metric", "")[:60]}
    if chosen["status"] in ("open", "done"):
        rows = rows.filter(status=chosen["status"])
    if chosen["metric"]:
        rows = rows.filter(metric=chosen["metric"])
    return rows.select_related("owner", "written_by").order_by(F("due_on").asc(nulls_last=True), "-on_date"), chosen


def _download(request: HttpRequest, rows: QuerySet[Annotation]) -> HttpResponse:
    found = [_labelled(each) for each in rows]
    record(verb="exported annotations", actor=person(request), rows=len(found))
    lines = [
        [
            each.metric_label, each.on_date.isoformat(), each.text, str(each.owner), each.status, each.action,  # type: ignore[attr-defined]
            each.due_on.isoformat() if each.due_on else "", each.about, str(each.written_by),
            each.written_at.date().isoformat(),
        ]
        for each in found
    ]  # fmt: skip
    return csv_response("annotations", [HEADINGS, *lines])
