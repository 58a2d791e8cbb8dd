"""Ids and names as given lead to the right rows, in whatever order the files come."""

from __future__ import annotations

from itertools import permutations

import pytest

from coaching.models import Attendance
from revenue import tasks
from revenue.imports import actions
from revenue.models import Account, Deal, ImportBatch, Lead, Product, Rep, RevenueLine, Source, Status
from tests.revenue.imports.ledger import bring, counts, csv, digest

pytestmark = pytest.mark.django_db(transaction=True)

ACCOUNTS = csv("account_id,name,segment,parent_account_id,owner", "A1,Alder,Enterprise,,Ann", "A2,Birch,SMB,A1,R2")
REPS = csv("rep_id,name,email,team", "R1,Ann,Ann@example.com,East", "R2,Bob,bob@example.com,West")
PRODUCTS = csv("product_id,name,family", "P1,Widget,Tools", "P2,Gadget,Tools")
DEALS = csv(
    "deal_id,account_id,account,owner,product,stage,amount",
    "D1,A1,,R1,P1,Won,1", "D2,,Alder,Ann,Widget,Open,2", "D3,,Birch,ANN@EXAMPLE.COM,P2,Open,3",
    "D4,A9,Nobody,Cid,P9,Open,4",
)  # fmt: skip
LINES = csv(
    "line_id,account,booked_on,net_amount,deal_id,owner", "L1,Alder,2025-01-01,5,D1,Bob", "L2,Oak,2025-01-02,6,D8,R1"
)


def lead(deal: str) -> tuple[str | None, str | None, str | None]:
    """The keys of the account, owner and product that a deal leads to."""
    row = Deal.objects.select_related("account", "owner", "product").get(key=deal)
    return tuple(x.key if x else None for x in (row.account, row.owner, row.product))  # type: ignore[return-value]


def test_ids_names_and_addresses_lead_to_the_same_rows() -> None:
    for name, data in (("a.csv", ACCOUNTS), ("r.csv", REPS), ("p.csv", PRODUCTS), ("d.csv", DEALS)):
        bring(name, data)
    assert lead("D1") == ("A1", "R1", "P1")
    assert lead("D2") == ("A1", "R1", "P1")
    assert lead("D3") == ("A2", "R1", "P2")
    assert lead("D4") == ("A9", "Cid", "P9")
    nobody = Account.objects.get(key="A9")
    assert (nobody.implied, nobody.name) == (True, "Nobody")
    parent = Account.objects.get(key="A2").parent
    assert parent is not None
    assert parent.key == "A1"


def test_every_order_of_files_gives_the_same_ledger() -> None:
    files = {"a.csv": ACCOUNTS, "r.csv": REPS, "p.csv": PRODUCTS, "d.csv": DEALS, "l.csv": LINES}
    expected: dict[str, str] = {}
    for order in [o for n, o in enumerate(permutations(files)) if n % 9 == 0]:
        imported = [bring(name, files[name], as_of="2025-01-03") for name in order]
        found = digest()
        expected = expected or found
        assert found == expected, order
        for batch in imported:
            actions.undo(batch=ImportBatch.objects.get(pk=batch.pk), by="test", settle=False)
            tasks.work_off()
        assert digest() == {}


def test_two_rows_of_one_name_stay_a_question() -> None:
    two = csv("account_id,name", "A1,Alder", "A2,Alder")
    deals = csv("deal_id,account,stage,amount", "D1,Alder,Open,1")
    bring("d.csv", deals)
    bring("a.csv", two)
    assert lead("D1")[0] is None
    assert Account.objects.filter(implied=True).count() == 0
    bring("a.csv", csv("account_id,name", "A1,Alder", "A2,Alder West"))
    assert lead("D1")[0] == "A1"


def test_names_belong_to_their_source() -> None:
    bring("a.csv", csv("account_id,name", "A1,Alder"), source="erp")
    bring("d.csv", csv("deal_id,account,stage,amount", "D1,Alder,Open,1"), source="crm")
    account = Deal.objects.get().account
    assert account is not None
    assert (account.source.name, account.implied) == ("crm", True)


def test_shared_ids_lead_into_the_other_source_until_the_own_row_comes() -> None:
    lines = csv("line_id,account_id,booked_on,net_amount", "L1,A1,2025-01-01,5")
    bring("l.csv", lines)
    bring("a.csv", csv("account_id,name", "A1,Alder"), source="crm")
    row = RevenueLine.objects.select_related("account__source").get()
    assert row.account is not None
    assert (row.account.source.name, row.account.implied) == ("crm", False)
    assert Account.objects.count() == 1
    bring("own.csv", csv("account_id,name", "A1,Alder"), source="plain")
    row = RevenueLine.objects.select_related("account__source").get()
    assert row.account is not None
    assert row.account.source.name == "plain"


def test_a_salesforce_id_leads_into_the_other_source_and_a_number_does_not() -> None:
    for name in ("hubspot", "salesforce"):
        Source.objects.create(name=name, shares_ids=False)
    opportunity, number = "006bm00000LKJNNAA5", "770012345678901230"
    leads = csv("lead_id,created_on,converted_deal_id", f"7,2025-01-01,{opportunity}", f"8,2025-01-01,{number}")
    bring("l.csv", leads, source="hubspot")
    deals = csv("deal_id,account,stage,amount", f"{opportunity},Alder,Open,1", f"{number},Alder,Open,1")
    bring("d.csv", deals, source="salesforce")
    found = Lead.objects.values_list("key", "converted_deal__source__name", "converted_deal__implied")
    assert sorted(found) == [("7", "salesforce", False), ("8", "hubspot", True)]


def test_an_implied_row_is_filled_and_counts_as_created() -> None:
    bring("d.csv", DEALS)
    implied = Product.objects.get(key="P1")
    batch = bring("p.csv", PRODUCTS)
    assert counts(batch) == (2, 0, 0, 0, 0)
    filled = Product.objects.get(key="P1")
    assert (filled.pk, filled.name, filled.implied, filled.created_batch_id) == (implied.pk, "Widget", False, batch.pk)
    assert not Product.objects.filter(key="Widget").exists()
    assert counts(bring("p.csv", PRODUCTS, as_of="2099-01-01")) == (0, 0, 2, 0, 0)


def test_what_nothing_refers_to_any_more_is_not_implied() -> None:
    head = "deal_id,account,stage,amount"
    bring("d.csv", csv(head, "D1,Old name,Open,1"))
    bring("d.csv", csv(head, "D1,New name,Open,1"))
    assert [a.name for a in Account.objects.all()] == ["New name"]


def test_attendances_follow_the_rep_that_comes_in() -> None:
    head = "manager,rep,held_on,minutes,kind"
    bring("s.csv", csv(head, "Mia,Ann;R1;Bob,2025-01-06,30,debrief"))
    assert Attendance.objects.count() == 3
    batch = bring("r.csv", REPS)
    assert batch.status == Status.DONE
    assert sorted(Attendance.objects.values_list("rep__key", flat=True)) == ["R1", "R2"]
    assert sorted(Rep.objects.values_list("key", "implied")) == [("Mia", True), ("R1", False), ("R2", False)]
