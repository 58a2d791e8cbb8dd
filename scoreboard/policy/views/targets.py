"""Targets: what was promised, by period and scope; set here, laid out over months, or imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core import show
from core.models import Company, User
from core.money import text as money_text
from core.money import to_decimal
from core.periods import Calendar, Grain
from metrics.definitions.base import Unit
from metrics.models import MetricValue, Target
from metrics.models.targets import OWN
from metrics.policy.checks import FUNCTIONS, Refused
from metrics.targets import JOINT, Scope, drop_target, overridden, phase_target, phased, set_target
from revenue.models import Rep
from scoreboard.policy.access import changes_by_changers, for_changers, may_change, person
from scoreboard.policy.target_form import HOW, Form, amount_of, is_rate, read, wanted
from scoreboard.reading import METRICS
from scoreboard.views.download import csv_response
from scoreboard.views_of_time import name_of

PAGE = 50
HEAD = ["metric", "period_start", "period_end", "amount", "currency", "team", "rep", "segment", "function"]
KINDS = {"company": "Company", "team": "Teams", "rep": "Reps", "segment": "Segments", "function": "Functions"}


@dataclass(frozen=True)
class Row:
    """One target written for people. `typed`: its amount as the edit field shows it."""

    pk: int
    metric: str
    period: str
    scope: str
    amount: str
    typed: str
    unit: str
    origin: str
    by_hand: bool
    overridden: bool


@changes_by_changers
@require_http_methods(["GET", "POST"])
def targets(request: HttpRequest) -> HttpResponse:
    """GET lists them; POST sets one, or shows its months first with `do=preview`."""
    user, form, months = person(request), Form(), []
    if request.method == "POST":
        form = read(request.POST)
        try:
            if request.POST.get("do") != "preview":
                messages.success(request, _set(user, form))
                return redirect("scoreboard:policy:targets")
            months = _months(user, form)
        except Refused as error:
            form = form.refused(error)
    if request.GET.get("csv") == "targets":
        return csv_response("targets", [HEAD, *_file(request, user)], request)
    context = _context(request, user) | {"form": form, "months": months}
    return render(request, "policy/targets.html", context, status=400 if form.errors else 200)


@for_changers
@require_POST
def edit(request: HttpRequest, id: int) -> HttpResponse:
    """Gives a target another amount, or takes one that was set here back with `do=drop`."""
    user = person(request)
    target = get_object_or_404(Target.objects.visible_to(user).select_related("rep"), pk=id)
    try:
        if request.POST.get("do") == "drop":
            drop_target(actor=user, target=target)
            messages.success(request, "Taken back.")
        else:
            scope = Scope(target.team, target.rep, target.segment, target.function)
            set_target(
                actor=user, metric=target.metric, start=target.period_start, end=target.period_end, scope=scope,
                amount=amount_of(target.metric, request.POST.get("amount", "")),
            )  # fmt: skip
            messages.success(request, "Kept. Attainment is being computed anew.")
    except Refused as error:
        messages.error(request, str(error))
    back = request.POST.get("back", "")
    return redirect(f"/targets/?{back}" if back else "scoreboard:policy:targets")


def _set(user: User, form: Form) -> str:
    want = wanted(form, user)
    given: dict[str, Any] = {"actor": user, "metric": want.metric, "amount": want.amount, "scope": want.scope}
    if want.how == "whole":
        set_target(start=want.period.start, end=want.period.end, **given)
        return "Kept. Attainment is being computed anew."
    rows = phase_target(period=want.period, seasonal=want.how == "seasonal", **given)
    return f"Kept as {len(rows)} months. Attainment is being computed anew."


def _months(user: User, form: Form) -> list[tuple[str, str]]:
    want, company = wanted(form, user), Company.current()
    if want.how == "whole":
        raise Refused("One target has no months to show: choose how to lay it out.", "how")
    months, parts = phased(
        metric=want.metric, period=want.period, amount=want.amount, scope=want.scope, seasonal=want.how == "seasonal"
    )
    return [
        (name_of(month, company.calendar), show.money_exact(to_decimal(part), company.currency))
        for month, part in zip(months, parts, strict=True)
    ]


def _context(request: HttpRequest, user: User) -> dict[str, Any]:
    company, visible = Company.current(), Target.objects.visible_to(user)
    rows, chosen = _filtered(request, visible)
    page = Paginator(rows.select_related("rep", "source", "batch__file"), PAGE).get_page(request.GET.get("page"))
    beaten = overridden(Target.objects.filter(pk__in=[target.pk for target in page.object_list]))
    metrics = sorted({*visible.order_by().values_list("metric", flat=True).distinct(), "net_revenue"}, key=_label)
    years = visible.order_by().dates("period_start", "year", order="DESC")
    context: dict[str, Any] = {
        "here": "targets", "may_change": may_change(user), "page": page, "chosen": chosen, "kinds": KINDS,
        "rows": [_row(target, company, beaten) for target in page.object_list],
        "metrics": [(key, _label(key)) for key in metrics], "years": [day.year for day in years],
        "filtered": any(chosen.values()),
    }  # fmt: skip
    if may_change(user):
        context |= {
            "all_metrics": [(m.key, m.label) for m in sorted(METRICS.values(), key=lambda m: m.label)],
            "reps": Rep.objects.visible_to(user).filter(implied=False).order_by("name"), "how": HOW,
            "functions": [*FUNCTIONS[:4], JOINT], **_members(),
        }  # fmt: skip
    return context


def _file(request: HttpRequest, user: User) -> list[list[str]]:
    """The list as it is filtered, whole, as a file: with the columns that an import of targets asks for."""
    rows, _ = _filtered(request, Target.objects.visible_to(user))
    return [
        [
            t.metric, t.period_start.isoformat(), t.period_end.isoformat(), money_text(t.amount), t.currency or "",
            t.team or "", t.rep.key if t.rep else t.rep_ref or "", t.segment or "", t.function or "",
        ]
        for t in rows.select_related("rep")
    ]  # fmt: skip


def _members() -> dict[str, list[str]]:
    """Teams and segments of the published revenue."""
    rows = MetricValue.objects.filter(metric="net_revenue", grain="all", dim__in=["team", "segment"], run_to=None)
    found: dict[str, list[str]] = {"teams": [], "segments": []}
    for row in rows.exclude(member="").order_by("member"):
        found[f"{row.dim}s"].append(row.member)
    return found


def _filtered(request: HttpRequest, rows: QuerySet[Target]) -> tuple[QuerySet[Target], dict[str, str]]:
    chosen = {name: request.GET.get(name, "")[:100] for name in ("metric", "year", "kind")}
    if chosen["metric"]:
        rows = rows.filter(metric=chosen["metric"])
    if len(chosen["year"]) == 4 and chosen["year"].isascii() and chosen["year"].isdecimal():
        rows = rows.filter(period_start__year=int(chosen["year"]))
    if chosen["kind"] == "company":
        rows = rows.filter(team=None, rep=None, segment=None, function=None)
    elif chosen["kind"] == "team":
        rows = rows.filter(rep=None).exclude(team=None)
    elif chosen["kind"] in KINDS:
        rows = rows.exclude(**{chosen["kind"]: None})
    scope = [F(name).asc(nulls_first=True) for name in ("team", "rep__name", "segment", "function")]
    return rows.order_by("-period_start", "metric", *scope, "pk"), chosen


def _row(target: Target, company: Company, beaten: set[int]) -> Row:
    metric = METRICS.get(target.metric)
    unit = str(metric.unit if metric else Unit.MONEY)
    value = to_decimal(target.amount)
    by_hand = target.source.name == OWN
    where = target.batch.file.name if target.batch else target.source.name
    money = unit == "money"
    return Row(
        pk=target.pk, metric=_label(target.metric), period=_period(target, company.calendar), scope=_scope(target),
        amount=show.money_exact(value, target.currency or company.currency) if money
        else show.value(value, unit, company.currency),
        typed=money_text(target.amount * 100 if is_rate(target.metric) else target.amount),
        unit="%" if is_rate(target.metric) else target.currency or company.currency if money else unit,
        origin="set here" if by_hand else f"{where}, line {target.line}" if target.line else where,
        by_hand=by_hand, overridden=target.pk in beaten,
    )  # fmt: skip


def _label(key: str) -> str:
    return METRICS[key].label if key in METRICS else key.replace("_", " ").capitalize()


def _scope(target: Target) -> str:
    parts = [target.team, str(target.rep) if target.rep else target.rep_ref, target.segment, target.function]
    return ", ".join(part for part in parts if part) or "Company"


def _period(target: Target, calendar: Calendar) -> str:
    """Its name where it is a period of the calendar, else its days."""
    for grain in (Grain.YEAR, Grain.QUARTER, Grain.MONTH, Grain.WEEK):
        period = calendar.period(grain, target.period_start)
        if (period.start, period.end) == (target.period_start, target.period_end):
            return name_of(period, calendar)
    return show.span(target.period_start, target.period_end - timedelta(days=1))
