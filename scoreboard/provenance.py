"""The foot of a page: as of when, from which files, and what is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Sum

from core.unchanged import while_unchanged
from metrics.models import MetricRun
from revenue.models import Account, Deal, ImportBatch, Product, Rep, Status
from revenue.quality import known

DIMENSIONS = (Account, Deal, Product, Rep)


@dataclass(frozen=True)
class Foot:
    """What stands behind the page's numbers."""

    as_of: date
    published_at: datetime | None
    run: int
    sources: tuple[tuple[str, datetime], ...]  # source and its newest import
    files: int
    rejected: int
    waiting: int
    open_references: int
    changed: int
    broken: str = ""  # why the newest run of all was not published
    quality: tuple[int, int] | None = None  # data-quality score of 100, and how many things there are to mend


def foot(run: MetricRun, *, files: bool) -> Foot:
    """What stands under a page; with `files` also the imports, in one query, and references counted once per run."""
    broken = MetricRun.why_none_later()
    if not files:
        return Foot(run.as_of, run.published_at, run.pk, (), 0, 0, 0, 0, run.changed_count, broken)
    rows = while_unchanged("files behind the numbers", _imports)
    done = [row for row in rows if row["status"] == Status.DONE]
    return Foot(
        as_of=run.as_of,
        published_at=run.published_at,
        run=run.pk,
        sources=tuple((row["source__name"] or "unnamed", row["newest"]) for row in done if row["newest"]),
        files=sum(row["files"] for row in done),
        rejected=sum(row["rejected"] or 0 for row in done),
        waiting=sum(row["files"] for row in rows if row["status"] == Status.NEEDS_ANSWER),
        open_references=cache.get_or_set(f"open-references:{run.pk}", open_references, 24 * 3600) or 0,
        changed=run.changed_count,
        broken=broken,
        quality=cache.get_or_set(
            f"data-quality:{run.pk}:{_newest(row['newest'] for row in done)}", data_quality, 24 * 3600
        ),
    )


def _imports() -> list[dict[str, Any]]:
    """The files that are in and those that wait, with their rejected rows, by source."""
    rows = (
        ImportBatch.objects.filter(status__in=[Status.DONE, Status.NEEDS_ANSWER])
        .values("source__name", "status")
        .annotate(files=Count("file", distinct=True), rejected=Sum("rejected"), newest=Max("finished_at"))
        .order_by("source__name")
    )
    return [dict(row) for row in rows]


def _newest(moments: Iterable[datetime | None]) -> str:
    """The newest of these moments as text: what was counted before it is out of date."""
    newest = max((moment for moment in moments if moment), default=None)
    return f"{newest:%Y%m%d%H%M%S%f}" if newest else ""


def data_quality() -> tuple[int, int] | None:
    """The data-quality score and the things to mend; None where nothing has come in."""
    found = known()
    return None if found.score is None else (found.score, found.to_mend)


def open_references() -> int:
    """Accounts, deals, products and reps that others refer to and no import has brought yet."""
    return sum(model.objects.filter(implied=True).count() for model in DIMENSIONS)
