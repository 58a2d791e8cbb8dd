"""Taking an old pack away: its rows, and the files that no other pack has."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from django.db import transaction

from core.audit import record
from core.models import Role, User
from metrics.policy.checks import Refused
from scoreboard.models.packs import Pack, PackFile
from scoreboard.packs.store import path_of


def may_remove(user: User, pack: Pack) -> bool:
    """Whoever asked for it, the CEO and operators."""
    return pack.asked_by_id == user.pk or user.role in (Role.CEO, Role.OPERATOR)


@transaction.atomic
def remove(*, actor: User, pack: Pack) -> None:
    """Deletes a pack that is over; a meeting's frozen deck stays, to make one of it again. Raises Refused."""
    row = Pack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
    if not may_remove(actor, row):
        raise Refused("Whoever asked for a pack, the CEO or an operator deletes it.")
    if not row.is_over:
        raise Refused("This pack is still being made: delete it when it is done.")
    sums = list(row.files.values_list("sha256", flat=True))
    record(
        verb="deleted a pack", actor=actor, target=row, title=str(row), period=row.period, run=row.run,
        deck_sha256=row.deck_sha256, files=list(row.files.values_list("name", flat=True)),
    )  # fmt: skip
    row.files.all().delete()
    row.delete()
    transaction.on_commit(partial(_drop, sums))


def _drop(sums: Collection[str]) -> None:
    """Takes away the files that no pack names any more: two packs of one frozen deck share theirs."""
    kept = set(PackFile.objects.filter(sha256__in=sums).values_list("sha256", flat=True))
    for sha256 in set(sums) - kept:
        path_of(sha256).unlink(missing_ok=True)
