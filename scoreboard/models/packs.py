"""Packs: decks as files, asked for by somebody, made by a worker, kept under their checksums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from scoreboard.models.meetings import MeetingKind

if TYPE_CHECKING:
    from core.models import User


class PackStatus(models.TextChoices):
    """Where a pack stands."""

    QUEUED = "queued", "Waiting"
    WORKING = "working", "Being made"
    DONE = "done", "Ready"
    FAILED = "failed", "Failed"


class PackQuerySet(models.QuerySet["Pack"]):
    """Packs, with scope."""

    def visible_to(self, user: User) -> PackQuerySet:
        """A pack shows the whole company: those who may see all of it see it, nobody else a part."""
        return self if user.sees_everything else self.none()


class Pack(models.Model):
    """One deck in the formats asked for. Of a meeting it is the frozen deck, else it is made of the newest numbers.

    A worker claims it by a conditional UPDATE and touches `beat_at` between its steps; a pack whose worker is silent
    for too long is rung for again.
    """

    kind = models.TextField(choices=MeetingKind)
    period = models.TextField()  # as an address writes it: "2026Q3"
    meeting = models.ForeignKey("scoreboard.Meeting", on_delete=models.PROTECT, null=True, related_name="packs")
    title = models.TextField(default="", blank=True)  # the deck's, once it is built
    formats = models.JSONField(default=list)
    status = models.TextField(choices=PackStatus, default=PackStatus.QUEUED)
    step = models.PositiveSmallIntegerField(default=0)  # of 1 + the number of formats
    doing = models.TextField(default="", blank=True)
    error = models.TextField(default="", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    run = models.BigIntegerField(null=True)
    deck_sha256 = models.TextField(default="", blank=True)

    objects = PackQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "id"], name="scoreboard_pack_waiting")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PackStatus.values), name="scoreboard_pack_status_known"),
            models.CheckConstraint(condition=Q(kind__in=MeetingKind.values), name="scoreboard_pack_kind_known"),
            models.CheckConstraint(
                condition=~Q(status=PackStatus.DONE) | ~Q(deck_sha256=""), name="scoreboard_pack_done_has_checksum"
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.get_kind_display()} {self.period}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in (PackStatus.DONE, PackStatus.FAILED)

    @property
    def steps(self) -> int:
        """The deck and each format."""
        return 1 + len(self.formats)


class PackFile(models.Model):
    """One format of a pack: `ASSAY_HOME/files/packs/ab/abcdef…`, named by its checksum."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="files")
    format = models.TextField()
    name = models.TextField()
    sha256 = models.TextField()
    size = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["pack", "format"], name="scoreboard_pack_file_once")]

    def __str__(self) -> str:
        return self.name
