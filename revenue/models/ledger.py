"""What every row of the ledger has: its source, its identity there, and the import and line that gave it.

Foreign keys between ledger tables carry no database constraint: a million rows would pay a trigger call for each of
six references. Promotion sets them set-based from the texts kept beside them, and `audit` checks that none dangles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models

from revenue.models.batches import ImportBatch, Source

if TYPE_CHECKING:
    from core.models import User

M = TypeVar("M", bound=models.Model)


def reference(to: str, *, related_name: str = "+", index: bool = False) -> Any:
    """A reference to another ledger row, resolved by promotion."""
    return models.ForeignKey(
        to, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=index, related_name=related_name
    )


def text() -> Any:
    """An optional text; what is missing is NULL, never an empty string."""
    return models.TextField(null=True)


class OwnedQuerySet(models.QuerySet[M]):
    """Rows that belong to a rep: a manager sees the teams', a rep their own. `owner_path` leads to the rep."""

    owner_path = "owner"

    def visible_to(self, user: User) -> OwnedQuerySet[M]:
        """The rows in the user's scope."""
        if user.sees_everything:
            return self
        if user.role == "sales_manager":
            return self.filter(**{f"{self.owner_path}__team__in": user.team_names()})
        if user.role == "rep":
            return self.filter(**{f"{self.owner_path}__user_id": user.pk})
        return self.none()


class CompanyQuerySet(models.QuerySet[M]):
    """Rows that belong to no rep and give nothing away about one: products, campaigns, rates, costs."""

    def visible_to(self, user: User) -> CompanyQuerySet[M]:
        """All, for anyone who is signed in and active."""
        return self if user.is_active else self.none()


class LeadersQuerySet(models.QuerySet[M]):
    """Rows for those who see the whole company only."""

    def visible_to(self, user: User) -> LeadersQuerySet[M]:
        """All or none."""
        return self if user.sees_everything else self.none()


class LedgerRow(models.Model):
    """A row of the ledger, as the last import that changed it left it."""

    source = models.ForeignKey(
        Source, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    key = models.TextField()
    batch = models.ForeignKey(
        ImportBatch, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    line = models.IntegerField(null=True)
    created_batch = models.ForeignKey(
        ImportBatch, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=True, related_name="+"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key


class DimensionRow(LedgerRow):
    """A row that others refer to. An implied one is known only from such references so far."""

    name = models.TextField(null=True)
    implied = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name or self.key


def unique_key(name: str) -> models.UniqueConstraint:
    """One row per source and key."""
    return models.UniqueConstraint(fields=["source", "key"], name=name)


# The words of a name and an id, as they are: what a search by the beginnings of words asks for.
WORDS = SearchVector("name", "key", config="simple")


def words_index(name: str) -> GinIndex:
    """Finds rows by the beginnings of words in their name or id, at any size; needs no extension."""
    return GinIndex(WORDS, name=name)
