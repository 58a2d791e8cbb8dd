"""What looks as if it were counted twice and is not: said by people per pair of kinds, and taken back when they like.

A kind is a source and what its files are, as in `revenue.doubles`: next week's files of the same two stay apart too.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.audit import record
from core.models import User
from revenue.models import DifferentMoney

Kind = tuple[int, str]  # source and title
Pair = tuple[Kind, Kind]  # the lesser first


def pair(one: Kind, other: Kind) -> Pair:
    """The two in their order."""
    return (one, other) if one <= other else (other, one)


def said() -> set[Pair]:
    """The pairs of which somebody says that they are different money."""
    columns = ("one_source_id", "one_title", "other_source_id", "other_title")
    found = DifferentMoney.objects.filter(reversed_at=None).values_list(*columns)
    return {((a, title), (b, other)) for a, title, b, other in found}


@transaction.atomic
def say(*, of: Pair, actor: User | None = None, by: str = "") -> DifferentMoney:
    """Remembers that the two are different money. ValueError if somebody has said so already."""
    (one_source, one_title), (other_source, other_title) = pair(*of)
    try:
        with transaction.atomic():
            made = DifferentMoney.objects.create(
                one_source_id=one_source, one_title=one_title, other_source_id=other_source, other_title=other_title,
                decided_by_id=actor.pk if actor else None, decided_by=(actor.name or actor.email) if actor else by,
            )  # fmt: skip
    except IntegrityError:
        raise ValueError("somebody has said so already") from None
    record(verb="called two kinds of lines different money", actor=actor, by=by, target=made, one=one_title,
           other=other_title)  # fmt: skip
    return made


@transaction.atomic
def take_back(*, word: DifferentMoney, actor: User | None = None, by: str = "") -> DifferentMoney:
    """Takes the word back: the two are said again wherever they look alike. ValueError if it was taken back already."""
    locked = DifferentMoney.objects.select_for_update().get(pk=word.pk)
    if locked.reversed_at is not None:
        raise ValueError("that was taken back already")
    locked.reversed_at = timezone.now()
    locked.save(update_fields=["reversed_at"])
    record(verb="took back that lines are different money", actor=actor, by=by, target=locked)
    return locked
