"""What follows from an import of reps: teams by their names, and accounts here by their e-mail addresses."""

from __future__ import annotations

from core.copy import run
from core.models import User
from revenue.models import ImportBatch


def follow_reps(batch: ImportBatch) -> None:
    """After an import of reps: adds the teams they name and links each rep to the user with the same address."""
    if batch.object == "reps":
        add_teams()
        link_users()


def follow_person(person: User) -> None:
    """After a person was added or has another address: the rep of the old address is no longer theirs."""
    run(
        "UPDATE revenue_rep SET user_id = NULL WHERE user_id = %s AND lower(email) IS DISTINCT FROM lower(%s)",
        [person.pk, person.email],
    )
    link_users()


def add_teams() -> None:
    """A team for every name that a rep carries."""
    run(
        "INSERT INTO core_team (name) SELECT DISTINCT team FROM revenue_rep WHERE team IS NOT NULL "
        "ON CONFLICT (name) DO NOTHING"
    )


def link_users() -> None:
    """Links reps and users of one e-mail address; a user who is linked already stays so."""
    run(
        "UPDATE revenue_rep r SET user_id = u.id FROM core_user u "
        "WHERE r.user_id IS NULL AND lower(r.email) = lower(u.email) "
        "AND NOT EXISTS (SELECT 1 FROM revenue_rep o WHERE o.user_id = u.id) "
        "AND r.id = (SELECT min(x.id) FROM revenue_rep x WHERE lower(x.email) = lower(u.email) AND NOT x.implied)"
    )
