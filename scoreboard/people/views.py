"""The page of a rep, and the page of an account."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.lookups import IsNull
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.access import for_everyone, person
from core.kept_pages import kept_page
from core.models import User
from core.periods import Grain
from metrics.models import GeneralPolicy
from metrics.published import read
from revenue.models import Account, Deal, Rep, RevenueLine, Subscription, Ticket
from scoreboard.pages.build import tiles
from scoreboard.pages.shape import Group, Part
from scoreboard.people import account as accounts
from scoreboard.people import lists
from scoreboard.people import rep as reps
from scoreboard.provenance import foot
from scoreboard.reading import Setting, setting_of
from scoreboard.views.download import chart_download

TILES = ("net_revenue", "gross_margin", "discount_depth", "quality_share", "mrr")


@for_everyone
@require_GET
def rep_by_name(request: HttpRequest) -> HttpResponse:
    """`/reps/?name=Alice Rep`: to the page of the rep whom metrics call so. Raises Http404 for nobody in scope."""
    name = request.GET.get("name", "")
    found = Rep.objects.visible_to(person(request))
    rep = (
        found.filter(name=name).order_by("pk").first() or found.filter(key=name.rpartition("(")[2].rstrip(")")).first()
    )
    if rep is None:
        raise Http404("there is no such rep")
    period = request.GET.get("period", "")
    address = reverse("scoreboard:rep", args=[rep.pk])
    return redirect(f"{address}?{urlencode({'period': period})}" if period else address)


@for_everyone
@require_GET
@kept_page
def rep(request: HttpRequest, id: int) -> HttpResponse:
    """One rep: results, pipeline and coaching, beside the team where that is fair."""
    user = person(request)
    row = get_object_or_404(Rep.objects.visible_to(user).annotate(mates=_mates(user)), pk=id)
    setting = setting_of(request)
    if setting is None:
        return render(request, "scoreboard/nothing_yet.html", {})
    name = row.name or row.key
    team: list[str | None] = row.mates  # type: ignore[attr-defined] # annotated above
    mates = [] if row.user_id == user.pk and not user.may_coach else [each for each in team if each]
    values, past = reps.read_rep(setting, setting.view.period, name)
    deals = Deal.objects.visible_to(user).filter(owner=row)
    still_open, closed = lists.deals(deals, with_account=True)
    groups = _groups(
        [
            [
                reps.numbers(values, setting, name, mates, reps.RESULTS, "What was won", "results"),
                reps.numbers(values, setting, name, mates, reps.QUALITY, "How good it is", "quality"),
                reps.numbers(values, setting, name, mates, reps.PIPELINE, "The pipeline", "pipeline"),
                reps.numbers(values, setting, name, mates, reps.COACHING, "The coaching behind it", "coaching"),
            ],
            list(reps.charts(past, setting)),
            [reps.year(values, setting, name, mates)],
            [reps.sessions(setting, row), reps.training(setting, row)],
            [still_open],
            [closed],
            [lists.lines(RevenueLine.objects.visible_to(user).filter(owner=row), with_account=True)],
        ]
    )
    context = {"rep": row, "name": name, "mates": len(mates) - 1 if mates else 0}
    return _page(request, "people/rep.html", setting, groups, context)


def _mates(user: User) -> ArraySubquery:
    """With a rep, the names of the team; of everybody without a team where the rep has none."""
    no_team = Q(IsNull(OuterRef("team"), True), team=None)
    return ArraySubquery(Rep.objects.visible_to(user).filter(Q(team=OuterRef("team")) | no_team).values("name"))


@for_everyone
@require_GET
@kept_page
def account(request: HttpRequest, id: int) -> HttpResponse:
    """One account: what it brings, who sold it, whether it fits and whether it will stay."""
    user = person(request)
    row = get_object_or_404(Account.objects.visible_to(user).select_related("owner", "parent", "source"), pk=id)
    setting = setting_of(request)
    if setting is None:
        return render(request, "scoreboard/nothing_yet.html", {})
    picture = accounts.picture(setting, row.pk)
    subscriptions = list(lists.latest_to_end(Subscription.objects.visible_to(user).filter(account=row)))
    today = setting.run.as_of
    running = sum(1 for s in subscriptions if s.starts_on <= today and (s.ends_on is None or s.ends_on > today))
    policy = GeneralPolicy.current()
    window = policy.activity_window_days, policy.activity_window_gaps
    said, tone = accounts.stays(picture.standing, window=window, running=running)
    still_open, closed = lists.deals(Deal.objects.visible_to(user).filter(account=row), with_account=False)
    alive = read(user, ["p_alive"], grains=[Grain.ALL], dims=["segment"], run=setting.run)
    peers = alive.get("p_alive", Grain.ALL, None, of=("segment", row.segment or "")) if user.sees_everything else None
    groups = _groups(
        [
            list(accounts.charts(picture.values, setting)),
            [lists.subscriptions(subscriptions, today)],
            [still_open],
            [closed],
            [lists.lines(RevenueLine.objects.visible_to(user).filter(account=row), with_account=False)],
            [lists.tickets(Ticket.objects.visible_to(user).filter(account=row))],
        ]
    )
    context = {
        "account": row, "standing": picture.standing, "said": said, "tone": tone, "peers": peers,
        "tiles": tiles(picture.values, setting, TILES),
    }  # fmt: skip
    return _page(request, "people/account.html", setting, groups, context)


def _groups(parts: list[list[Part | None]]) -> list[Group]:
    made = [Group(tuple(p for p in group if p is not None)) for group in parts]
    return [group for group in made if group.parts]


def _page(
    request: HttpRequest, template: str, setting: Setting, groups: list[Group], context: dict[str, object]
) -> HttpResponse:
    if "csv" in request.GET:
        return chart_download(request, [part for group in groups for part in group.parts])
    context |= {
        "setting": setting, "view": setting.view, "groups": groups,
        "foot": foot(setting.run, files=setting.user.sees_everything),
    }  # fmt: skip
    return render(request, template, context)
