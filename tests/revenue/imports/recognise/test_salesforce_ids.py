"""15 and 18 characters of one Salesforce id become one."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revenue.imports.recognise import canonical_salesforce_id, canonical_salesforce_ids
from tests.revenue.imports.recognise.test_real_files import load


@pytest.mark.parametrize(
    ("given_id", "canonical"),
    [
        ("006bm00000LKJNN", "006bm00000LKJNNAA5"),
        ("006bm00000LKJNNAA5", "006bm00000LKJNNAA5"),
        ("000000000000000AAA", ""),
        ("000000000000000", ""),
        ("0379-NEVHP", "0379-NEVHP"),
        ("ChristopherWood", "ChristopherWood"),
        ("", ""),
    ],
)
def test_canonical_form(given_id: str, canonical: str) -> None:
    assert canonical_salesforce_id(given_id) == canonical


@pytest.mark.parametrize("path", ["data_cloud_workshop/Account.csv", "dev_org_powerbi/Opportunity.csv"])
def test_true_long_ids_come_out_of_their_short_forms(path: str) -> None:
    _, rows = load(f"salesforce/{path}")
    ids = rows.get_column("c0")
    assert (ids.str.len_chars() == 18).all()
    assert canonical_salesforce_ids(ids.str.slice(0, 15)).to_list() == ids.to_list()
    assert canonical_salesforce_ids(ids).to_list() == ids.to_list()


@given(st.lists(st.text("abcXYZ019-", max_size=18)))
def test_a_column_is_read_as_its_cells(texts: list[str]) -> None:
    column = canonical_salesforce_ids(pl.Series(texts, dtype=pl.String)).to_list()
    assert column == [canonical_salesforce_id(text) for text in texts]
