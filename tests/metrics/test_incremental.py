"""An import recomputes what it touches, and that is what a full run would give: object by object, value by value."""

from __future__ import annotations

import pytest
import time_machine

from metrics.compute.runs import compute, snapshot
from metrics.compute.setting import current_setting, world_of
from metrics.frames import LOADERS, touched_by
from metrics.frames.digest import frame_digest
from metrics.models import MetricRun
from revenue.imports import actions, hooks, work
from revenue.models import ImportBatch
from revenue.objects import all_objects
from revenue.tasks import run_file
from tests.metrics.company import ACCOUNTS, REPS, bring, lines, text

pytestmark = pytest.mark.django_db

# One file of each object, in an order in which each changes values that those before it gave.
FILES: dict[str, str] = {
    "subscriptions": "subscription_id,account_id,starts_on,ends_on,amount,interval,currency\n"
    "S1,A1,2025-01-10,,100,month,EUR\nS2,A2,2025-02-01,2025-08-01,300,quarter,\n",
    "products": "product_id,name,family,list_price,unit_cost\nP1,Ore,Core,10,4\n",
    "campaigns": "campaign_id,name,channel,function,cost,starts_on\nC1,Fair,event,marketing,500,2025-01-02\n",
    "deals": "deal_id,account_id,owner,product,stage,amount,probability,created_on,close_on,is_closed,is_won,"
    "lead_source\nD1,A1,R1,P1,Won,900,100,2025-01-05,2025-03-01,yes,yes,Web\nD2,A2,R2,P1,Lost,80,0,2025-01-05,2025-03-09,yes,no,\n"
    "D3,A3,R2,P1,Offer,70,40,2025-11-05,2026-03-09,no,no,\n",
    "deal_history": "deal_id,changed_at,stage,amount,close_on\nD3,2025-11-06,Talk,50,2026-02-01\n"
    "D3,2025-12-06,Offer,70,2026-03-09\n",
    "leads": "lead_id,account,channel,campaign,created_on,mql_on,converted_deal_id\nE1,Alder,event,C1,2025-01-03,,D1\n",
    "touches": "touched_at,channel,deal_id,campaign,function\n2025-01-20,event,D1,C1,marketing\n",
    "activities": "activity_id,occurred_at,kind,rep,account_id,deal_id,minutes,cold\n"
    "T1,2025-02-03T09:00:00Z,meeting,R1,A1,D1,50,no\nT2,2025-02-01T09:00:00Z,call,R1,A1,,5,yes\n",
    "hours": "rep,week_starting,selling_hours,other_hours,overtime_hours\nR1,2025-01-13,20,15,2\n",
    "costs": "month,function,category,amount\n2025-01-01,marketing,media,400\n2025-04-01,sales,salary,900\n",
    "targets": "metric,period_start,period_end,amount\nnet_revenue,2025-01-01,2026-01-01,500\n",
    "fx_rates": "currency,on_date,rate\nEUR,2025-01-01,1.1\nEUR,2025-06-01,1.2\n",
    "tickets": "ticket_id,account_id,opened_on,score\nK1,A1,2025-02-02,4\n",
    "coaching_sessions": "manager,rep,held_on,minutes,kind,deal_id,planned,useful\n"
    "M1,R1;R2,2025-02-02,60,group,,yes,5\nM1,R1,2025-02-01,30,pre_brief,D1,no,4\n",
    "trainings": "topic,rep,held_on,hours\npricing,R1,2025-10-01,4\n",
    "change_events": "kind,name,on_date,topics\nproduct,Ore 2,2026-01-10,pricing\n",
    "sales_meetings": "held_on,team,minutes,best_practice_minutes,productivity_minutes\n2025-02-02,East,60,20,10\n",
}


@pytest.fixture(autouse=True)
def _day() -> object:
    with time_machine.travel("2026-02-10T12:00:00Z", tick=True):
        yield


def digests() -> dict[str, str]:
    """A fingerprint of every frame of the ledger as it is."""
    frames = snapshot({*LOADERS}, world_of(current_setting()))
    return {name: frame_digest(frames.get(name)) for name in LOADERS}


def test_an_import_changes_no_frame_that_it_is_not_said_to_touch() -> None:
    """Then the metrics that are computed anew after it, those that read a touched frame, are all that may differ."""
    files = {"accounts": text(ACCOUNTS), "reps": text(REPS), "revenue_lines": lines()}
    files |= {name: table.encode() for name, table in FILES.items()}
    assert {*files} >= {spec.name for spec in all_objects()} - {"pulses"}, "a new object has a file here"
    before = digests()
    for name, data in files.items():
        file = actions.receive(blocks=[data], name=f"{name}.csv", options={"object": name}, enqueue=False)
        with work.claim(file.pk):
            run_file(file.pk)
        file.refresh_from_db()
        (result,) = file.results
        assert ImportBatch.objects.get(pk=result["batch"]).status == "done", name
        after = digests()
        moved = {frame for frame in LOADERS if after[frame] != before[frame]}
        assert moved <= touched_by({name}), name
        assert moved, f"{name} reaches no frame"
        before = after
    hooks.settle(wait=True)
    bring("corrected.csv", lines([("L1", "A1", "2025-01-15", "99", "60", "120", "R2")]))
    newest = MetricRun.newest()
    assert newest is not None
    assert newest.metrics, "only what the lines touch was computed"
    assert compute().changed_count == 0, "a full run gives the same, value by value"
