"""Imports: the original file, one batch per table in it, its rejected and skipped rows, and the ledger's change log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from core.models import User


class Source(models.Model):
    """A system whose ids and names belong together: names are matched exactly within their source.

    `shares_ids`: files in the plain format or with a mapping, whose writers use the ids of the company's CRM. Ids of
    such a source and of the others are looked up in each other.
    """

    name = models.TextField(unique=True)
    shares_ids = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImportFileQuerySet(models.QuerySet["ImportFile"]):
    """Files, with scope."""

    def visible_to(self, user: User) -> ImportFileQuerySet:
        """A file holds everybody's rows: only those who see the whole company see it."""
        return self if user.sees_everything else self.none()


class ImportFile(models.Model):
    """A file as it was received, kept byte for byte under its checksum."""

    name = models.TextField()
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    received_at = models.DateTimeField(auto_now_add=True)
    received_from = models.TextField(default="command line")
    options = models.JSONField(default=dict)  # source, object, mapping, as_of and answers, as given
    received_by_id = models.BigIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    # What became of it: [{"batch": id, "duplicate": bool}], one entry per table and object.
    results = models.JSONField(default=list)

    objects = ImportFileQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Status(models.TextChoices):
    """Where a batch is. `ACTIVE` and `ENDED` below say which of them are over."""

    QUEUED = "queued", "Waiting"
    READING = "reading", "Reading"
    STAGED = "staged", "Read, being promoted"
    DONE = "done", "Done"
    NEEDS_ANSWER = "needs_answer", "Needs an answer"
    IGNORED = "ignored", "Nothing to keep"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"
    UNDONE = "undone", "Taken back"


ACTIVE = (Status.QUEUED, Status.READING, Status.STAGED)
FULFILLED = (Status.DONE, Status.IGNORED)


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Batches, with scope."""

    def visible_to(self, user: User) -> ImportBatchQuerySet:
        """Those who see the whole company see every import; nobody else sees any."""
        return self if user.sees_everything else self.none()


class ImportBatch(models.Model):
    """One table of one file on its way into the ledger. The row is the truth about the work; Redis only rings."""

    file = models.ForeignKey(ImportFile, on_delete=models.PROTECT, related_name="batches")
    table = models.TextField(default="", blank=True)  # sheet or archive member; empty for the file itself
    part = models.PositiveSmallIntegerField(default=0)  # a table may fill two objects: deals and their history
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="batches", null=True)
    object = models.TextField(default="", blank=True)
    title = models.TextField(default="", blank=True)  # which preset or mapping understood it
    identity = models.CharField(
        max_length=64
    )  # digest of content, table, object and options: the same work is done once
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.QUEUED)
    as_of = models.DateTimeField(null=True)
    questions = models.JSONField(default=list)
    readings = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    headings = models.JSONField(default=list)
    unused = models.JSONField(default=list)  # headings that nothing of ours takes
    error = models.TextField(default="", blank=True)

    read = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)

    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["status"], name="revenue_batch_status")]
        constraints = [
            models.CheckConstraint(
                condition=Q(read=F("accepted") + F("rejected") + F("skipped")),
                name="revenue_batch_every_row_accounted",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.DONE) | Q(accepted=F("created") + F("updated") + F("unchanged")),
                name="revenue_batch_accepted_adds_up",
            ),
            models.UniqueConstraint(
                fields=["identity"],
                condition=Q(status__in=[Status.QUEUED, Status.READING, Status.STAGED, Status.DONE]),
                name="revenue_batch_same_work_once",
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk}: {self.file.name} as {self.object or 'unknown'}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.status not in ACTIVE


class RejectedRow(models.Model):
    """A row that was not accepted: where it stands, why, and its cells as they were."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rejected_rows")
    line = models.BigIntegerField()
    column = models.TextField(blank=True)
    value = models.TextField(blank=True)
    reason = models.TextField()
    cells = ArrayField(models.TextField(), default=list)

    class Meta:
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class SkippedRow(models.Model):
    """A row that holds no record (a title, a subtotal, a footer) or that the mapping leaves out."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="skipped_rows")
    line = models.BigIntegerField()
    text = models.TextField(blank=True)
    reason = models.TextField()

    class Meta:
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class LedgerChange(models.Model):
    """What an import changed in a row that was there before; a row's creation is its `created_batch`.

    `before` holds the changed columns as they were, by database column, together with `batch_id` and `line`.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="changes")
    object = models.TextField()
    row_id = models.BigIntegerField()
    before = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["object", "row_id"], name="revenue_change_row")]

    def __str__(self) -> str:
        return f"{self.object} {self.row_id} by import {self.batch_id}"
