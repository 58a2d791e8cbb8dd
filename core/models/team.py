"""Teams, known by name as the company's own exports know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from core.models.user import User


class TeamQuerySet(models.QuerySet["Team"]):
    """Teams, with scope."""

    def visible_to(self, user: User) -> TeamQuerySet:
        """All teams for those who see the whole company, else the user's own."""
        return self if user.sees_everything else self.filter(name__in=user.team_names())


class Team(models.Model):
    """A team of reps. Rows appear when an import names them; people are put in charge of them by an operator."""

    name = models.TextField(unique=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="core_team_name_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
