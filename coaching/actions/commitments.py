"""Saying whether a commitment was kept."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from coaching import hooks
from coaching.actions import checks
from coaching.models import Commitment
from core import audit
from core.models import Company, User


@transaction.atomic
def keep_commitment(*, actor: User, commitment: Commitment, kept: bool | None, on: date | None = None) -> None:
    """Records that a commitment was kept (on the day `on`, default today) or not; None opens it again.

    The rep and the manager of its session may say so; for everybody else it is `NotYours`.
    """
    settle(actor=actor, commitment=commitment, kept=kept, on=on or Company.current().today())
    hooks.changed({"coaching_sessions"})


def settle(*, actor: User, commitment: Commitment, kept: bool | None, on: date) -> None:
    """`keep_commitment` within another act's transaction."""
    done_on = on if kept else None
    mine = Commitment.objects.visible_to(actor).filter(pk=commitment.pk).values("pk")
    if Commitment.objects.filter(pk__in=mine).update(kept=kept, done_on=done_on) != 1:
        raise checks.NotYours("A commitment is settled by the two people who made it.")
    audit.record(verb="settled", actor=actor, target=commitment, kept=kept, done_on=str(done_on) if done_on else None)
