"""Pages of alerts: what is open, and the rules behind it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import show
from core.access import for_everyone, person
from core.audit import record
from core.models import Company, User
from core.periods import Grain
from metrics.definitions.frames import DIMENSIONS
from scoreboard.alerts import actions, forms
from scoreboard.alerts.evaluate import evaluate
from scoreboard.alerts.suggested import suggestions, use_suggested
from scoreboard.models import Alert, AlertRule
from scoreboard.models.alerts import Kind, Side, Valence
from scoreboard.reading import METRICS
from scoreboard.views.cuts import DIM_NAMES
from scoreboard.views.download import csv_response
from scoreboard.views_of_time import code_of

PAGE = 50
LEVELS = {Kind.THRESHOLD: "Limit", Kind.GOAL: "Share of plan, in percent", Kind.STALE: "Days"}


@dataclass(frozen=True)
class Shown:
    """An alert as the list shows it. `href` opens what it is about; `state` is its state in a word.

    `news`: how it stands now says more than its title, which keeps what was found when it was raised.
    """

    alert: Alert
    href: str
    state: str
    tone: str
    news: bool


@for_everyone
@require_GET
def alerts(request: HttpRequest) -> HttpResponse:
    """What is open, bad news first; `?show=over` what is over or closed, `?whose=mine` one's own alone."""
    user, over = person(request), request.GET.get("show") == "over"
    every = Alert.objects.visible_to(user)
    found = (every.exclude(pk__in=every.open().values("pk")) if over else every.open()).select_related(
        "rule__owner", "taken_by"
    )
    if request.GET.get("whose") == "mine":
        found = found.filter(rule__owner=user)
    found = found.order_by("-raised_at", "-pk") if over else found.order_by("valence", "-raised_at", "-pk")
    if request.GET.get("csv") == "alerts":
        return _download(request, user, [_shown(a, Company.current()) for a in found])
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    company = Company.current()
    rules = AlertRule.objects.visible_to(user).count()
    context = {
        "page": page, "alerts": [_shown(a, company) for a in page.object_list], "over": over,
        "mine": request.GET.get("whose") == "mine", "leads": user.sees_everything,
        "rules": rules, "suggested": () if rules else suggestions(),
    }  # fmt: skip
    return render(request, "alerts/list.html", context)


@for_everyone
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Says that one looks after an alert."""
    return _act(request, pk, actions.take, "You look after it now.")


@for_everyone
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Closes an alert with a word."""
    return _act(request, pk, actions.close, "Closed. It is not raised again while it holds.")


@for_everyone
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """The rules, for those who see the whole company; `?csv=rules` as a table."""
    user = _leader(request)
    found = AlertRule.objects.visible_to(user).select_related("owner")
    if request.GET.get("csv") == "rules":
        head = ["Rule", "Looks for", "What", "Owner", "State"]
        rows = [[r.name, r.get_kind_display(), words(r), str(r.owner), _state(r)] for r in found]
        return csv_response("alert-rules", [head, *rows], request)
    context = {"rules": [(rule, words(rule)) for rule in found], "suggested": suggestions(), "missing": _missing()}
    return render(request, "alerts/rules.html", context)


@for_everyone
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The editor of one rule, or of a new one."""
    user = _leader(request)
    kept = get_object_or_404(AlertRule.objects.visible_to(user), pk=pk) if pk is not None else None
    form = forms.of_rule(kept) if kept else forms.empty(user)
    if request.method == "POST":
        form = forms.read(request.POST)
        try:
            draft, owner = forms.draft_of(form)
            saved = actions.save_rule(draft=draft, owner=owner, actor=user, rule=kept)
        except actions.Refused as refused:
            form.errors[refused.field or "name"] = str(refused)
        else:
            raised = evaluate(rules=[saved])
            messages.success(request, f"Kept.{' It has something to say at once.' if raised else ''}")
            return redirect("scoreboard:alerts:rules")
    return render(request, "alerts/rule.html", _editor(form, kept), status=400 if form.errors else 200)


@for_everyone
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Deletes a rule with its alerts."""
    user = _leader(request)
    actions.delete_rule(rule=get_object_or_404(AlertRule.objects.visible_to(user), pk=pk), actor=user)
    messages.success(request, "Deleted, with its alerts.")
    return redirect("scoreboard:alerts:rules")


