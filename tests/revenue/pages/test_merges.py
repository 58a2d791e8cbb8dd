"""Near-miss names: proposed with what is at stake, merged, respected by later imports, taken back."""

from __future__ import annotations

import pytest
from django.test import Client

from core.models import AuditEvent, User
from revenue import merges, near_misses, tasks
from revenue.imports import actions
from revenue.models import ImportFile, Merge, Product, RevenueLine
from revenue.near_misses import known, proposal, propose
from tests.revenue.imports.ledger import bring, csv, digest
from tests.revenue.pages.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

LINES = "line_id,account_id,booked_on,net_amount,product"
FIRST = csv(LINES, "L1,A1,2026-01-15,10,GTX Pro", "L2,A1,2026-01-16,20,GTXPro", "L3,A1,2026-01-17,5,Other")


def products() -> dict[str, str]:
    """The product's name of each line."""
    return {line.key: str(line.product) for line in RevenueLine.objects.select_related("product")}


@pytest.fixture
def pair() -> tuple[int, int]:
    """The alias, known from references alone, and the product that an import brought."""
    bring("products.csv", csv("product_id,name", "P1,GTX Pro", "P2,Other"))
    bring("lines.csv", FIRST)
    (found,) = propose("products")
    assert (found.alias.name, found.kept.name, found.alias.implied, found.kept.implied) == (
        "GTXPro",
        "GTX Pro",
        True,
        False,
    )
    assert (str(found.alias.stakes[0][1].normalize()), found.kept.stakes[0][0]) == ("2E+1", "USD")
    return found.alias.id, found.kept.id


def test_a_merge_holds_now_and_for_later_imports(pair: tuple[int, int]) -> None:
    alias, kept = pair
    merges.accept(object="products", alias=alias, kept=kept)
    assert products() == {"L1": "GTX Pro", "L2": "GTX Pro", "L3": "Other"}
    assert not Product.objects.filter(name="GTXPro").exists()
    assert propose("products") == []
    bring("more.csv", csv(LINES, "L4,A1,2026-02-01,1,GTXPro", "L2,A1,2026-01-16,21,GTXPro"))
    bring("products2.csv", csv("product_id,name", "P3,Third"))
    assert products() == {"L1": "GTX Pro", "L2": "GTX Pro", "L3": "Other", "L4": "GTX Pro"}


def test_taking_a_merge_back_leaves_what_was_there_before(pair: tuple[int, int]) -> None:
    before = digest()
    merge = merges.accept(object="products", alias=pair[0], kept=pair[1])
    assert digest() != before
    merges.take_back(merge=merge)
    assert digest() == before
    assert [p.alias.name for p in propose("products")] == ["GTXPro"]
    with pytest.raises(ValueError, match="taken back already"):
        merges.take_back(merge=merge)


def test_two_real_rows_are_merged_and_parted(pair: tuple[int, int]) -> None:
    bring("products2.csv", csv("product_id,name", "P9,GTXPro"))
    before = digest()
    (found,) = propose("products")
    merge = merges.accept(object="products", alias=found.alias.id, kept=found.kept.id)
    names = set(products().values())
    assert names == {found.kept.name, "Other"}
    batch = bring("again.csv", csv(LINES, "L7,A1,2026-03-01,1,GTXPro", "L8,A1,2026-03-01,1,GTX Pro"))
    assert set(products().values()) == names
    actions.undo(batch=batch, by="test", settle=False)
    merges.take_back(merge=merge)
    assert digest() == before


def test_an_undone_import_of_the_kept_row_lets_the_alias_stand(pair: tuple[int, int]) -> None:
    merges.accept(object="products", alias=pair[0], kept=pair[1])
    batch = Product.objects.get(name="GTX Pro").batch
    assert batch is not None
    actions.undo(batch=batch, by="test", settle=False)
    assert products()["L3"] == "Other"
    bring("products-again.csv", csv("product_id,name", "P1,GTX Pro", "P2,Other", "P3,More"))
    assert products()["L2"] == "GTX Pro"


def test_a_circle_is_refused(pair: tuple[int, int]) -> None:
    bring("products2.csv", csv("product_id,name", "P9,GTXPro"))
    alias, kept = Product.objects.get(key="P9").pk, Product.objects.get(key="P1").pk
    merges.accept(object="products", alias=alias, kept=kept)
    with pytest.raises(ValueError, match="the other way round"):
        merges.accept(object="products", alias=kept, kept=alias)
    with pytest.raises(ValueError, match="merged already"):
        merges.accept(object="products", alias=alias, kept=Product.objects.get(key="P2").pk)
    with pytest.raises(ValueError, match="not there any more"):
        merges.accept(object="products", alias=999_999, kept=kept)


