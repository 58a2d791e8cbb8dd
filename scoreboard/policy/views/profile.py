"""The ideal customer: by hand or proposed from the best, with lifts, and whether fit foretold who stays."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core import show
from metrics.models import GeneralPolicy
from metrics.policy.actions import set_general_policy
from metrics.policy.checks import Refused
from metrics.policy.profiling import BackTest, Tried, base, proposed, tried
from metrics.policy.stored import profile_from_json
from scoreboard.policy.access import changes_by_changers, may_change, person
from scoreboard.policy.profile_form import NAMES, form_of, profile_of, read, words_of
from scoreboard.views.download import csv_response


@dataclass(frozen=True)
class LiftRow:
    """One attribute written for people."""

    name: str
    what: str
    weight: int
    best: str
    all: str
    lift: str
    tone: str
    known: str


@dataclass(frozen=True)
class BandRow:
    """One band of the back-test."""

    name: str
    customers: int
    retention: str
    width: str


@dataclass(frozen=True)
class Preview:
    """What a profile says of the customers there are."""

    title: str
    interval: str
    customers: int
    best: int
    lifts: tuple[LiftRow, ...]
    bands: tuple[BandRow, ...]


@changes_by_changers
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """GET shows the profile; POST proposes (`do=propose`), previews, or keeps it with `do=save`."""
    kept = profile_from_json(GeneralPolicy.current().profile)
    form, preview = form_of(kept), None
    if request.method == "POST":
        do = request.POST.get("do")
        form = read(request.POST)
        try:
            if do == "save":
                set_general_policy(actor=person(request), why=form.why, profile=profile_of(form))
                messages.success(request, "Kept. All numbers that ask for fit are being computed anew.")
                return redirect("scoreboard:policy:profile")
            found = base()
            if do == "propose":
                form = form_of(proposed(found))
            preview = _written(tried(found, profile_of(form)))
        except Refused as error:
            form = form.refused(error)
    attributes = [(NAMES[each.name], words_of(each), each.weight) for each in kept.attributes]
    if request.GET.get("csv") == "profile":
        head = ["Attribute", "Wanted", "Weight"]
        return csv_response("ideal-customer", [head, *([name, what, str(n)] for name, what, n in attributes)], request)
    context = {
        "here": "profile", "form": form, "preview": preview, "may_change": may_change(person(request)),
        "names": NAMES, "proposed": request.POST.get("do") == "propose",
        "kept": attributes,
    }  # fmt: skip
    return render(request, "policy/profile.html", context, status=400 if form.errors else 200)


def _written(found: Tried) -> Preview:
    rows = []
    for each in found.lifts:
        what = words_of(each.attribute)
        tone = "" if each.lift is None else "good" if each.lift > 1 else "bad" if each.lift < 1 else ""
        rows.append(
            LiftRow(
                NAMES[each.attribute.name], what, each.attribute.weight, _rate(each.best), _rate(each.all),
                f"× {each.lift:.1f}" if each.lift is not None else show.NONE, tone, f"{each.known:,}",
            )
        )  # fmt: skip
    bands = tuple(
        BandRow(b.name, b.customers, _rate(b.retention), f"{100 * (b.retention or 0):.1f}")
        for b in found.back_test.bands
    )
    title, interval = _finding(found.back_test)
    return Preview(title, interval, found.customers, found.best, tuple(rows), bands)


def _rate(value: float | None) -> str:
    return show.NONE if value is None else show.rate(Decimal(repr(value)), 0)


def _finding(test: BackTest) -> tuple[str, str]:
    if test.difference is None or test.low is None or test.high is None:
        return "There are too few customers old enough to say whether fit foretold staying", ""
    interval = f"95 % interval {_points(test.low)} to {_points(test.high)}"
    if test.low > 0:
        return f"Customers who fit were kept {_points(test.difference)} more often than those who did not", interval
    if test.high < 0:
        return f"Customers who fit were kept {_points(-test.difference)} less often: this profile misleads", interval
    return "Fit did not foretell who stays: the difference may be chance", interval


def _points(value: float) -> str:
    return show.points(Decimal(repr(value)))
