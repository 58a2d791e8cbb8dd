"""Restatements: published numbers of periods that were over, and what became of them.

A value that a later run saw differ was closed by that run; so what was, what is and which run changed it are all in
the table of values. What stood behind the change follows from what the two runs were made from.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from core.models import User
from metrics.models import MetricRun, MetricValue
from revenue.models import ImportBatch, Status

# The numbers that a company reports; others move with every late answer, as a cohort grows older.
REPORTED = (
    "net_revenue", "bookings", "gross_profit", "gross_margin", "quality_revenue", "quality_share", "mrr", "grr", "nrr",
    "attainment", "growth_yoy",
)  # fmt: skip


Run = dict[str, Any]


@dataclass(frozen=True)
class Cause:
    """Why a run changed numbers: the imports that came in since the one before, or in words what else was new."""

    imports: tuple[tuple[int, str], ...]  # (batch, file)
    also: str = ""

    @property
    def text(self) -> str:
        """In words."""
        files = ", ".join(name for _, name in self.imports)
        return " and ".join(part for part in (files, self.also) if part)


@dataclass(frozen=True)
class Restatement:
    """One number that was published of a period that was over, and what replaced it; None: no value."""

    metric: str
    grain: str
    period: date
    dim: str
    member: str
    was: Decimal | None
    now: Decimal | None
    run: int
    at: datetime | None
    cause: Cause

    @property
    def change(self) -> Decimal | None:
        """What is less what was."""
        return None if self.was is None or self.now is None else self.now - self.was


def restated(user: User, *, metrics: Collection[str] = REPORTED, grain: str = "", whole: bool = True) -> QuerySet[Any]:
    """Closed values of periods that were over, newest change first; `whole`: the company's (or reader's) own alone.

    A value that was closed and stands again as it was is no restatement, nor is one whose reason alone changed.
    """
    after = MetricValue.objects.filter(
        metric=OuterRef("metric"), grain=OuterRef("grain"), period=OuterRef("period"), dim=OuterRef("dim"),
        member=OuterRef("member"), run_from=OuterRef("run_to"),
    )  # fmt: skip
    rows = MetricValue.objects.filter(~Q(status="to date"), run_to__isnull=False, period__isnull=False)
    rows = rows.filter(metric__in=list(metrics), value__isnull=False).visible_to(user)
    if grain:
        rows = rows.filter(grain=grain)
    if whole and user.sees_everything:
        rows = rows.filter(dim="")
    same = after.filter(value=OuterRef("value"))
    return rows.annotate(same=Exists(same)).filter(same=False).order_by("-run_to", "metric", "grain", "-period", "pk")


def described(rows: Collection[MetricValue]) -> list[Restatement]:
    """The closed values with what replaced them and why, in a handful of queries for any number of rows."""
    place = ("metric", "grain", "period", "dim", "member")
    runs = {row.run_to for row in rows if row.run_to is not None}
    after = {
        (*(getattr(value, name) for name in place), value.run_from): value.value
        for value in MetricValue.objects.filter(
            run_from__in=runs, metric__in={row.metric for row in rows}, period__in={row.period for row in rows}
        )
    }  # fmt: skip
    causes = _causes(runs)
    found = []
    for row in rows:
        if row.run_to is None or row.period is None:
            continue
        cause, at = causes.get(row.run_to, (Cause((), "a run that is no longer there"), None))
        now = after.get((*(getattr(row, name) for name in place), row.run_to))
        found.append(
            Restatement(
                row.metric, row.grain, row.period, row.dim, row.member, row.value, now, row.run_to, at, cause
            )
        )  # fmt: skip
    return found


def _causes(runs: Collection[int]) -> Mapping[int, tuple[Cause, datetime | None]]:
    """What was new in each of these runs against the published run before it."""
    if not runs:
        return {}
    numbers = sorted(MetricRun.objects.filter(published_at__isnull=False).values_list("pk", flat=True))
    before = {after: earlier for earlier, after in zip([None, *numbers], numbers, strict=False) if after in runs}
    wanted = {*before, *(number for number in before.values() if number is not None)}
    fields = ("pk", "published_at", "inputs", "code_version")
    told: dict[int, Run] = {row["pk"]: dict(row) for row in MetricRun.objects.filter(pk__in=wanted).values(*fields)}
    pairs = {number: (told.get(earlier or 0), told[number]) for number, earlier in before.items()}
    spans = [_span(*pair) for pair in pairs.values()]
    names: dict[int, str] = {}
    if spans:
        low, high = min(low for low, _ in spans), max(high for _, high in spans)
        names = dict(
            ImportBatch.objects.filter(pk__gt=low, pk__lte=high, status=Status.DONE)
            .annotate(name=F("file__name")).values_list("pk", "name")
        )  # fmt: skip
    return {number: (_cause(*pair, names), pair[1]["published_at"]) for number, pair in pairs.items()}


def _span(before: Run | None, run: Run) -> tuple[int, int]:
    return (before["inputs"].get("import", 0) if before else 0), run["inputs"].get("import", 0)


def _cause(before: Run | None, run: Run, names: Mapping[int, str]) -> Cause:
    low, high = _span(before, run)
    imports = tuple((pk, name) for pk, name in sorted(names.items()) if low < pk <= high)
    also = []
    if before is not None and before["inputs"].get("setting") != run["inputs"].get("setting"):
        also.append("another policy or calendar")
    if before is not None and before["code_version"] != run["code_version"]:
        also.append("another version of Assay")
    if not imports and not also:
        moved = before is not None and before["inputs"].get("frames") != run["inputs"].get("frames")
        also.append("an import taken back, or something entered here" if moved else "time that passed")
    return Cause(imports, " and ".join(also))
