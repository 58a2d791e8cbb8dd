"""Who coaches whom: the reps behind the people who sign in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import connection, transaction
from django.db.models import Max, Q
from django.db.models.functions import Lower

from coaching.models import Attendance
from core.models import Company, Role, User
from revenue.models import Rep, Source
from revenue.models.dimensions import RepQuerySet

SOURCE = "assay"
NOT_COACHED = [role for role in Role.values if role != Role.REP]


def own_source() -> Source:
    """The source of everything that is logged here and not imported."""
    return Source.objects.get_or_create(name=SOURCE)[0]


def rep_of(user: User) -> Rep:
    """The rep behind `user`: the linked one, else the only unlinked one with their address, else an implied one.

    The implied row (source `assay`) stands until an import brings the person's own: see `adopt_implied`.
    """
    linked = Rep.objects.filter(user_id=user.pk).first()
    if linked is not None:
        return linked
    same = list(Rep.objects.annotate(mail=Lower("email")).filter(mail=user.email.lower(), user=None)[:2])
    if len(same) == 1:
        same[0].user = user
        same[0].save(update_fields=["user"])
        return same[0]
    rep, _ = Rep.objects.get_or_create(
        source=own_source(),
        key=f"user:{user.pk}",
        defaults={"name": user.name, "email": user.email, "role": user.role, "implied": True, "user": user},
    )
    return rep


def coachable_by(user: User, *, today: date | None = None) -> RepQuerySet:
    """The reps whom `user` may coach: those in scope who have not left, without themself and implied managers."""
    today = today or Company.current().today()
    here = Rep.objects.visible_to(user).filter(Q(left_on=None) | Q(left_on__gt=today))
    return here.exclude(user_id=user.pk).exclude(key__startswith="user:", source__name=SOURCE)


def coached_by(user: User, *, today: date | None = None) -> RepQuerySet:
    """Those of them whom coaching is for: not the managers and leaders among the imported reps."""
    return coachable_by(user, today=today).exclude(user__role__in=NOT_COACHED)


def is_coached(rep: Rep) -> bool:
    """Whether coaching is for this one of those whom somebody may coach; what `coached_by` asks of the database."""
    return rep.user is None or rep.user.role not in NOT_COACHED


def recent_first(
    user: User, among: Iterable[Rep] | None = None, coached: Mapping[int, date] | None = None
) -> list[Rep]:
    """All reps whom `user` may coach, those coached last by them first, then by name.

    `among` and `coached`: the reps and the days on which `user` coached them last, where they are read already.
    """
    reps = list(coachable_by(user)) if among is None else list(among)
    last = last_coached(reps, user)[1] if coached is None else coached
    return sorted(reps, key=lambda rep: (-last[rep.pk].toordinal() if rep.pk in last else 0, str(rep).casefold()))


def last_coached(reps: Iterable[Rep], by: User) -> tuple[dict[int, date], dict[int, date]]:
    """The day of each rep's last session, by anybody; and of the last that this person held or logged."""
    own = Q(session__logged_by_id=by.pk) | Q(session__manager__user_id=by.pk)
    seen = Attendance.objects.filter(rep_id__in=[rep.pk for rep in reps]).order_by().values_list("rep_id")
    found = list(seen.annotate(last=Max("session__held_on"), own=Max("session__held_on", filter=own)))
    return {rep: last for rep, last, _ in found}, {rep: own for rep, _, own in found if own}


@transaction.atomic
def adopt_implied() -> int:
    """Hands what hangs on implied `user:` rows to the imported rep with the same address; returns how many.

    Called after an import of reps. The person's own row then carries the link to the user, and the implied one goes.
    Ambiguous addresses stay as they are.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, [SOURCE])
        cursor.execute("SELECT count(*) FROM adopted")
        count = int(cursor.fetchone()[0])
        if count:
            for statement in _MOVES:
                cursor.execute(statement)
    return count


_PAIRS = """
DROP TABLE IF EXISTS adopted;
CREATE TEMP TABLE adopted ON COMMIT DROP AS
SELECT old.id AS old_id, min(new.id) AS new_id, old.user_id
FROM revenue_rep old
JOIN revenue_source s ON s.id = old.source_id AND s.name = %s
JOIN revenue_rep new ON lower(new.email) = lower(old.email) AND new.id <> old.id
WHERE old.implied AND old.key LIKE 'user:%%' AND (new.user_id IS NULL OR new.user_id = old.user_id)
GROUP BY old.id HAVING count(*) = 1
"""
_MOVES = (
    "UPDATE coaching_coachingsession t SET manager_id = a.new_id FROM adopted a WHERE t.manager_id = a.old_id",
    "UPDATE coaching_attendance t SET rep_id = a.new_id FROM adopted a WHERE t.rep_id = a.old_id",
    "UPDATE coaching_commitment t SET rep_id = a.new_id FROM adopted a WHERE t.rep_id = a.old_id",
    "UPDATE coaching_plannedsession t SET manager_id = a.new_id FROM adopted a WHERE t.manager_id = a.old_id",
    "UPDATE coaching_plannedsession t SET rep_id = a.new_id FROM adopted a WHERE t.rep_id = a.old_id",
    "DELETE FROM revenue_rep t USING adopted a WHERE t.id = a.old_id",
    "UPDATE revenue_rep t SET user_id = a.user_id FROM adopted a WHERE t.id = a.new_id",
)
