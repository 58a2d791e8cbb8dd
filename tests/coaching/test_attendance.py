"""From the names in imported sessions to attendances."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from django.db import connection

from coaching.attendance import open_references, resolve_attendances
from coaching.models import Attendance, CoachingSession
from core.models import User
from revenue.models import ImportBatch, ImportFile, Rep, Source
from tests.coaching.conftest import World


def _imported(world: World, refs: str, *, key: str = "1", manager: str | None = None, **rest: Any) -> CoachingSession:
    session: CoachingSession = CoachingSession.objects.create(
        source=rest.pop("source", world.crm), key=key, rep_refs=refs, manager_ref=manager,
        held_on=date(2026, 1, 5), minutes=300_000, kind="group", **rest,
    )  # fmt: skip
    return session


def _reps(session: CoachingSession) -> set[str]:
    return set(session.attendances.values_list("rep__key", flat=True))


@pytest.mark.parametrize(
    ("refs", "keys", "left"),
    [
        ("0051", {"0051"}, 0),
        ("Ann", {"0051"}, 0),
        ("ANN@Example.org", {"0051"}, 0),
        ("0051; Art ;;beth@example.org", {"0051", "0052", "0053"}, 0),
        ("0051;Ann", {"0051"}, 0),
        ("ann", {"ann"}, 0),  # names are exact: somebody else, implied until the reps are imported
        ("Nobody;Ann", {"0051", "Nobody"}, 0),
        (" ; ", set(), 0),
    ],
)
def test_ids_names_and_addresses_match_within_the_source(world: World, refs: str, keys: set[str], left: int) -> None:
    session = _imported(world, refs)
    done = resolve_attendances([session.pk])
    assert _reps(session) == keys
    assert (done.sessions, done.added, done.open) == (1, len(keys), left)


def test_another_sources_reps_do_not_match(world: World) -> None:
    session = _imported(world, "0051", source=Source.objects.create(name="hubspot"))
    resolve_attendances()
    assert [(a.rep.source, a.rep.implied) for a in session.attendances.all()] == [(session.source, True)]


def test_a_name_of_two_matches_neither_but_an_id_wins_over_a_name(world: World) -> None:
    Rep.objects.create(source=world.crm, key="0061", name="Ann")
    Rep.objects.create(source=world.crm, key="0062", name="0051")
    both, by_id = _imported(world, "Ann"), _imported(world, "0051", key="2")
    assert resolve_attendances().open == 1
    assert _reps(both) == set()
    assert _reps(by_id) == {"0051"}
    assert [(o.session_id, o.given, o.source) for o in open_references()] == [(both.pk, "Ann", "salesforce")]


def test_a_changed_row_changes_its_attendances_and_running_again_changes_nothing(world: World) -> None:
    session = _imported(world, "Ann;Art", useful=4)
    resolve_attendances()
    session.rep_refs = "Art;Beth"
    session.save()
    done = resolve_attendances()
    assert (_reps(session), done.added, done.removed) == ({"0052", "0053"}, 1, 1)
    again = resolve_attendances()
    assert (again.added, again.removed, again.managers) == (0, 0, 0)


def test_the_rating_of_a_session_with_one_rep_is_that_reps(world: World) -> None:
    _imported(world, "Ann", useful=4)
    _imported(world, "Ann;Art", key="2", useful=2)
    resolve_attendances()
    assert sorted(Attendance.objects.values_list("session__key", "useful")) == [("1", 4), ("2", None), ("2", None)]


def test_the_manager_is_found_and_not_overwritten(world: World) -> None:
    alice = Rep.objects.get(key="005A")
    one = _imported(world, "Ann", manager="Alice")
    other = _imported(world, "Ann", key="2", manager="Alice", manager_id=world.beth_rep.pk)
    assert resolve_attendances().managers == 1
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.manager, other.manager) == (alice, world.beth_rep)


def test_a_batch_resolves_its_own_rows(world: World) -> None:
    file = ImportFile.objects.create(name="s.csv", sha256="0" * 64, size=1)
    batch = ImportBatch.objects.create(file=file, source=world.crm, object="coaching_sessions", identity="1" * 64)
    mine, other = _imported(world, "Ann", batch=batch), _imported(world, "Ann", key="2")
    assert resolve_attendances(batch=batch).sessions == 1
    assert (_reps(mine), _reps(other)) == ({"0051"}, set())


def test_sessions_logged_here_are_left_alone(world: World, alice_session: CoachingSession) -> None:
    CoachingSession.objects.update(rep_refs="0053")
    assert resolve_attendances().sessions == 0
    assert _reps(alice_session) == {"0051"}


@pytest.fixture
def alice_session(world: World, log) -> CoachingSession:  # type: ignore[no-untyped-def]
    return log()  # type: ignore[no-any-return]


def test_what_belongs_to_a_session_goes_with_it_when_an_import_is_taken_back(world: World) -> None:
    session = _imported(world, "Ann")
    resolve_attendances()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM coaching_coachingsession WHERE id = %s", [session.pk])
    assert not Attendance.objects.exists()


def test_it_agrees_with_a_naive_reading_of_random_sessions(world: World) -> None:
    dice = random.Random(20261121)
    words = ["0051", "0052", "Ann", "Art", "Beth", "art@example.org", "ART@EXAMPLE.ORG", "", " ; ", " Charlie "]
    sessions = [_imported(world, ";".join(dice.choices(words, k=dice.randint(1, 5))), key=str(i)) for i in range(200)]
    resolve_attendances()
    reps = list(Rep.objects.filter(source=world.crm))
    for session in sessions:
        wanted = set()
        for part in session.rep_refs.split(";"):
            for rep in reps:
                if part.strip() and (part.strip() in (rep.key, rep.name) or part.strip().lower() == rep.email):
                    wanted.add(rep.key)
        assert _reps(session) == wanted


def test_users_are_not_needed(world: World) -> None:
    _imported(world, "Art")
    User.objects.all().delete()
    assert resolve_attendances().added == 1
