"""What the phone's page offers to tap: reps, topics, deals and the commitments that are still open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Case, F, Max, Q, When

from coaching.models import CoachingSession, Commitment, Topic
from core.models import User
from revenue.models import Deal, Rep

RECENT_REPS = 6
RECENT_TOPICS = 6
DEALS_PER_REP = 6


@dataclass(frozen=True)
class Details:
    """What belongs to one rep: open deals, soonest to close first, and commitments made with this manager."""

    rep: Rep
    deals: list[Deal] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)


def details(user: User, reps: Collection[Rep], also: int = 0) -> list[Details]:
    """Deals and open commitments of these reps, in two queries. The deal `also` is there even if it is closed."""
    found = {rep.pk: Details(rep) for rep in reps}
    deals = Deal.objects.visible_to(user).filter(owner_id__in=found, implied=False)
    deals = deals.filter(Q(pk=also) | ~Q(is_closed=True) | Q(is_closed=None))
    wanted = Case(When(pk=also, then=0), default=1)
    for deal in deals.order_by(wanted, F("close_on").asc(nulls_last=True), "pk").only("pk", "name", "key", "owner_id"):
        of = found[deal.owner_id or 0].deals
        if len(of) < DEALS_PER_REP:
            of.append(deal)
    for promise in Commitment.objects.visible_to(user).open().filter(rep_id__in=found).order_by("due_on", "pk"):
        found[promise.rep_id].commitments.append(promise)
    return list(found.values())


def topics(user: User) -> list[str]:
    """Topics to tap: those this person practised last, then the company's own."""
    given = CoachingSession.objects.given_by(user).exclude(topic=None)
    recent = given.values("topic").annotate(last=Max("held_on")).order_by("-last", "topic")
    names = [str(row["topic"]) for row in recent[:RECENT_TOPICS]]
    return list(dict.fromkeys([*names, *Topic.objects.values_list("name", flat=True)[:RECENT_TOPICS]]))[:RECENT_TOPICS]
