"""Figures of the whole ledger are counted again after whatever changes it, and only then."""

from __future__ import annotations

from itertools import count

import pytest
from django.core.cache import cache
from django.utils import timezone

from revenue.kept import kept, version
from revenue.models import ImportBatch, ImportFile, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch() -> ImportBatch:
    cache.clear()
    file = ImportFile.objects.create(name="deals.csv", size=1, sha256="0" * 64)
    return ImportBatch.objects.create(object="deals", file=file)


def end(batch: ImportBatch, status: Status = Status.DONE) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(status=status, finished_at=timezone.now())


def test_a_figure_is_kept_until_an_import_ends_or_is_taken_back(batch: ImportBatch) -> None:
    each = count()

    def ask() -> int:
        return kept("test", lambda: next(each), at=version())

    assert [ask(), ask()] == [0, 0], "an import that has not ended is not in the ledger"
    end(batch)
    assert [ask(), ask()] == [1, 1]
    end(batch, Status.UNDONE)
    assert [ask(), ask()] == [2, 2]


def test_what_was_counted_while_the_ledger_changed_is_not_kept(batch: ImportBatch) -> None:
    def overtaken() -> str:
        end(batch)
        return "of the ledger before, or after, or in between"

    before = version()
    kept("test", overtaken, at=before)
    assert kept("test", lambda: "of the ledger now", at=version()) == "of the ledger now"
    assert kept("other", lambda: "its own", at=version()) == "its own"
