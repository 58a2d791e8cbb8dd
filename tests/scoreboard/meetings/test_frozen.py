"""A frozen deck stays as it was, byte for byte, whatever is imported, decided or computed after it."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

import time_machine

from core.models import User
from metrics.compute.runs import compute
from metrics.definitions.quality_policy import QualityPolicy
from metrics.models import MetricRun, MetricValue
from metrics.policy.actions import set_quality_policy
from scoreboard.meetings import frozen_deck
from scoreboard.meetings.actions import prepare
from scoreboard.models import Meeting
from tests.metrics.company import bring, bring_company, lines
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.meetings.conftest import DAY, signed_by
from tests.scoreboard.test_home import text_of


@time_machine.travel("2026-03-15 12:00Z", tick=True)
def test_a_later_import_policy_and_run_change_no_byte_and_stand_beside_it(people: dict[str, User]) -> None:
    bring_company()
    made = prepare(actor=people["ceo"], kind="board", held_on=date(2026, 3, 16), period="2026-01")
    kept = signed_by(made, people["sales_leader"], people["marketing_leader"])
    before, digest, deck = kept.snapshot.deck, kept.snapshot.sha256, frozen_deck(kept)
    shown = next(figure for figure in deck.slides[0].figures if figure.metric == "net_revenue")
    assert shown.value == Decimal(200)
    client = signed_in(people["ceo"])
    assert "Nothing has been restated since" in text_of(client.get(f"/meetings/{kept.pk}/").content)
    presented = text_of(client.get(f"/meetings/{kept.pk}/present/").content)

    batch = bring("late.csv", lines([("L9", "A2", "2026-01-20", "55.00", "10.00", "60.00", "R2")]))
    set_quality_policy(
        draft=QualityPolicy(since=date(2026, 1, 1), tests=("margin",)), floor=Decimal("0.9"), why="board", by="test"
    )
    compute()

    again = Meeting.objects.get(pk=kept.pk)
    body = client.get(f"/meetings/{kept.pk}/deck.json").content
    assert again.snapshot.deck == before
    assert body == before.encode()
    assert hashlib.sha256(body).hexdigest() == digest
    assert frozen_deck(again) == deck
    assert text_of(client.get(f"/meetings/{kept.pk}/present/").content) == presented

    page = client.get(f"/meetings/{kept.pk}/")
    (told,) = [each for each in page.context["restated"] if (each.key, each.name) == ("net_revenue", "January 2026")]
    assert (told.was, told.now, told.difference) == ("$200.00", "$255.00", "+$55")
    assert (batch.pk, "late.csv") in told.cause.imports
    assert f"import {batch.pk} (late.csv)" in text_of(page.content)


def test_a_period_that_was_running_went_on_and_is_not_called_restated(people: dict[str, User], run: MetricRun) -> None:
    made = prepare(actor=people["ceo"], kind="board", held_on=DAY)
    kept = signed_by(made, people["sales_leader"], people["marketing_leader"])
    newer = MetricRun.objects.create(as_of=DAY, published_at=run.published_at)
    for period, value in ((date(2026, 7, 1), 2_000_000), (date(2026, 4, 1), 1_500_000)):
        old = MetricValue.objects.get(metric="net_revenue", grain="quarter", period=period, dim="")
        MetricValue.objects.filter(pk=old.pk).update(run_to=newer.pk)
        MetricValue.objects.create(
            metric="net_revenue", grain="quarter", period=period, value=Decimal(value), numerator=Decimal(value), n=41,
            run_from=newer.pk,
        )  # fmt: skip
    context = signed_in(people["ceo"]).get(f"/meetings/{kept.pk}/").context
    assert [(each.key, each.name) for each in context["went_on"]] == [("net_revenue", "Q3 2026")]
    # The second quarter is restated, but this deck does not show it.
    assert context["restated"] == []
