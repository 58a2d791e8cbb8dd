"""Salesforce ids: the checksum rule, against a second reading of it and against ids that Salesforce made."""

from __future__ import annotations

import csv

import numpy as np

from revenue.demo.ids import ACCOUNT, numbered, salesforce_ids
from tests.realdata import real

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def suffix(fifteen: str) -> str:
    """The rule, one character at a time."""
    found = ""
    for start in (0, 5, 10):
        number = 0
        for place, character in enumerate(fifteen[start : start + 5]):
            if "A" <= character <= "Z":
                number += 2**place
        found += LETTERS[number]
    return found


def test_the_rule_is_salesforces_own() -> None:
    with real("salesforce/dev_org_powerbi/Account.csv").open(encoding="utf-8-sig", newline="") as file:
        ids = [row["Id"] for row in csv.DictReader(file)]
    assert ids
    assert [i[15:] for i in ids] == [suffix(i[:15]) for i in ids]


def test_ids_carry_their_checksum() -> None:
    ids = salesforce_ids(ACCOUNT, np.arange(0, 3_000_000, 997)).to_list()
    assert all(len(i) == 18 and i.startswith("001") and i[15:] == suffix(i[:15]) for i in ids)


def test_ids_differ_even_where_case_is_ignored() -> None:
    ids = salesforce_ids(ACCOUNT, np.arange(100_000))
    assert ids.n_unique() == 100_000
    assert ids.str.to_lowercase().n_unique() == 100_000


def test_numbered_ids_keep_their_zeros() -> None:
    assert numbered("INV-", np.array([7, 12345678]), 8).to_list() == ["INV-00000007", "INV-12345678"]
