"""What was worked out from the whole ledger is worked out again after whatever could change it, and only then."""

from __future__ import annotations

from datetime import date
from itertools import count

from django.core.cache import cache
from django.utils import timezone

from core.audit import record
from revenue.kept import kept
from revenue.models import ImportBatch, ImportFile

TODAY = date(2026, 5, 4)


def test_it_is_kept_until_the_ledger_the_day_or_a_decision_changes(db: None) -> None:
    cache.clear()
    each = count()

    def ask(day: date = TODAY) -> int:
        return kept("test", day, lambda: next(each))

    assert [ask(), ask()] == [0, 0]
    file = ImportFile.objects.create(name="deals.csv", size=1, sha256="0" * 64)
    batch = ImportBatch.objects.create(object="deals", file=file)
    assert ask() == 0  # it has not ended: nothing of it is in the ledger
    ImportBatch.objects.filter(pk=batch.pk).update(finished_at=timezone.now())
    assert [ask(), ask()] == [1, 1]
    record(verb="merged two rows")
    assert [ask(), ask()] == [2, 2]
    assert ask(date(2026, 5, 5)) == 3
    assert ask() == 2
