"""What people wrote on a metric and a day: why it moved, what is done about it, by whom and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from core.models import User


class AnnotationStatus(models.TextChoices):
    """Whether something is still to be done about it."""

    OPEN = "open", "Open"
    DONE = "done", "Done"


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    """Annotations, with scope."""

    def visible_to(self, user: User) -> AnnotationQuerySet:
        """All for those who see the company's numbers; for anybody else what they wrote or are to do themselves."""
        if user.sees_everything:
            return self
        return self.filter(Q(written_by_id=user.pk) | Q(owner_id=user.pk))

    def open(self) -> AnnotationQuerySet:
        """Those about which something is still to be done."""
        return self.filter(status=AnnotationStatus.OPEN)


class Annotation(models.Model):
    """A remark on the company's value of `metric` on one day."""

    metric = models.TextField()  # key of the registry
    on_date = models.DateField()
    text = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.TextField(default="", blank=True)
    due_on = models.DateField(null=True, blank=True)
    status = models.TextField(choices=AnnotationStatus, default=AnnotationStatus.OPEN)
    about = models.TextField(default="", blank=True)  # the record it is about, as our own address: "/rows/deals/12/"
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        ordering = ["-on_date", "-id"]
        indexes = [
            models.Index(fields=["metric", "on_date"], name="scoreboard_annotation_metric"),
            models.Index(fields=["status", "due_on"], name="scoreboard_annotation_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(metric="") & ~Q(text=""), name="scoreboard_annotation_says_something"),
            models.CheckConstraint(
                condition=Q(status__in=AnnotationStatus.values), name="scoreboard_annotation_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=AnnotationStatus.OPEN, done_at=None)
                | Q(status=AnnotationStatus.DONE, done_at__isnull=False),
                name="scoreboard_annotation_done_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"annotation {self.pk} on {self.metric}, {self.on_date}"
