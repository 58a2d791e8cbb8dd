"""What was done, by whom, to what: the audit, for operators."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.access import for_operators, person
from core.audit import record
from core.forms import AuditFilter
from core.models import AuditEvent, Company, User
from core.spreadsheet import csv_lines

PAGE = 50
EMPTY: tuple[object, ...] = (None, "", {}, [])
HEADINGS = ("Id", "At (UTC)", "Actor", "Actor id", "What", "Target", "Target id", "Detail")


@dataclass(frozen=True)
class Line:
    """One event, written for people. `person` is the target's id where it is somebody."""

    at: datetime
    actor: str
    verb: str
    target: str
    person: int | None
    detail: tuple[tuple[str, str], ...]


@for_operators
@require_GET
def events(request: HttpRequest) -> HttpResponseBase:
    """The events that the filter leaves, newest first; `?format=csv` for all of them as a file."""
    user, zone = person(request), zoneinfo.ZoneInfo(Company.current().time_zone)
    form = AuditFilter(request.GET)
    found: QuerySet[AuditEvent] = AuditEvent.objects.visible_to(user)
    if form.is_valid():
        found = _filtered(found, form.cleaned_data, zone)
    if request.GET.get("format") == "csv":
        return _download(found, user, request)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": _lines(page.object_list, zone),
        "verbs": AuditEvent.objects.order_by("verb").values_list("verb", flat=True).distinct(),
        "zone": zone.key,
        "filtered": any(form.cleaned_data.values()),
    }
    return render(request, "core/audit.html", context)


def _filtered(found: QuerySet[AuditEvent], asked: dict[str, Any], zone: zoneinfo.ZoneInfo) -> QuerySet[AuditEvent]:
    if asked.get("q"):
        words = asked["q"].strip()
        found = found.filter(Q(actor__icontains=words) | Q(detail__icontains=words) | Q(target_id=words))
    if asked.get("verb"):
        found = found.filter(verb=asked["verb"])
    if asked.get("since"):
        found = found.filter(at__gte=_midnight(asked["since"], zone))
    if asked.get("until"):
        found = found.filter(at__lt=_midnight(asked["until"] + timedelta(days=1), zone))
    return found


def _midnight(day: date, zone: zoneinfo.ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def _lines(found: Iterable[AuditEvent], zone: zoneinfo.ZoneInfo) -> list[Line]:
    events = list(found)
    ids = {int(e.target_id) for e in events if e.target_type == "core.User"}
    names = {p.pk: str(p) for p in User.objects.filter(pk__in=ids)}
    return [_line(event, names, zone) for event in events]


def _line(event: AuditEvent, names: dict[int, str], zone: zoneinfo.ZoneInfo) -> Line:
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", event.target_type.rpartition(".")[2]).capitalize()
    target, someone = f"{kind} {event.target_id}".strip(), None
    if event.target_type == "core.User":
        pk = int(event.target_id)
        target, someone = names.get(pk, f"Person {pk}"), pk if pk in names else None
    return Line(event.at.astimezone(zone), event.actor, event.verb, target, someone, tuple(_words(event.detail)))


def _words(detail: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and values; of a change only what differs, as "before → after"; of what is new, what it has."""
    before, after = detail.get("before"), detail.get("after")
    if isinstance(after, dict) and (before is None or isinstance(before, dict)):
        for key, value in after.items():
            if before is None and value not in EMPTY:
                yield key.replace("_", " "), _word(value)
            elif before is not None and before.get(key) != value:
                yield key.replace("_", " "), f"{_word(before.get(key))} → {_word(value)}"
        detail = {k: v for k, v in detail.items() if k not in ("before", "after")}
    yield from ((key.replace("_", " "), _word(value)) for key, value in detail.items())


def _word(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_word, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict) and value:
        return ", ".join(f"{key.replace('_', ' ')} {_word(each)}" for key, each in value.items())
    return "none" if value in EMPTY else str(value)


def _download(found: QuerySet[AuditEvent], user: User, request: HttpRequest) -> StreamingHttpResponse:
    record(verb="exported the audit", actor=user, query=request.GET.urlencode())

    def rows() -> Iterator[tuple[object, ...]]:
        yield HEADINGS
        for e in found.iterator(chunk_size=2000):
            detail = "; ".join(f"{name}: {value}" for name, value in _words(e.detail))
            yield (e.pk, f"{e.at:%Y-%m-%d %H:%M:%S}", e.actor, e.actor_id, e.verb, e.target_type, e.target_id, detail)

    response = StreamingHttpResponse(csv_lines(rows()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response
