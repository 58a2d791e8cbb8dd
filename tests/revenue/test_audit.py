"""The audit finds nothing in a store that was only ever filled by imports, and each damage that is done to it."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from core.copy import run
from revenue.audit import audit
from revenue.imports import actions, originals
from revenue.models import ImportBatch
from tests.revenue.imports.ledger import bring, csv

pytestmark = pytest.mark.django_db(transaction=True)

DEALS = "deal_id,account,owner,stage,amount"


@pytest.fixture
def filled() -> ImportBatch:
    """A store with deals in two versions, accounts, a rejected row and a session."""
    bring("d.csv", csv(DEALS, "D1,Acme,Ann,Open,1", "D2,Oak,Ann,Open,2"), as_of="2025-01-03")
    bring("d.csv", csv(DEALS, "D1,Elm,Bob,Won,1", "D2,Oak,Ann,Open,two"), as_of="2025-01-10")
    bring("s.csv", csv("manager,rep,held_on,minutes,kind", "Mia,Ann;Bob,2025-01-06,30,debrief"))
    return bring("a.csv", csv("account_id,name", "A1,Elm", "A2,Oak"))


def test_a_sound_store_has_no_findings(filled: ImportBatch) -> None:
    assert not [c for c in audit() if c.findings]
    actions.undo(batch=filled, by="test", settle=False)
    assert not [c for c in audit() if c.findings]
    call_command("audit")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE revenue_deal SET account_id = 999999 WHERE key = 'D1'", "1 deals lead by account_id to a row"),
        ("DELETE FROM revenue_rejectedrow", "counts 1 rejected and 0 skipped rows, but 0 and 0"),
        ("UPDATE revenue_deal SET batch_id = 999999 WHERE key = 'D2'", "1 deals come from an import"),
        ("UPDATE revenue_ledgerchange SET row_id = 999999", "1 changes of deals"),
        ("UPDATE coaching_attendance SET rep_id = 999999 WHERE rep_id = (SELECT min(rep_id) FROM coaching_attendance)",
         "1 rows of coaching_attendance"),
    ],
)  # fmt: skip
def test_each_damage_is_found(filled: ImportBatch, damage: str, words: str) -> None:
    assert run(damage)
    with pytest.raises(CommandError, match=words):
        call_command("audit")


def test_a_changed_or_missing_original_is_found(filled: ImportBatch) -> None:
    path = originals.path_of(filled.file.sha256)
    data = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(data + b"x")
    assert audit()[0].findings == ("a.csv: the original differs from its checksum",)
    path.unlink()
    assert audit()[0].findings == ("a.csv: the original is missing",)
