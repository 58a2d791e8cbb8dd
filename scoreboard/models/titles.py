"""What a leader wrote over a chart in place of the sentence that was drafted from its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from core.models import User


class ChartTitleQuerySet(models.QuerySet["ChartTitle"]):
    """Titles, with scope."""

    def visible_to(self, user: User) -> ChartTitleQuerySet:
        """They speak of the whole company's numbers: those who see these read them, nobody else."""
        return self if user.sees_everything else self.none()


class ChartTitle(models.Model):
    """One sentence over one chart (or table) of one page, and the numbers on which it was written."""

    path = models.TextField()  # of the page, and what stood behind its question mark: "/quality/", "of=region%3AEMEA"
    query = models.TextField(default="", blank=True)
    chart = models.TextField()  # its key on that page
    digest = models.TextField()  # SHA-256 of what the chart showed; see `scoreboard.titles.read.digest_of`
    text = models.TextField()
    drafted = models.TextField()  # the sentence it stands in place of
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now=True)

    objects = ChartTitleQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["path", "query", "chart"], name="scoreboard_charttitle_once"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(chart=""), name="scoreboard_charttitle_says_something"),
            models.CheckConstraint(
                condition=Q(path__startswith="/") & ~Q(path__startswith="//"), name="scoreboard_charttitle_local"
            ),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="scoreboard_charttitle_digest"),
        ]

    def __str__(self) -> str:
        return f"title of {self.chart} on {self.path}"
