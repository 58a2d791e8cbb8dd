"""A revenue line's five answers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core import show
from core.models import Company
from metrics.definitions.quality_policy import TESTS, Threshold
from metrics.models import GeneralPolicy
from metrics.policy.answers import Against, Answers, answers
from revenue.models import RevenueLine
from scoreboard.policy import words
from scoreboard.policy.access import for_everyone, person

RESULTS = {True: ("passed", "good", "check"), False: ("failed", "bad", "cross"), None: ("not decided", "", "clock")}
TITLES = {"quality": "This is revenue we would want again", "unknown": "It cannot be judged yet"}


@dataclass(frozen=True)
class Shown:
    """One test with its result and the numbers behind it."""

    label: str
    result: str
    tone: str
    icon: str
    why: str
    counts: bool


@for_everyone
@require_GET
def line(request: HttpRequest, id: int) -> HttpResponse:
    """The answers of one line, for whoever may see it."""
    row = get_object_or_404(RevenueLine.objects.visible_to(person(request)).select_related("account"), pk=id)
    found = answers(row.pk, row.account_id)
    context: dict[str, object] = {"here": "quality", "row": row}
    if found is not None:
        currency, months = Company.current().currency, GeneralPolicy.current().early_churn_months
        texts = _texts(found, currency, months)
        context |= {
            "found": found, "title": _title(found), "net": show.money_exact(found.net, currency),
            "tests": [_shown(found, test, texts[test]) for test in TESTS], "since": words.since(found.policy.since),
        }  # fmt: skip
    return render(request, "policy/line.html", context)


def _title(found: Answers) -> str:
    """Every test that it fails, where the split by reason counts it under the first alone."""
    if not found.failed:
        return TITLES[found.outcome]
    *others, last = ["its route" if test == "route" else test for test in found.failed]
    return f"It fails on {', '.join(others)} and {last}" if others else f"It fails on {last}"


def _shown(found: Answers, test: str, why: str) -> Shown:
    result, tone, icon = RESULTS[found.marks[test]]
    return Shown(words.LABELS[test], result, tone, icon, why, test in found.policy.tests)


def _texts(found: Answers, currency: str, months: int) -> dict[str, str]:
    cost, listed = show.money_exact(found.cost, currency), show.money_exact(found.listed, currency)
    net = show.money_exact(found.net, currency)
    return {
        "margin": _against(found.margin, "margin", f"net {net} less cost {cost}", "floor", found.cost is None, "cost"),
        "price": _against(
            found.price, "discount", f"list {listed}, net {net}", "cap", found.listed is None, "list price"
        ),
        "route": _route(found),
        "fit": _fit(found),
        "durability": _stay(found, months),
    }


def _against(against: Against, what: str, parts: str, limit: str, missing: bool, needed: str) -> str:
    if missing:
        return f"The {needed} of this line is not known."
    if against.share is None:
        return f"There is no {what} on nothing: {parts}."
    share = show.rate(_decimal(against.share))
    if against.limit is None:
        return f"{what.capitalize()} {share} ({parts}), but no {limit} is set for it."
    return f"{what.capitalize()} {share} ({parts}) against a {limit} of {_limit(against.limit)}."


def _limit(limit: Threshold) -> str:
    scope = words.scope(limit)
    return words.percent(limit.value) + (f" for {scope}" if scope else "")


def _route(found: Answers) -> str:
    if found.route is None:
        return "The route is not known."
    grey = found.route.lower() in {name.lower() for name in found.policy.grey_routes}
    return f"It came through {found.route}, which is {'' if grey else 'not '}on the grey list."


def _fit(found: Answers) -> str:
    fit, said = found.fit, []
    if found.policy.strategic_segments:
        said.append(
            f"segment {fit.segment}, {'' if fit.strategic_segment else 'not '}strategic"
            if fit.segment
            else "segment not known"
        )
    if fit.marked_strategic is not None:
        said.append(f"account {'' if fit.marked_strategic else 'not '}marked strategic")
    hit, known = fit.icp
    if known:
        line = words.percent(found.policy.fit_line)
        said.append(f"ideal-customer fit {show.rate(Decimal(hit) / Decimal(known), 0)} against {line}")
    text = "; ".join(said) or "Neither segment, mark nor any attribute of the ideal customer is known"
    return f"{text[0].upper()}{text[1:]}."


def _stay(found: Answers, months: int) -> str:
    first, until = found.stay.first, found.stay.until
    if first is None or until is None:
        return "The customer has no revenue with a date yet."
    begun = f"First revenue on {show.day(first)}"
    worth, cost = found.stay.worth, found.stay.cost
    if found.marks["durability"] is not None and worth is not None and cost:
        times = show.fixed(worth / cost, 1)
        wanted = show.fixed(Decimal(found.policy.clv_multiple).scaleb(-4), 1)
        return (
            f"{begun}: until {show.day(until)} the expected lifetime value decides; it is {times} times what a new "
            f"customer costs, against {wanted}."
        )
    if found.marks["durability"] is None:
        return f"{begun}: whether they stay {months} months is known on {show.day(until)}."
    kept = "still active" if found.marks["durability"] else "no longer active"
    return f"{begun}; {months} months on, on {show.day(until)}, the customer was {kept}."


def _decimal(share: Fraction) -> Decimal:
    return Decimal(share.numerator) / Decimal(share.denominator)
