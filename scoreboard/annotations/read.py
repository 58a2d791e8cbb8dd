"""Which annotations stand on a chart. One query a page, however many charts it has."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from core.models import User
from core.unchanged import while_unchanged
from scoreboard.annotations.access import may_annotate
from scoreboard.charts.shape import Chart, Kind
from scoreboard.models.annotations import Annotation

MOST = 2000  # the newest; what is older stands on the explain page of its own period


@dataclass(frozen=True)
class Note:
    """An annotation as one chart shows it: its number there, and the category it marks (None: no single one)."""

    number: int
    pk: int
    on_date: date
    text: str
    owner: str
    action: str
    due_on: date | None
    done: bool
    category: int | None

    @property
    def plain(self) -> str:
        """For a cell of a spreadsheet: "14 Sep 2026: price rise (Ada; action: call partners, due 2026-10-01, open)"."""
        tail = [self.owner]
        if self.action:
            tail.append(f"action: {self.action}" + (f", due {self.due_on}" if self.due_on else ""))
        tail.append("done" if self.done else "open")
        return f"{self.on_date}: {self.text} ({'; '.join(tail)})"


def within(
    user: User, metrics: Collection[str], *, since: date | None = None, until: date | None = None
) -> list[Annotation]:
    """Annotations of these metrics that `user` may see, on days in `[since, until)`, oldest first."""
    rows = Annotation.objects.visible_to(user).filter(metric__in=list(metrics))
    if since:
        rows = rows.filter(on_date__gte=since)
    if until:
        rows = rows.filter(on_date__lt=until)
    return list(rows.select_related("owner", "written_by").order_by("on_date", "pk"))


def of_request(request: HttpRequest) -> list[Annotation]:
    """What this reader may see, read once per page."""
    known: list[Annotation] | None = getattr(request, "assay_annotations", None)
    if known is None:
        user = request.user
        known = []
        if isinstance(user, User) and may_annotate(user):
            rows = Annotation.objects.visible_to(user).select_related("owner").order_by("-on_date", "-pk")[:MOST]
            known = while_unchanged(
                ("annotations", 0 if user.sees_everything else user.pk),
                lambda: sorted(rows, key=lambda each: (each.on_date, each.pk)),
            )
        request.assay_annotations = known  # type: ignore[attr-defined]
    return known


def notes_on(chart: Chart, annotations: Iterable[Annotation]) -> tuple[Note, ...]:
    """Those of the chart's metric that lie in its time, numbered from the oldest. None where a chart has no time."""
    if not chart.metric or len(chart.bounds) < 2:
        return ()
    first, last = chart.bounds[0], chart.bounds[-1]
    # A chart by structure has bounds too, of its whole time: with one bar they fit, and yet a day is no place on it.
    marked = chart.kind in (Kind.COLUMNS, Kind.LINE) and len(chart.bounds) == len(chart.categories) + 1
    found = [each for each in annotations if each.metric == chart.metric and first <= each.on_date < last]
    return tuple(
        Note(
            number, each.pk, each.on_date, each.text, str(each.owner), each.action, each.due_on,
            each.status == "done", bisect_right(chart.bounds, each.on_date) - 1 if marked else None,
        )
        for number, each in enumerate(found, start=1)
    )  # fmt: skip


def noted_rows(request: HttpRequest, chart: object, rows: list[list[str]]) -> list[list[str]]:
    """A chart's table, heading first, with a column for its annotations where it has any.

    What marks no category (a chart by segment) stands in a row of its own below.
    """
    notes = notes_on(chart, of_request(request)) if isinstance(chart, Chart) else ()
    if not notes:
        return rows
    texts: dict[int | None, list[str]] = {}
    for note in notes:
        texts.setdefault(note.category, []).append(note.plain)
    cells = ["Annotations", *(" | ".join(texts.get(i, ())) for i in range(len(rows) - 1))]
    below = [["", *[""] * (len(rows[0]) - 1), text] for text in texts.get(None, ())]
    return [[*row, cell] for row, cell in zip(rows, cells, strict=True)] + below
