"""What was restated: numbers of periods that were over, as they were published and as they are, and why. CSV beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import show
from core.models import Company
from core.money import to_decimal
from core.periods import Calendar, Grain
from metrics.frames.held import held_rows
from metrics.models import MetricRun
from metrics.restatements import REPORTED, Restatement, described, restated
from scoreboard.policy.access import changes_by_changers, for_changers, person
from scoreboard.reading import METRICS
from scoreboard.views.download import csv_response
from scoreboard.views_of_time import name_of

PAGE, MOST = 50, 5000
HEAD = ["metric", "grain", "period", "dimension", "member", "was", "is", "change", "run", "published", "by"]


@dataclass(frozen=True)
class Row:
    """One restatement written for people."""

    metric: str
    key: str
    period: str
    member: str
    was: str
    now: str
    change: str
    run: int
    at: datetime | None
    imports: tuple[tuple[int, str], ...]
    also: str


@changes_by_changers
@require_safe
def restatements(request: HttpRequest) -> HttpResponse:
    """The list, newest first; `?metric=` of one, `?parts=yes` with teams, reps and segments, `?csv=yes` as a file."""
    user, company = person(request), Company.current()
    key = request.GET.get("metric", "")
    keys = (key,) if key in METRICS else REPORTED
    parts = request.GET.get("parts") == "yes"
    found = restated(user, metrics=keys, whole=not parts)
    if request.GET.get("csv"):
        return csv_response("restatements", [HEAD, *map(_plain, described(list(found[:MOST])))], request)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [_row(each, company.calendar, company.currency) for each in described(list(page.object_list))]
    last = MetricRun.objects.order_by("-pk").first()
    context = {
        "here": "restatements", "page": page, "rows": rows, "chosen": key if key in METRICS else "", "parts": parts,
        "metrics": sorted(((each, METRICS[each].label) for each in {*REPORTED, *keys}), key=lambda pair: pair[1]),
        "failed": last if last and last.error else None,
        "held": sum(sum(counts.values()) for counts in _held_up().values()) if user.sees_everything else 0,
    }  # fmt: skip
    return render(request, "policy/restatements.html", context)


@for_changers
@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """Rows that are in no number because there is no exchange rate for them."""
    company = Company.current()
    counts = _held_up()
    rows = [
        (row, row.object.replace("_", " "), show.money_exact(to_decimal(row.amount), row.currency))
        for row in held_rows(company.currency, tuple(counts))
    ]
    context = {
        "here": "restatements", "rows": rows, "currency": company.currency,
        "counts": [(name.replace("_", " "), code, count) for name, codes in counts.items()
                   for code, count in codes.items()],
    }  # fmt: skip
    return render(request, "policy/held.html", context)


def _held_up() -> dict[str, dict[str, int]]:
    """What the published numbers lack, by object and currency: as the run counted it, for the ledger is large."""
    run = MetricRun.newest()
    return dict(run.inputs.get("held_up", {})) if run else {}


def _row(each: Restatement, calendar: Calendar, currency: str) -> Row:
    metric = METRICS.get(each.metric)
    unit = str(metric.unit) if metric else "count"
    period = calendar.period(Grain(each.grain), each.period)
    return Row(
        metric=metric.label if metric else each.metric, key=each.metric,
        period=name_of(period, calendar), member=each.member.replace("\x1f", ", "),
        was=show.value(each.was, unit, currency, exact=True), now=show.value(each.now, unit, currency, exact=True),
        change=show.difference(each.change, unit, currency) if each.change is not None else show.NONE,
        run=each.run, at=each.at, imports=each.cause.imports, also=each.cause.also,
    )  # fmt: skip


def _plain(each: Restatement) -> list[str]:
    numbers = ["" if n is None else f"{n.normalize():f}" for n in (each.was, each.now, each.change)]
    at = each.at.isoformat(timespec="seconds") if each.at else ""
    member = each.member.replace("\x1f", ", ")
    place = [each.metric, each.grain, each.period.isoformat(), each.dim, member]
    return [*place, *numbers, str(each.run), at, each.cause.text]
