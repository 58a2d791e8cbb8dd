"""Keeping a view under a name, sharing it, and letting go of it. Each with its audit row."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db import transaction
from django.urls import Resolver404, resolve

from core.audit import record
from core.models import User
from metrics.policy.checks import Refused
from scoreboard.models.views import SavedView

LONGEST_NAME, LONGEST_ADDRESS, MOST = 80, 2000, 200


@transaction.atomic
def save_view(*, actor: User, name: str, address: str, shared: bool) -> SavedView:
    """Keeps the address; the same name again means the new address. Raises Refused with the field."""
    name, address = " ".join(name.split()), local(address)
    if not name:
        raise Refused("Give the view a name.", "name")
    if len(name) > LONGEST_NAME:
        raise Refused(f"The name is longer than {LONGEST_NAME} letters.", "name")
    known = SavedView.objects.select_for_update().filter(owner=actor, name__iexact=name).first()
    if known is None and SavedView.objects.filter(owner=actor).count() >= MOST:
        raise Refused(f"You have {MOST} views: let go of one first.", "name")
    view = known or SavedView(owner=actor)
    view.name, view.address, view.shared = name, address, shared
    view.save()
    record(verb="saved a view", actor=actor, target=view, name=name, address=address, shared=shared)
    return view


@transaction.atomic
def drop_view(*, actor: User, view: SavedView) -> None:
    """Lets go of one's own view."""
    record(verb="dropped a view", actor=actor, target=view, name=view.name)
    view.delete()


def local(address: str) -> str:
    """Path and query of a page here. Raises Refused for anything else: a saved view leads nowhere else."""
    parts = urlsplit(address.strip())
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or address.strip().startswith("//"):
        raise Refused("A view is a page of this scoreboard: its address begins with one slash.", "address")
    if len(address) > LONGEST_ADDRESS:
        raise Refused(f"The address is longer than {LONGEST_ADDRESS} letters: take out a filter.", "address")
    try:
        resolve(parts.path)
    except Resolver404:
        raise Refused("There is no such page here.", "address") from None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
