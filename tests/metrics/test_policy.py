"""The company's policy: versions in time, who may change it, what follows, and what computations read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from coaching import hooks as coaching_hooks
from core.models import AuditEvent, Role, User
from metrics.compute.setting import current_setting
from metrics.definitions.policy import Policy, Sourcing
from metrics.definitions.quality_policy import Attribute, Profile, QualityPolicy, Threshold
from metrics.models import Due, GeneralPolicy, MetricRun, QualityPolicyVersion
from metrics.policy import floor_on, in_force, load_policy, quality_floor, versions
from metrics.policy.actions import NotYours, set_general_policy, set_quality_policy
from metrics.policy.checks import Refused

pytestmark = pytest.mark.django_db
DRAFT = QualityPolicy(
    since=date(2025, 1, 1),
    margin_floor=(Threshold(4_000), Threshold(2_500, "Services"), Threshold(3_000, "Services", "SMB")),
    discount_cap=(Threshold(2_500),),
    grey_routes=frozenset({"broker", "Grey Market"}),
    strategic_segments=frozenset({"Enterprise"}),
    fit_line=5_500,
    clv_multiple=25_000,
)
FLOOR = Decimal("0.7")


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel("2026-09-21 12:00Z", tick=False):
        yield


def person(role: Role) -> User:
    return User.objects.create_user(f"{role}@example.com", name=role.label, role=role)


def keep(draft: QualityPolicy = DRAFT, *, why: str = "because", floor: Decimal = FLOOR) -> QualityPolicyVersion:
    return set_quality_policy(draft=draft, floor=floor, why=why, by="test")


def test_without_a_change_it_is_the_contract() -> None:
    assert load_policy() == Policy()
    assert current_setting().sourcing is Sourcing.FIELD
    assert quality_floor(date(2026, 1, 1)) is None
    assert [v.number for v in versions()] == [0]


def test_a_version_comes_back_as_it_was_written() -> None:
    row = keep()
    before, kept = load_policy().quality
    assert kept == replace(DRAFT, version=1, margin_floor=kept.margin_floor)
    assert set(kept.margin_floor) == set(DRAFT.margin_floor)
    assert before == replace(QualityPolicy(), version=0)  # days before it keep what was in force
    assert (row.changed_by, row.why, row.restates) == ("test", "because", False)
    assert quality_floor(date(2025, 1, 1)) == Decimal("0.7")
    assert quality_floor(date(2024, 12, 31)) is None


def test_a_later_version_takes_over_from_its_own_day() -> None:
    keep()
    keep(replace(DRAFT, since=date(2026, 1, 1), fit_line=7_000), floor=Decimal("0.8"))
    every = versions()
    assert [(v.number, v.until, v.replaced_by) for v in every] == [
        (0, date(2025, 1, 1), None),
        (1, date(2026, 1, 1), None),
        (2, None, None),
    ]
    assert [in_force(every, day).number for day in (date(2025, 12, 31), date(2026, 1, 1))] == [1, 2]
    assert floor_on(every, date(2026, 5, 5)) == Decimal("0.8")


def test_a_version_that_reaches_back_replaces_those_behind_it() -> None:
    keep()
    keep(replace(DRAFT, since=date(2026, 1, 1), fit_line=7_000))
    keep(replace(DRAFT, since=date(2025, 6, 1), fit_line=8_000))
    assert [(p.version, p.since) for p in load_policy().quality] == [
        (0, date.min),
        (1, date(2025, 1, 1)),
        (3, date(2025, 6, 1)),
    ]
    assert versions()[2].replaced_by == 3
    keep(replace(DRAFT, since=date.min, fit_line=9_000))
    assert [p.version for p in load_policy().quality] == [4]


def test_what_judges_days_already_published_is_a_restatement() -> None:
    MetricRun.objects.create(as_of=date(2026, 9, 20), published_at=timezone.now())
    assert keep().restates
    assert not keep(replace(DRAFT, since=date(2026, 9, 21), fit_line=1)).restates
    assert not keep(replace(DRAFT, since=date(2026, 10, 1), fit_line=2)).restates


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_version_is_never_changed(change: str) -> None:
    rows = QualityPolicyVersion.objects.filter(pk=keep().pk)
    act = {"update": lambda: rows.update(since=date(2020, 1, 1)), "delete": rows.delete}[change]
    with pytest.raises(DatabaseError, match="is never changed"), transaction.atomic():
        act()


def test_numbers_are_due_and_the_change_is_in_the_audit() -> None:
    MetricRun.objects.create(as_of=date(2026, 9, 20), published_at=timezone.now())
    leader = person(Role.SALES_LEADER)
    row = set_quality_policy(draft=DRAFT, floor=FLOOR, why="  new  products ", actor=leader)
    assert set(Due.objects.values_list("object", flat=True)) >= {"revenue_lines", "coaching_sessions", "targets"}
    event = AuditEvent.objects.get()
    assert (event.actor, event.verb, event.target_id) == (leader.email, "changed the quality policy", str(row.pk))
    assert event.detail["why"] == "new products"
    assert event.detail["changes"]["fit_line"] == [6_000, 5_500]
    assert "tests" not in event.detail["changes"]


def test_before_the_first_run_nothing_is_due() -> None:
    keep()
    set_general_policy(why="more", by="test", early_churn_months=9)
    assert not Due.objects.exists()


@pytest.mark.parametrize(
    ("field", "draft", "floor", "why"),
    [
        ("why", DRAFT, FLOOR, "  "),
        ("since", replace(DRAFT, since=date(2030, 1, 1)), FLOOR, "x"),
        ("tests", replace(DRAFT, tests=()), FLOOR, "x"),
        ("quality_floor", DRAFT, Decimal("1.01"), "x"),
        ("quality_floor", DRAFT, Decimal("NaN"), "x"),
        ("margin_floor", replace(DRAFT, margin_floor=(Threshold(10_001),)), FLOOR, "x"),
        ("margin_floor", replace(DRAFT, margin_floor=(Threshold(1, "A"), Threshold(2, " a "))), FLOOR, "x"),
        ("discount_cap", replace(DRAFT, discount_cap=(Threshold(-1),)), FLOOR, "x"),
        ("grey_routes", replace(DRAFT, grey_routes=frozenset({"x" * 501})), FLOOR, "x"),
        ("fit_line", replace(DRAFT, fit_line=-1), FLOOR, "x"),
        ("clv_multiple", replace(DRAFT, clv_multiple=0), FLOOR, "x"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(field: str, draft: QualityPolicy, floor: Decimal, why: str) -> None:
    with pytest.raises(Refused) as refused:
        set_quality_policy(draft=draft, floor=floor, why=why, by="test")
    assert refused.value.field == field
    assert not QualityPolicyVersion.objects.exists()
    assert not AuditEvent.objects.exists()


def test_the_same_policy_again_is_refused() -> None:
    keep()
    with pytest.raises(Refused, match="version 1"):
        keep(replace(DRAFT, since=date(2026, 1, 1)))


@pytest.mark.parametrize("role", list(Role))
def test_who_may_change_it(role: Role) -> None:
    actor = person(role)
    allowed = role in {Role.OPERATOR, Role.CEO, Role.SALES_LEADER, Role.MARKETING_LEADER}
    for change in (
        lambda: set_quality_policy(draft=DRAFT, floor=FLOOR, why="x", actor=actor),
        lambda: set_general_policy(why="x", actor=actor, stuck_days=20),
    ):
        if allowed:
            assert change()
        else:
            with pytest.raises(NotYours):
                change()
    assert QualityPolicyVersion.objects.exists() is allowed


def test_somebody_switched_off_changes_nothing() -> None:
    actor = person(Role.CEO)
    actor.is_active = False
    with pytest.raises(NotYours):
        set_general_policy(why="x", actor=actor, stuck_days=20)


def test_the_general_policy_reaches_computations_and_coaching() -> None:
    assert coaching_hooks.weekly_hours() == Decimal("0.5")
    set_general_policy(
        why="we coach more",
        by="test",
        sourcing="first_touch",
        coaching_hours_per_week=Decimal("0.75"),
        training_half_life_days=Decimal(90),
        sales_functions=["sales", " partner"],
        lead_sources={"  Trade  Show ": "marketing"},
        profile=Profile((Attribute("segment", 3, frozenset({"Enterprise"})), Attribute("employees", 2, low=500_0000))),
    )
    setting = current_setting()
    assert setting.sourcing is Sourcing.FIRST_TOUCH
    assert setting.policy == Policy(
        coaching_hours_per_week=0.75,
        training_half_life_days=90.0,
        sales_functions=frozenset({"sales", "partner"}),
        lead_sources={"trade show": "marketing"},
        profile=Profile((Attribute("segment", 3, frozenset({"Enterprise"})), Attribute("employees", 2, low=500_0000))),
    )
    assert coaching_hooks.weekly_hours() == Decimal("0.75")
    changes = AuditEvent.objects.get().detail["changes"]
    assert changes["coaching_hours_per_week"] == ["0.5", "0.75"]
    assert "early_churn_months" not in changes


@pytest.mark.parametrize(
    "change",
    [
        {"coaching_hours_per_week": Decimal(0)},
        {"training_line": Decimal("1.5")},
        {"sourcing": "gut feeling"},
        {"team_minimum": 3},
        {"rating_minimum": 1},
        {"lead_sources": {"web": "nobody"}},
        {"lead_sources": {" ": "sales"}},
        {"profile": Profile((Attribute("mood", 1, frozenset({"good"})),))},
        {"profile": Profile((Attribute("segment", 0, frozenset({"A"})),))},
        {"profile": Profile((Attribute("segment", 1),))},
        {"profile": Profile((Attribute("employees", 1),))},
        {"profile": Profile((Attribute("employees", 1, low=5, high=5),))},
    ],
)
def test_a_general_policy_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        set_general_policy(why="x", by="test", **change)
    assert refused.value.field == next(iter(change))
    assert GeneralPolicy.current().changed_at is None


def test_a_field_that_does_not_exist_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError, match="changed_by"):
        set_general_policy(why="x", by="test", changed_by="me")


def test_nothing_different_is_refused() -> None:
    with pytest.raises(Refused, match="Nothing is different"):
        set_general_policy(why="x", by="test", early_churn_months=6)


def test_the_database_holds_one_general_policy() -> None:
    GeneralPolicy.objects.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        GeneralPolicy.objects.create(id=2)
