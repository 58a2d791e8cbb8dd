"""The form that sets a target, read into what `metrics.targets` takes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from django.http import QueryDict

from core.models import Company, User
from core.money import to_units
from core.periods import Period
from metrics.definitions.base import Unit
from metrics.policy.checks import Refused
from metrics.targets import Scope
from revenue.models import Rep
from scoreboard.reading import METRICS
from scoreboard.views_of_time import parse

HOW = {"whole": "As one target", "evenly": "Evenly over its months", "seasonal": "Over its months as last year went"}


@dataclass(frozen=True)
class Form:
    """Every field as text, so that what was typed stands there again."""

    metric: str = "net_revenue"
    period: str = ""
    amount: str = ""
    team: str = ""
    rep: str = ""
    segment: str = ""
    function: str = ""
    how: str = "whole"
    errors: dict[str, str] = field(default_factory=dict)

    def refused(self, error: Refused) -> Form:
        """The form with the refusal at its field."""
        return replace(self, errors={error.field or "form": str(error)})


@dataclass(frozen=True)
class Wanted:
    """What the form asks for."""

    metric: str
    period: Period
    amount: int
    scope: Scope
    how: str


def read(data: QueryDict) -> Form:
    """The form as it was sent."""

    def given(name: str) -> str:
        return data.get(name, "").strip()

    how = given("how")
    return Form(
        metric=given("metric"), period=given("period"), amount=given("amount"), team=given("team"), rep=given("rep"),
        segment=given("segment"), function=given("function"), how=how if how in HOW else "whole",
    )  # fmt: skip


def wanted(form: Form, user: User) -> Wanted:
    """Raises Refused with the field for what cannot be read."""
    company = Company.current()
    if not form.period:
        raise Refused("Which period? Write 2027, 2027Q1 or 2027-03.", "period")
    try:
        period = parse(form.period, company.calendar, company.today()).period
    except ValueError as error:
        raise Refused(str(error), "period") from None
    return Wanted(form.metric, period, amount_of(form.metric, form.amount), _scope(form, user), form.how)


def is_rate(metric: str) -> bool:
    """Whether the metric's targets are typed in percent."""
    known = METRICS.get(metric)
    return known is not None and known.unit is Unit.RATE


def amount_of(metric: str, text: str) -> int:
    """Ten-thousandths of the metric's unit; a rate is typed in percent. Raises Refused."""
    plain = text.replace(",", "").replace("%", "").replace("\u202f", "").replace(" ", "")
    try:
        value = Decimal(plain)
        return to_units(value / 100 if is_rate(metric) else value)
    except (InvalidOperation, ValueError):
        raise Refused(f"“{text[:30]}” is not an amount." if text else "How much?", "amount") from None


def _scope(form: Form, user: User) -> Scope:
    rep = None
    if form.rep:
        known = form.rep.isascii() and form.rep.isdecimal() and len(form.rep) < 19
        rep = Rep.objects.visible_to(user).filter(pk=int(form.rep)).first() if known else None
        if rep is None:
            raise Refused("That rep is not there any more.", "rep")
    return Scope(form.team or None, rep, form.segment or None, form.function or None)
