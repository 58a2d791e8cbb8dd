"""The rules that Assay suggests: few, each with its reason, for the person who answers for the number."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from core import show
from core.audit import record
from core.models import Company, Role, User
from metrics.policy import quality_floor
from scoreboard.alerts.actions import Draft, save_rule
from scoreboard.alerts.evaluate import evaluate
from scoreboard.models import AlertRule
from scoreboard.models.alerts import Kind, Side


@dataclass(frozen=True)
class Suggestion:
    """A rule, why it is worth having, and whose it is: the first of these roles that somebody has."""

    draft: Draft
    why: str
    roles: tuple[Role, ...]


CEO, SALES, MARKETING, OPERATOR = Role.CEO, Role.SALES_LEADER, Role.MARKETING_LEADER, Role.OPERATOR
BELOW, EITHER = str(Side.BELOW), str(Side.EITHER)
SUGGESTED = (
    Suggestion(
        Draft("Net revenue leaves its usual range", str(Kind.TREND), "net_revenue", "week", side=EITHER),
        "A week beyond the process limits is a signal, good or bad; weeks inside them are noise and stay quiet.",
        (CEO, SALES),
    ),
    Suggestion(
        Draft("The quarter falls behind plan", str(Kind.GOAL), "attainment", "quarter", level=Decimal("0.95")),
        "More than 5 % behind the plan to date, once a quarter of the quarter has gone by.",
        (CEO, SALES),
    ),
    Suggestion(
        Draft("Gross margin leaves its usual range", str(Kind.TREND), "gross_margin", "month", side=EITHER),
        "Margin moves before anybody decides that it should.",
        (CEO, SALES),
    ),
    Suggestion(
        Draft("A team wins far less or far more than its peers", str(Kind.PEER), "win_rate", "quarter", "team",
              side=EITHER, min_n=20),
        "Beyond what so many deals explain by chance: something to learn from, or to help with.",
        (SALES, CEO),
    ),
    Suggestion(
        Draft("Coaching drops out of its usual range", str(Kind.TREND), "coaching_hours_per_rep_week", "week",
              side=EITHER),
        "Coaching is the lead measure that slips first when a quarter gets tight.",
        (SALES, CEO),
    ),
    Suggestion(
        Draft("Discounts leave their usual range", str(Kind.TREND), "discount_depth", "month", side=EITHER),
        "Deeper discounts buy this quarter with the next one's price.",
        (MARKETING, SALES, CEO),
    ),
    Suggestion(
        Draft("A source has gone silent", str(Kind.STALE), level=Decimal(8)),
        "Nothing imported for more than eight days: the numbers are getting old without saying so.",
        (OPERATOR,),
    ),
)  # fmt: skip


def suggestions() -> tuple[Suggestion, ...]:
    """The suggested rules; where a quality policy has a floor, also that revenue keeps to it."""
    floor = quality_floor(Company.current().today())
    if floor is None:
        return SUGGESTED
    draft = Draft("Good revenue falls under its floor", str(Kind.THRESHOLD), "quality_share", "month", level=floor)
    why = f"The policy asks that {show.rate(floor, 0)} of revenue be revenue you would want again."
    return (SUGGESTED[0], Suggestion(draft, why, (CEO, SALES)), *SUGGESTED[1:])


@transaction.atomic
def use_suggested(*, actor: User | None = None, by: str = "") -> int:
    """Keeps the suggested rules that are not there yet, by name, and looks at them; returns how many were kept.

    Each is owned by the person of its role; where nobody has it, by the actor, or else by any operator.
    """
    known = set(AlertRule.objects.values_list("name", flat=True))
    made = []
    for suggestion in suggestions():
        owner = _owner(suggestion.roles) or actor or _owner((OPERATOR, CEO, SALES, MARKETING))
        if suggestion.draft.name not in known and owner is not None:
            made.append(save_rule(draft=suggestion.draft, owner=owner, actor=actor or owner))
    record(verb="used the suggested alert rules", actor=actor, by=by, rules=[rule.name for rule in made])
    evaluate(rules=made)
    return len(made)


def _owner(roles: tuple[Role, ...]) -> User | None:
    people = {p.role: p for p in User.objects.filter(role__in=roles, is_active=True).order_by("-pk")}
    return next((people[role] for role in roles if role in people), None)
