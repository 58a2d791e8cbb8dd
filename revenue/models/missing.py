"""Records that a full export no longer has, and what people decided about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from revenue.models.batches import ImportBatch

if TYPE_CHECKING:
    from core.models import User


class MissingDecisionQuerySet(models.QuerySet["MissingDecision"]):
    """Decisions, with scope."""

    def visible_to(self, user: User) -> MissingDecisionQuerySet:
        """Those who see the whole company see them."""
        return self if user.sees_everything else self.none()


class MissingDecision(models.Model):
    """What somebody decided about records that the import `batch` lacks: out of the ledger, or kept in it.

    It belongs to the import: it is made again when that is read again, and void when that is taken back.
    """

    class Kind(models.TextChoices):
        """What was decided."""

        OUT = "out", "Taken out"
        KEEP = "keep", "Kept"

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    records = models.BigIntegerField()  # how many it spoke of when it was made
    decided_by_id = models.BigIntegerField(null=True)
    decided_by = models.TextField(blank=True)  # the person's name, or the command
    decided_at = models.DateTimeField(auto_now_add=True)
    reversed_at = models.DateTimeField(null=True)

    objects = MissingDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.records} of import {self.batch_id}"


class MissingRecord(models.Model):
    """A record of the ledger that the import `batch` lacks though it has most of the others; named by its key.

    `seen` is the import that last changed the record: a record that is kept is shown again once that is another.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="missing_records")
    key = models.TextField()
    seen = models.BigIntegerField(null=True)
    decision = models.ForeignKey(MissingDecision, null=True, on_delete=models.SET_NULL, related_name="of")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "key"], name="revenue_missing_once")]

    def __str__(self) -> str:
        return f"{self.key}, missing in import {self.batch_id}"


class TakenOut(models.Model):
    """A row that a decision took out of the ledger, whole, so that it can be put back as it was.

    The change log of what a decision did: `LedgerChange` is that of imports.
    """

    decision = models.ForeignKey(MissingDecision, on_delete=models.PROTECT, related_name="taken")
    object = models.TextField()
    row_id = models.BigIntegerField()
    before = models.JSONField()  # all its columns, by database column

    class Meta:
        indexes = [models.Index(fields=["object", "row_id"], name="revenue_taken_row")]

    def __str__(self) -> str:
        return f"{self.object} {self.row_id} by decision {self.decision_id}"
