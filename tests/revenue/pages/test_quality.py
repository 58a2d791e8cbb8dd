"""Data quality: each item counts what is wrong and nothing else, and the score follows from the counts."""

from __future__ import annotations

import csv as csv_module
import io
from datetime import date

import pytest
import time_machine
from django.test import Client

from core.models import AuditEvent, User
from revenue.imports import actions
from revenue.quality import BY_KEY, everything, known, known_listing, listing, measure
from tests.revenue.imports.ledger import bring, csv
from tests.revenue.pages.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = date(2026, 9, 21)
DEALS = "deal_id,name,account_id,owner,stage,amount,close_on,currency"


@pytest.fixture
def ledger() -> None:
    """Five deals with a flaw each, two accounts of which one is known, one owner without a rep."""
    with time_machine.travel("2026-09-20T12:00:00Z", tick=True):
        bring("accounts.csv", csv("account_id,name", "A1,Acme"), source="crm")
        bring("deals.csv", csv(
            DEALS,
            "D1,=no amount,A1,Ann,Proposal,,2026-12-01,USD",
            "D2,late,A1,Ann,Proposal,5,2026-01-01,USD",
            "D3,no date,A1,Ann,Closed Won,5,,USD",
            "D4,no rate,A1,Ann,Proposal,5,2026-12-01,EUR",
            "D5,fine,A2,Ann,Proposal,5,2026-12-01,USD",
            "D6,lost without amount,A1,Ann,Closed Lost,,2026-01-01,USD",
        ), source="crm")  # fmt: skip
        bring("lines.csv", csv(
            "line_id,account_id,booked_on,net_amount,currency", "L1,X1,2026-08-01,5,EUR", "L2,X1,2026-09-01,5,EUR",
            "L3,X1,2026-09-01,5,USD",
        ), source="erp")  # fmt: skip
        bring("rates.csv", csv("currency,on_date,rate", "GBP,2026-01-01,1.2", "EUR,2026-08-15,1.1"), source="erp")


def bad(source: str, today: date = TODAY) -> dict[str, tuple[int, int]]:
    """Item → (to mend, looked at) of a source."""
    found = next(s for s in measure(today).sources if s.source == source)
    return {f.item.key: (f.bad, f.total) for f in found.found if f.total}


def test_each_item_counts_its_flaw_and_nothing_else(ledger: None) -> None:
    assert bad("crm") == {
        "missing_amount": (1, 6), "close_in_past": (1, 4), "closed_without_date": (1, 2), "unknown_owner": (1, 1),
        "unmatched_account": (1, 2), "deal_without_rate": (0, 4),
    }  # fmt: skip
    assert bad("erp") == {"line_without_rate": (1, 3), "unmatched_account": (1, 1)}


def test_the_score_is_the_documented_formula(ledger: None) -> None:
    crm, erp = measure(TODAY).sources
    lost = (3 / 6 + 3 / 4 + 3 / 2 + 2 * 1 + 2 / 2 + 2 * 0 + 2 * 0) / (3 + 3 + 3 + 2 + 2 + 2 + 2)
    assert (crm.score, crm.to_mend, crm.days) == (round(100 * (1 - lost)), 5, 1)
    assert erp.score == round(100 * (1 - (3 / 3 + 2 * 1) / (3 + 2 + 2)))
    assert measure(TODAY).to_mend == 7


def test_a_source_grows_stale(ledger: None) -> None:
    fresh, old = measure(date(2026, 9, 28)), measure(date(2026, 10, 30))
    assert not fresh.stale
    assert [s.days for s in old.stale] == [40, 40]
    assert old.sources[0].staleness == 1.0
    assert (old.overall.score or 0) < (fresh.overall.score or 0)


def test_a_list_has_the_rows_that_the_count_says(ledger: None) -> None:
    found = measure(TODAY)
    for each in found.overall.found:
        rows = listing(each.item, source=None, today=TODAY, limit=100)
        assert len(rows) == each.bad, each.item.key
        assert list(everything(each.item, source=None, today=TODAY, block=1)) == rows
    assert [r[2] for r in listing(BY_KEY["missing_amount"], source=None, today=TODAY, limit=9)] == ["D1"]


def test_nothing_has_no_score(db: None) -> None:
    assert (measure(TODAY).overall.score, measure(TODAY).sources) == (None, ())


def test_the_page_and_its_lists(client: Client, ledger: None, operator: User) -> None:
    with time_machine.travel("2026-09-21T12:00:00Z", tick=True):
        operator_client = signed_in(operator)
        text = operator_client.get("/imports/quality/").content.decode()
        assert "7 things to mend" in text
        text = operator_client.get("/imports/quality/missing_amount/").content.decode()
        assert "=no amount" in text
        assert "Nothing to mend" in operator_client.get("/imports/quality/deal_without_rate/").content.decode()
        response = operator_client.get("/imports/quality/missing_amount/?format=csv")
        whole = operator_client.get("/imports/quality/?format=csv")
        sources = [each.source for each in known().sources]
    rows = list(csv_module.reader(io.StringIO(response.getvalue().decode())))
    assert rows[1][:3] == ["crm", "D1", "'=no amount"]
    table = list(csv_module.DictReader(io.StringIO(whole.getvalue().decode())))
    assert [row["Source"] for row in table] == sources
    assert sum(int(row["Deals without an amount: to mend"]) for row in table) == 1
    assert AuditEvent.objects.filter(verb="exported data quality").count() == 2


def test_it_takes_one_query_per_item(ledger: None, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(11):  # type: ignore[operator]
        measure(TODAY)


def test_what_is_known_is_counted_once_and_anew_after_each_change(
    ledger: None, django_assert_max_num_queries: object
) -> None:
    """Known figures are those of a new count after an import, an undo, and on another day."""
    assert known(TODAY) == measure(TODAY)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        known(TODAY)
    more = bring("more.csv", csv(DEALS, "D7,no amount,A1,Ann,Proposal,,2026-12-01,USD"), source="crm")
    assert known(TODAY) == measure(TODAY)
    assert known(TODAY).to_mend == 8
    actions.undo(batch=more, by="test", settle=False)
    assert known(TODAY).to_mend == 7
    item = BY_KEY["missing_amount"]
    for source in (None, more.source_id):
        found = known_listing(item, source=source, today=TODAY, limit=9)
        assert [row[2] for row in found] == ["D1"]
        assert found == listing(item, source=source, today=TODAY, limit=9)
    late = date(2026, 12, 2)
    assert known(late) == measure(late)
    assert known(late).to_mend > known(TODAY).to_mend


def test_the_pages_ask_little(ledger: None, operator: User, django_assert_max_num_queries: object) -> None:
    client = signed_in(operator)
    addresses = ("/imports/quality/", "/imports/quality/missing_amount/", "/imports/merges/")
    for address in addresses:
        client.get(address)
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            assert client.get(address).status_code == 200