@for_everyone
@require_POST
def suggested(request: HttpRequest) -> HttpResponse:
    """Keeps the suggested rules that are not there yet."""
    made = use_suggested(actor=_leader(request))
    messages.success(request, f"{made} rule{'s' if made != 1 else ''} kept, each with its owner.")
    return redirect("scoreboard:alerts:list")


def words(rule: AlertRule) -> str:
    """What a rule watches, in words."""
    if rule.kind == Kind.STALE:
        return f"{rule.member or 'every source'}, after {rule.level:f} days".replace(".000000", "")
    metric = METRICS[rule.metric].label if rule.metric in METRICS else rule.metric
    part = f"{DIM_NAMES.get(rule.dim, rule.dim).lower()}s among each other" if rule.kind == Kind.PEER else rule.member
    told = {Side.BELOW: "below", Side.ABOVE: "above", Side.EITHER: "on either side"}[Side(rule.side)]
    said = [metric, f"by {rule.grain}", part, told]
    if rule.level is not None and rule.kind in (Kind.THRESHOLD, Kind.GOAL):
        percent = forms.is_percent(rule.kind, rule.metric)
        number = rule.level * 100 if percent else rule.level
        said[-1] += f" {format(number.normalize(), 'f')}{f'{show.THIN}%' if percent else ''}"
    return ", ".join(filter(None, said))


def _act(request: HttpRequest, pk: int, do: Any, said: str) -> HttpResponse:
    user = person(request)
    alert = get_object_or_404(Alert.objects.visible_to(user), pk=pk)
    try:
        do(alert=alert, actor=user, word=request.POST.get("word", ""))
        messages.success(request, said)
    except actions.Refused as refused:
        messages.error(request, str(refused))
    return redirect("scoreboard:alerts:list")


def _leader(request: HttpRequest) -> User:
    user = person(request)
    if not user.sees_everything:
        raise Http404("rules are kept by those who see the whole company")
    return user


def _editor(form: forms.Form, kept: AlertRule | None) -> dict[str, Any]:
    metrics = sorted((m for m in METRICS.values() if not m.own_dims), key=lambda m: m.label)
    return {
        "form": form, "rule": kept, "kinds": Kind.choices, "sides": Side.choices, "valences": Valence.choices,
        "metrics": metrics, "grains": [g for g in Grain if g is not Grain.ALL],
        "dims": [(d, DIM_NAMES.get(d, d)) for d in DIMENSIONS], "people": User.objects.filter(is_active=True),
    }  # fmt: skip


def _shown(alert: Alert, company: Company) -> Shown:
    if alert.closed_at:
        state, tone = "closed", ""
    elif alert.ended_at:
        state, tone = "over", ""
    else:
        state, tone = ("looked after", "warn") if alert.taken_at else ("open", "")
    news = bool(alert.ended_at) or says_more(alert.now, alert.title)
    return Shown(alert, _href(alert, company), state, tone, news)


def says_more(now: str, title: str) -> bool:
    """Whether `now` has a number or a name (a word with a digit or a capital) more than `title` has."""
    return bool(_figures(now) - _figures(title))


def _figures(words: str) -> Counter[str]:
    return Counter(w for word in words.split() if (w := word.strip(",.;:()%")) and any(map(_tells, w)))


def _tells(character: str) -> bool:
    return character.isdigit() or character.isupper()


def _href(alert: Alert, company: Company) -> str:
    rule = alert.rule
    if rule.kind == Kind.STALE:
        return reverse("revenue:imports")
    query = (
        {"period": code_of(company.calendar.period(Grain(rule.grain), alert.period), company.calendar)}
        if (alert.period)
        else {}
    )
    if alert.dim and alert.member:
        query["of"] = f"{alert.dim}:{alert.member}"
    return reverse("scoreboard:explain", args=[rule.metric]) + (f"?{urlencode(query)}" if query else "")


def _download(request: HttpRequest, user: User, shown: list[Shown]) -> HttpResponse:
    record(verb="exported alerts", actor=user)
    head = ["Alert", "Now", "News", "State", "Owner", "Word", "Raised"]
    rows = [
        [s.alert.title, s.alert.now, s.alert.valence, s.state, str(s.alert.rule.owner), s.alert.word,
         s.alert.raised_at.isoformat(timespec="minutes")]
        for s in shown
    ]  # fmt: skip
    return csv_response("alerts", [head, *rows], request)


def _state(rule: AlertRule) -> str:
    return "on" if rule.active else "off"


def _missing() -> int:
    names = [suggestion.draft.name for suggestion in suggestions()]
    return len(names) - AlertRule.objects.filter(name__in=names).count()
