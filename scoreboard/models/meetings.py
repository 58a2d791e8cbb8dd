"""Meetings: their slides in order, who signed the numbers, what was decided, and the deck as it was frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from scoreboard.deck.shape import Kind
from scoreboard.models.kept import Kept

if TYPE_CHECKING:
    from core.models import User


class MeetingKind(models.TextChoices):
    """The kinds of meeting, as decks name them."""

    WEEKLY = Kind.WEEKLY.value, "Weekly review"
    BOARD = Kind.BOARD.value, "Board"
    ALL_HANDS = Kind.ALL_HANDS.value, "All-hands"


class Side(models.TextChoices):
    """The two who present and sign together."""

    SALES = "sales", "Sales"
    MARKETING = "marketing", "Marketing"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings, with scope."""

    def visible_to(self, user: User) -> MeetingQuerySet:
        """A deck is the whole company's: those who may see all of it see it, nobody else a part."""
        return self if user.sees_everything else self.none()


class Meeting(models.Model):
    """One meeting about one period. `draft` is the text of the deck as it was last made; nobody edits it."""

    kind = models.TextField(choices=MeetingKind)
    title = models.TextField()
    held_on = models.DateField()
    period = models.TextField()  # as an address writes it: "2026Q3"
    sales_presenter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    marketing_presenter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    draft = models.TextField()
    draft_run = models.BigIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MeetingKind.values), name="scoreboard_meeting_kind_known"),
            models.CheckConstraint(
                condition=~Q(sales_presenter=models.F("marketing_presenter")), name="scoreboard_meeting_two_presenters"
            ),
        ]

    def __str__(self) -> str:
        return f"meeting {self.pk}: {self.title}"

    @property
    def frozen(self) -> bool:
        """Whether its deck is kept as it is for good."""
        return hasattr(self, "snapshot")

    def presenter(self, side: str) -> User:
        """Who presents for "sales" or "marketing"."""
        return self.sales_presenter if side == Side.SALES else self.marketing_presenter

    def side_of(self, user: User) -> str:
        """For which side this person presents and signs; "" for none."""
        sides = {self.sales_presenter_id: Side.SALES.value, self.marketing_presenter_id: Side.MARKETING.value}
        return sides.get(user.pk, "")


class MeetingSlide(models.Model):
    """A slide that the meeting shows: its place, its own title where somebody wrote one, each presenter's part."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="slides")
    key = models.TextField()
    position = models.PositiveSmallIntegerField()
    title = models.TextField(default="", blank=True)
    sales_part = models.TextField(default="", blank=True)
    sales_notes = models.TextField(default="", blank=True)
    marketing_part = models.TextField(default="", blank=True)
    marketing_notes = models.TextField(default="", blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "key"], name="scoreboard_slide_once"),
            models.UniqueConstraint(
                fields=["meeting", "position"], name="scoreboard_slide_one_place", deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return f"slide {self.position} of meeting {self.meeting_id}: {self.key}"


class SignOff(models.Model):
    """One side's word on the numbers of one state of the deck: signed. It lapses when the numbers become others."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="sign_offs")
    side = models.TextField(choices=Side)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)  # of the numbers that were signed
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "side"], name="scoreboard_sign_off_once"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="scoreboard_sign_off_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.side} signed meeting {self.meeting_id}"


class Difference(models.Model):
    """Where one side does not stand by a number: which, what they hold instead, and why."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="differences")
    side = models.TextField(choices=Side)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    number = models.TextField()  # what the deck calls it
    shown = models.TextField()  # as the deck writes it
    holds = models.TextField()
    why = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "side", "number"], name="scoreboard_difference_once"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="scoreboard_difference_side_known"),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(holds="") & ~Q(why=""), name="scoreboard_difference_says_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} differs on {self.number} in meeting {self.meeting_id}"


class Snapshot(models.Model):
    """The deck as it was frozen: its canonical text, which the database lets nobody change, and its checksum."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="snapshot")
    deck = models.TextField()
    sha256 = models.CharField(max_length=64)
    run = models.BigIntegerField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()
    why = models.TextField(default="", blank=True)  # the CEO's reason, where it was frozen with a difference

    class Meta:
        constraints = [Kept(name="scoreboard_snapshot_kept")]

    def __str__(self) -> str:
        return f"snapshot of meeting {self.meeting_id}"


class ResolutionKind(models.TextChoices):
    """What a meeting leaves behind."""

    DECISION = "decision", "Decision"
    ACTION = "action", "Action"


class ResolutionStatus(models.TextChoices):
    """How it stands."""

    OPEN = "open", "Open"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


class ResolutionQuerySet(models.QuerySet["Resolution"]):
    """Decisions and actions, with scope."""

    def visible_to(self, user: User) -> ResolutionQuerySet:
        """As the meetings they come from."""
        return self if user.sees_everything else self.none()

    def open(self) -> ResolutionQuerySet:
        """Those still to be done."""
        return self.filter(status=ResolutionStatus.OPEN)


class Resolution(models.Model):
    """A decision or an action of a meeting. While it is open it stands in every later meeting of the same kind."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="resolutions")
    kind = models.TextField(choices=ResolutionKind)
    text = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    status = models.TextField(choices=ResolutionStatus, default=ResolutionStatus.OPEN)
    settled_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        ordering = [models.F("due_on").asc(nulls_last=True), "id"]
        indexes = [models.Index(fields=["status", "due_on"], name="scoreboard_resolution_open")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="scoreboard_resolution_says_something"),
            models.CheckConstraint(
                condition=Q(kind__in=ResolutionKind.values), name="scoreboard_resolution_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(status=ResolutionStatus.OPEN, settled_on=None)
                | Q(status__in=[ResolutionStatus.DONE, ResolutionStatus.DROPPED], settled_on__isnull=False),
                name="scoreboard_resolution_settled_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of meeting {self.meeting_id}"