def test_declining_is_remembered(pair: tuple[int, int]) -> None:
    before = digest()
    merge = merges.decline(object="products", alias=pair[0], kept=pair[1])
    assert propose("products") == []
    assert digest() == before
    merges.take_back(merge=merge)
    assert len(propose("products")) == 1


def test_case_blanks_and_other_sources_are_near_misses_and_twins_are_not() -> None:
    bring("a.csv", csv("account_id,name", "A1,Acme Ltd.", "A2,ACME  LTD", "A3,Same", "A4,Same"), source="crm")
    bring("b.csv", csv("account_id,name", "B1,acme ltd"), source="billing")
    found = {(p.alias.key, p.kept.key) for p in propose("accounts")}
    assert found == {("A2", "A1"), ("B1", "A1")}


def test_the_page_merges_keeps_apart_and_takes_back(client: Client, operator: User, pair: tuple[int, int]) -> None:
    text = client.get("/imports/merges/").content.decode()
    assert "“GTXPro”" in text
    assert "$20" in text
    form = {"object": "products", "alias": pair[0], "kept": pair[1]}
    client.post("/imports/merges/decide/", {**form, "decision": "decline"})
    client.post(f"/imports/merges/{Merge.objects.get().pk}/take-back/")
    client.post("/imports/merges/decide/", {**form, "decision": "accept"})
    assert products()["L2"] == "GTX Pro"
    assert "Merged" in client.get("/imports/merges/?object=products").content.decode()
    assert AuditEvent.objects.filter(actor_id=operator.pk, verb="merged two rows").count() == 1
    said = client.post("/imports/merges/decide/", {**form, "alias": "x"}, follow=True).content.decode()
    assert "Choose a pair from the list." in said


def test_only_operators_decide(people: dict[str, User]) -> None:
    for role, user in people.items():
        client = signed_in(user)
        sees = role in {"operator", "ceo", "sales_leader", "marketing_leader"}
        assert client.get("/imports/merges/").status_code == (200 if sees else 404)
        assert client.post("/imports/merges/decide/").status_code == (302 if role == "operator" else 404)


def test_what_is_known_follows_imports_and_decisions(pair: tuple[int, int]) -> None:
    """The pairs that the page shows are those of a new search, though it searches once for each change."""

    def agrees() -> list[str]:
        found = [proposal("products", pair) for pair in known()["products"].pairs]
        assert known()["products"].count == len(found)
        assert found == propose("products")
        return [p.alias.name for p in found]

    assert agrees() == ["GTXPro"]
    batch = bring("more.csv", csv(LINES, "L4,A1,2026-02-01,100,gtx-pro"))
    assert agrees() == ["gtx-pro", "GTXPro"]
    merge = merges.accept(object="products", alias=pair[0], kept=pair[1])
    assert agrees() == ["gtx-pro"]
    merges.take_back(merge=merge)
    alias = Product.objects.get(name="GTXPro").pk  # made again: nothing had named it
    declined = merges.decline(object="products", alias=alias, kept=pair[1])
    assert agrees() == ["gtx-pro"]
    merges.take_back(merge=declined)
    assert agrees() == ["gtx-pro", "GTXPro"]
    actions.undo(batch=batch, by="test", settle=False)
    assert agrees() == ["GTXPro"]


def test_a_worker_looks_before_somebody_asks(pair: tuple[int, int], django_assert_max_num_queries: object) -> None:
    assert tasks.keep_figures() == "counted"
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        assert known()["products"].count == 1
    ImportFile.objects.create(name="on its way.csv", sha256="0" * 64, size=1)
    assert tasks.keep_figures() == "imports are under way"


def test_of_very_many_pairs_those_with_most_at_stake_are_at_hand(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others follow as these are decided, however that is done."""
    monkeypatch.setattr(near_misses, "MOST", 4)
    bring("a.csv", csv("product_id,name", *(f"P{n},Thing {n}" for n in range(7))))
    bring("l.csv", csv(LINES, *(f"L{n},A1,2026-01-15,{n + 1},thing-{n}" for n in range(7))))

    def names() -> list[str]:
        return [proposal("products", pair).alias.name for pair in known()["products"].pairs]

    assert (known()["products"].count, names()) == (7, ["thing-6", "thing-5", "thing-4", "thing-3"])
    assert "3 more follow" in client.get("/imports/merges/?object=products").content.decode()
    for left in range(6, -1, -1):
        pair = proposal("products", known()["products"].pairs[0])
        merges.decline(object="products", alias=pair.alias.id, kept=pair.kept.id)
        assert known()["products"].count == left
        assert bool(names()) == bool(left)
    assert propose("products") == []
