"""Rows into the ledger: created, updated with their old values kept, unchanged, repeated, contradicting, impossible."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from core.copy import rows
from revenue.imports.bulk import LARGE
from revenue.models import Account, Deal, Hours, ImportBatch, LedgerChange, RevenueLine, Subscription, Touch
from tests.revenue.imports.ledger import bring, counts, csv, digest

pytestmark = pytest.mark.django_db(transaction=True)

LINES = "line_id,account_id,booked_on,net_amount,currency,cost"
DEALS = "deal_id,account,stage,amount,currency,close_on"


def test_a_file_becomes_rows_with_their_line_and_import() -> None:
    batch = bring("lines.csv", csv(LINES, "L1,A1,2025-01-15,100.50,EUR,60", "007,A2,2025-02-03,-3.1234,,"))
    assert counts(batch) == (2, 0, 0, 0, 0)
    first, second = RevenueLine.objects.order_by("line")
    assert (first.key, first.account_key, first.net_amount, first.currency, first.cost) == (
        "L1", "A1", 1_005_000, "EUR", 600_000,
    )  # fmt: skip
    assert (second.key, second.net_amount, second.currency, second.cost) == ("007", -31_234, "USD", None)
    assert (first.line, second.line) == (2, 3)
    assert {first.batch_id, first.created_batch_id} == {batch.pk}


def test_the_same_rows_again_change_nothing() -> None:
    rows = [f"D{i},Acme {i % 7},{'Won' if i % 2 else 'Open'},{i}.5,USD,2025-03-{i % 28 + 1:02}" for i in range(300)]
    bring("deals.csv", csv(DEALS, *rows))
    before = digest()
    again = bring("other name.csv", csv(DEALS, *rows), as_of="2099-01-01")
    assert counts(again) == (0, 0, 300, 0, 0)
    assert digest() == before
    assert not LedgerChange.objects.exists()


def test_the_same_file_again_is_the_same_import() -> None:
    first = bring("lines.csv", csv(LINES, "L1,A1,2025-01-15,100,,"))
    assert bring("copy of lines.csv", csv(LINES, "L1,A1,2025-01-15,100,,")) == first
    assert ImportBatch.objects.count() == 1


def test_what_differs_is_updated_and_its_old_values_are_kept() -> None:
    first = bring("deals.csv", csv(DEALS, "D1,Acme,Open,100,USD,2025-03-01", "D2,Acme,Open,7,USD,"))
    second = bring("deals.csv", csv(DEALS, "D1,Acme,Won,120,USD,2025-03-01", "D2,Acme,Open,7,USD,"))
    assert counts(second) == (0, 1, 1, 0, 0)
    deal = Deal.objects.get(key="D1")
    assert (deal.stage, deal.amount, deal.is_won, deal.is_closed) == ("Won", 1_200_000, True, True)
    assert (deal.batch_id, deal.created_batch_id) == (second.pk, first.pk)
    change = LedgerChange.objects.get()
    assert change.before == {
        "stage": "Open", "amount": 1_000_000, "is_won": False, "is_closed": False, "batch_id": first.pk, "line": 2,
    }  # fmt: skip


def test_columns_that_a_file_leaves_out_stay_as_they_are() -> None:
    bring("accounts.csv", csv("account_id,name,segment,strategic", "A1,Alder,Enterprise,yes"))
    bring("subscriptions.csv", csv("subscription_id,account_id,starts_on,amount,interval", "S1,A1,2025-01-01,9,year"))
    bring("accounts.csv", csv("account_id,name,region", "A1,Alder,North"))
    bring("subscriptions.csv", csv("subscription_id,account_id,starts_on,amount", "S1,A1,2025-01-01,10"))
    account = Account.objects.get()
    assert (account.segment, account.region, account.strategic) == ("Enterprise", "North", True)
    assert (Subscription.objects.get().interval, Subscription.objects.get().amount) == ("year", 100_000)


def test_a_cell_that_is_emptied_is_emptied() -> None:
    bring("accounts.csv", csv("account_id,name,segment", "A1,Alder,Enterprise"))
    assert counts(bring("accounts.csv", csv("account_id,name,segment", "A1,Alder,"))) == (0, 1, 0, 0, 0)
    assert Account.objects.get().segment is None


def test_a_row_twice_is_skipped_and_an_id_with_two_values_is_rejected() -> None:
    batch = bring(
        "lines.csv",
        csv(LINES, "L1,A1,2025-01-15,100,,", "L1,A1,2025-01-15,100,,", "L2,A1,2025-01-15,1,,", "L2,A1,2025-01-15,2,,"),
    )
    assert counts(batch) == (2, 0, 0, 1, 1)
    assert (batch.skipped_rows.get().line, batch.skipped_rows.get().reason) == (3, "repeats line 2")
    rejected = batch.rejected_rows.get()
    assert (rejected.line, rejected.value) == (5, "L2")
    assert "line 4 has the same line_id with other values" in rejected.reason
    assert rejected.cells == ["L2", "A1", "2025-01-15", "2", "", ""]


def test_what_the_ledger_forbids_is_rejected_with_its_line() -> None:
    head = "manager,rep,held_on,minutes,kind,useful"
    batch = bring("s.csv", csv(head, "Mia,Ann,2025-01-06,30,debrief,5", "Mia,Bob,2025-01-06,30,debrief,7"))
    assert counts(batch) == (1, 0, 0, 1, 0)
    rejected = batch.rejected_rows.get()
    assert (rejected.line, rejected.column, rejected.value) == (3, "useful", "7")
    assert "useful >= 1" in rejected.reason


def test_key_columns_that_are_missing_count_as_empty() -> None:
    plain = "metric,period_start,period_end,amount"
    first = bring("targets.csv", csv(plain, "net_revenue,2025-01-01,2025-04-01,100"))
    second = bring(
        "targets.csv",
        csv(
            f"{plain},team,rep", "net_revenue,2025-01-01,2025-04-01,120,,", "net_revenue,2025-01-01,2025-04-01,30,East,"
        ),
    )
    assert counts(first) == (1, 0, 0, 0, 0)
    assert counts(second) == (1, 1, 0, 0, 0)


def test_hours_are_known_again_by_rep_and_week() -> None:
    bring("hours.csv", csv("rep,week_starting,selling_hours", "Ann,2025-01-06,20", "Bob,2025-01-06,21.5"))
    batch = bring("hours.csv", csv("rep,week_starting,selling_hours", "Bob,2025-01-06,22", "Ann,2025-01-06,20"))
    assert counts(batch) == (0, 1, 1, 0, 0)
    assert set(Hours.objects.values_list("selling_hours", flat=True)) == {200_000, 220_000}


def test_rows_without_an_id_are_told_apart_in_any_order() -> None:
    head = "touched_at,channel,account_id,kind"
    rows = ["2025-01-01,web,A1,visit", "2025-01-01,web,A1,visit", "2025-01-01,web,A1,form", "2025-01-02,web,A2,visit"]
    bring("touches.csv", csv(head, *rows))
    assert Touch.objects.count() == 4
    before = {row[1] for row in Touch.objects.values_list("pk", "key")}
    batch = bring("touches.csv", csv(head, *reversed(rows), "2025-01-03,web,A2,visit"))
    assert counts(batch) == (1, 0, 4, 0, 0)
    assert before < {row[1] for row in Touch.objects.values_list("pk", "key")}


def test_a_touch_id_is_used_where_there_is_one() -> None:
    head = "touched_at,channel,account_id,touch_id"
    batch = bring("touches.csv", csv(head, "2025-01-01,web,A1,T1", "2025-01-01,web,A1,", "2025-01-01,web,A1,"))
    assert counts(batch) == (3, 0, 0, 0, 0)
    assert Touch.objects.filter(key="T1").count() == 1


def test_a_large_first_load_ends_with_all_indexes() -> None:
    query = "SELECT indexdef FROM pg_indexes WHERE tablename IN ('revenue_revenueline', 'revenue_account') ORDER BY 1"
    before = rows(query)
    data = csv(LINES, *(f"L{i},A{i},2025-01-15,{i},," for i in range(LARGE + 5)), "L1,A1,2025-01-15,1,,")
    batch = bring("lines.csv", data)
    assert counts(batch) == (LARGE + 5, 0, 0, 0, 1)
    assert rows(query) == before
    assert Account.objects.filter(implied=True).count() == LARGE + 5
    assert not RevenueLine.objects.filter(account=None).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        RevenueLine.objects.filter(key="L2").update(key="L3")


@pytest.mark.parametrize(("change"), [{"read": 5}, {"accepted": 0}, {"created": 9}])
def test_a_batch_that_does_not_add_up_cannot_be_kept(change: dict[str, int]) -> None:
    batch = bring("lines.csv", csv(LINES, "L1,A1,2025-01-15,100,,"))
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportBatch.objects.filter(pk=batch.pk).update(**change)
