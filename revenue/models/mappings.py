"""What people have taught imports: saved mappings, kept answers, and merges of rows that are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from revenue.models.batches import Source
from revenue.models.ledger import LeadersQuerySet

if TYPE_CHECKING:
    from core.models import User


class SavedMapping(models.Model):
    """One version of a mapping, as TOML. Versions are only added: what an earlier import was read by stays readable."""

    name = models.TextField()
    version = models.PositiveIntegerField()
    source = models.TextField(default="", blank=True)  # the source that its files are given; empty: "mapping"
    object = models.TextField()
    toml = models.TextField()
    headings = models.JSONField(default=list)  # of the file it was made on, as written
    signature = models.CharField(max_length=64, db_index=True)  # digest of those headings, in any order and case
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LeadersQuerySet["SavedMapping"].as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="revenue_savedmapping_version")]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


class KeptAnswer(models.Model):
    """An answer to a question about a table, used again for tables with the same headings. The newest holds."""

    signature = models.CharField(max_length=64, db_index=True)
    source = models.TextField(default="", blank=True)
    key = models.TextField()  # a name of a mapping's [format] table, or `object`
    answer = models.TextField()
    batch_id = models.BigIntegerField(null=True)  # the import that asked
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.key}: {self.answer}"


class MergeQuerySet(models.QuerySet["Merge"]):
    """Merges, with scope."""

    def visible_to(self, user: User) -> MergeQuerySet:
        """Those who see the whole company see them."""
        return self if user.sees_everything else self.none()

    def in_force(self) -> MergeQuerySet:
        """Those by which references are resolved."""
        return self.filter(decision=Merge.Decision.ACCEPTED)


class Merge(models.Model):
    """What people decided about two rows of a dimension that look like one. Rows are named by source and key.

    `moved` holds, per table and column, the rows that named the alias by its id alone and were given the kept one:
    their references cannot be resolved again from a text, so that taking the merge back needs to know them.
    """

    class Decision(models.TextChoices):
        """What was decided. A merge that was taken back may be proposed again."""

        ACCEPTED = "accepted", "Merged"
        DECLINED = "declined", "Kept apart"
        REVERSED = "reversed", "Taken back"

    object = models.TextField()
    alias_source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    alias_key = models.TextField()
    alias_name = models.TextField(default="", blank=True)
    kept_source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    kept_key = models.TextField()
    kept_name = models.TextField(default="", blank=True)
    decision = models.CharField(max_length=10, choices=Decision.choices)
    moved = models.JSONField(default=dict)
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(auto_now_add=True)
    reversed_at = models.DateTimeField(null=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["object", "alias_source", "alias_key"],
                condition=Q(decision="accepted"),
                name="revenue_merge_one_per_alias",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alias_name} into {self.kept_name}"
