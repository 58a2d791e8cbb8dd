"""Who may see imports and who may make them. Everybody else is told that there is nothing here."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from core.models import User


def reader(request: HttpRequest) -> User:
    """The person, if they see the whole company. Raises Http404."""
    if isinstance(request.user, User) and request.user.sees_everything:
        return request.user
    raise Http404("imports are for those who see the whole company")


def importer(request: HttpRequest) -> User:
    """The person, if they may import. Raises Http404."""
    if isinstance(request.user, User) and request.user.may_import:
        return request.user
    raise Http404("imports are made by operators")
