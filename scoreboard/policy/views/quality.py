"""The quality policy: in words, its versions, and a draft that shows what it would do before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core import show
from core.models import Company
from metrics.models import GeneralPolicy
from metrics.policy import Version, in_force, versions
from metrics.policy.actions import set_quality_policy
from metrics.policy.checks import Refused, quality_policy
from metrics.policy.preview import preview
from scoreboard.policy import words
from scoreboard.policy.access import changes_by_changers, may_change, person
from scoreboard.policy.drafts import Form, draft_of, form_of, known, read, refused
from scoreboard.policy.scored import written
from scoreboard.views.download import csv_response


@dataclass(frozen=True)
class Shown:
    """A version as the list shows it."""

    number: int
    span: str
    state: str
    tone: str
    floor: str
    sentences: list[words.Sentence]
    why: str
    by: str
    at: Any
    restates: bool


HEAD = ["Version", "In force", "State", "Test", "Asks", "Floor", "Why", "By", "At"]


@changes_by_changers
@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """GET shows the policy; POST previews a draft, or saves it with `do=save`."""
    company, every = Company.current(), versions()
    current = in_force(every, company.today())
    form, seen = form_of(current, company.today()), None
    if request.method == "POST":
        form = read(request.POST)
        try:
            draft, floor = draft_of(form)
            if request.POST.get("do") == "save":
                row = set_quality_policy(actor=person(request), draft=draft, floor=floor, why=form.why)
                messages.success(request, f"Version {row.number} is kept. All numbers are being computed anew.")
                return redirect("scoreboard:policy:quality")
            quality_policy(draft, int(floor * 10_000), company.today())
            seen = written(preview(draft), floor, company.calendar, company.currency)
        except Refused as error:
            form = refused(form, error)
    context = _context(request, company, every, current) | {"form": form, "preview": seen}
    if request.GET.get("csv") == "versions":
        return csv_response("quality-policy-versions", [HEAD, *_file(context["versions"])], request)
    if may_change(person(request)):
        context["known"] = known(form)
        context["replaced"] = _replaced(every, form)
    return render(request, "policy/quality.html", context, status=400 if form.errors else 200)


def _file(shown: list[Shown]) -> list[list[str]]:
    """A row for each version and test."""
    return [
        [
            str(v.number), v.span, v.state, s.label, s.text if s.counts else "not asked", v.floor, v.why, v.by,
            v.at.isoformat() if v.at else "",
        ]
        for v in shown
        for s in v.sentences
    ]  # fmt: skip


def _context(request: HttpRequest, company: Company, every: list[Version], current: Version) -> dict[str, Any]:
    months = GeneralPolicy.current().early_churn_months
    shown = [_shown(version, current, company, months) for version in reversed(every)]
    return {
        "here": "quality", "next_number": every[-1].number + 1, "may_change": may_change(person(request)),
        "versions": shown,
        "current": next(v for v in shown if v.number == current.number), "labels": words.LABELS,
    }  # fmt: skip


def _shown(version: Version, current: Version, company: Company, months: int) -> Shown:
    row, policy = version.row, version.policy
    until = f" until {show.day(version.until)}" if version.until else ""
    if version.replaced_by is not None:
        state, tone = f"replaced by {version.replaced_by}", ""
    elif version.number == current.number:
        state, tone = "in force", "good"
    else:
        state, tone = ("begins later", "warn") if policy.since > company.today() else ("kept for its days", "")
    return Shown(
        number=version.number, span=words.since(policy.since) + until, state=state, tone=tone,
        floor=show.rate(version.floor, 0) if version.floor is not None else "",
        sentences=words.sentences(policy, months), why=row.why if row else "The policy that Assay comes with.",
        by=row.changed_by if row else "", at=row.changed_at if row else None, restates=bool(row and row.restates),
    )  # fmt: skip


def _replaced(every: list[Version], form: Form) -> list[int]:
    """Versions of the company's own that the draft would leave nothing to judge."""
    try:
        since = draft_of(form)[0].since
    except Refused:
        return []
    return [v.number for v in every if v.row and v.replaced_by is None and v.policy.since >= since]
