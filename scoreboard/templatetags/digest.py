"""For the account page: whether one gets the Monday digest, and the content ids of its pictures."""

from __future__ import annotations

from django import template
from django.http import HttpRequest

from coaching.mail import configured
from core.models import User
from scoreboard.digest.send import may_have, wants

register = template.Library()


@register.simple_tag(takes_context=True)
def digest_choice(context: template.Context) -> dict[str, bool] | None:
    """`{"wanted", "configured"}`; None for those for whom there is no digest."""
    request: HttpRequest = context["request"]
    user = request.user
    if not isinstance(user, User) or not may_have(user):
        return None
    return {"wanted": wants(user), "configured": configured()}


@register.filter
def named(pictures: dict[str, object], name: str) -> object:
    """The picture of that name, by the first word of a group's name; None if there is none."""
    return pictures.get(name.split()[0].lower()) if name else None
