"""The joint bonus: the plan, what it pays now, and a what-if that both leaders can play with by address alone."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core import show
from core.models import Company
from core.periods import Grain, Period
from metrics.definitions.bonus import GATES, BonusPlan, joint_bonus
from metrics.models import GeneralPolicy
from metrics.policy.actions import set_general_policy
from metrics.policy.checks import Refused
from metrics.policy.stored import bonus_from_json
from metrics.published import Values
from metrics.published import read as read_values
from scoreboard.policy.access import for_changers, person
from scoreboard.policy.bonus_chart import Curve, drawn
from scoreboard.policy.bonus_form import form_of, is_sent, plan_of, read, share
from scoreboard.reading import METRICS
from scoreboard.views.download import csv_response
from scoreboard.views_of_time import name_of

JOINT = "joint_attainment"


@dataclass(frozen=True)
class Gate:
    """One function's gate beside what it asks for."""

    function: str
    metric: str
    least: str
    value: str
    open: bool


@dataclass(frozen=True)
class Shown:
    """What a plan pays at one attainment."""

    attainment: str
    share: str
    amounts: tuple[tuple[str, str], ...]
    reason: str
    tried: bool


@for_changers
@require_http_methods(["GET", "POST"])
def bonus(request: HttpRequest) -> HttpResponse:
    """GET tries the plan in the address, or shows the kept one; POST keeps it."""
    company, kept = Company.current(), bonus_from_json(GeneralPolicy.current().bonus)
    data = request.POST if request.method == "POST" else request.GET
    form, plan = (read(data) if is_sent(data) else form_of(kept)), kept
    tried: Decimal | None = None
    try:
        plan = plan_of(form)
        tried = share(form.what_if, "what_if") if form.what_if else None
        if tried is not None and not 0 <= tried <= 10:
            raise Refused("Try an attainment between 0 and 1,000 %.", "what_if")
        if request.method == "POST":
            set_general_policy(actor=person(request), why=request.POST.get("why", ""), bonus=plan)
            messages.success(request, "Kept. The bonus is being computed anew.")
            return redirect("scoreboard:policy:bonus")
    except Refused as error:
        form = form.refused(error)
    period = company.calendar.period(plan.grain, company.today())
    values = read_values(person(request), (JOINT, *GATES), grains=(plan.grain,), since=period.start, until=period.end)
    now = _value(values, JOINT, plan.grain, period)
    at_all: list[Decimal | None] = [at for at in dict.fromkeys((now, tried)) if at is not None]
    found = [_shown(plan, values, period, at, company.currency, all_open=form.open) for at in at_all or [None]]
    curve: Curve | None = drawn(plan, now, tried) if plan.curve else None
    if curve and request.GET.get("csv") == "curve":
        return csv_response("bonus-curve", [["attainment", "payout"], *map(list, curve.rows)], request)
    context = {
        "here": "bonus", "form": form, "plan": plan, "is_kept": plan == kept and bool(kept.pool),
        "period": name_of(period, company.calendar), "curve": curve, "gates": _gates(plan, values, period, form.open),
        "shown": found, "currency": company.currency,
        "metrics": [(key, METRICS[key].label) for key in GATES],
        "why": request.POST.get("why", ""), "kept_fields": parse_qsl(form.query, keep_blank_values=True),
    }  # fmt: skip
    return render(request, "policy/bonus.html", context, status=400 if form.errors else 200)


def _value(values: Values, metric: str, grain: Grain, period: Period) -> Decimal | None:
    number = values.get(metric, grain, period.start)
    return number.value if number else None


def _gates(plan: BonusPlan, values: Values, period: Period, all_open: bool) -> list[Gate]:
    found = []
    for function, (metric, least) in sorted(plan.gates.items()):
        value = _value(values, metric, plan.grain, period)
        is_open = all_open or (value is not None and value >= least)
        found.append(
            Gate(function, METRICS[metric].label, show.rate(least, 0), show.rate(value) if value is not None else
                 show.NONE, is_open)
        )  # fmt: skip
    return found


def _shown(
    plan: BonusPlan, values: Values, period: Period, at: Decimal | None, currency: str, *, all_open: bool
) -> Shown:
    """What the plan pays at this attainment; None: there is no joint target."""
    now = _value(values, JOINT, plan.grain, period)
    gates = {
        metric: least if all_open else _value(values, metric, plan.grain, period)
        for metric, least in plan.gates.values()
    }
    paid = joint_bonus(plan, at, gates)
    amounts = tuple((name.capitalize(), show.money_exact(amount, currency)) for name, amount in paid.amounts.items())
    return Shown(
        show.rate(at) if at is not None else show.NONE, show.rate(paid.share), amounts,
        _reason(paid.reason), at is not None and at != now,
    )  # fmt: skip


def _reason(reason: str) -> str:
    """The reason in a sentence, with the names of metrics as people know them."""
    for key in GATES:
        reason = reason.replace(f" {key} ", f" {METRICS[key].label.lower()} ")
    return f"{reason[0].upper()}{reason[1:]}." if reason else ""
