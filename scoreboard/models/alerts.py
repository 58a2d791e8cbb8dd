"""Rules that watch the published numbers and the imports, and the alerts that they raise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from revenue.models import Rep

if TYPE_CHECKING:
    from core.models import User


class Kind(models.TextChoices):
    """What a rule looks for."""

    THRESHOLD = "threshold", "A limit is crossed"
    TREND = "trend", "Out of its usual range"
    PEER = "peer", "Far from its peers"
    GOAL = "goal", "Ahead of or behind plan"
    STALE = "stale", "Nothing imported"


class Side(models.TextChoices):
    """On which side of what is usual or agreed the news lies."""

    BELOW = "below", "below"
    ABOVE = "above", "above"
    EITHER = "either", "on either side"


class Valence(models.TextChoices):
    """Whether it is good news; AUTO: as the metric's direction says."""

    AUTO = "", "as the metric says"
    GOOD = "good", "good news"
    BAD = "bad", "bad news"


class RuleQuerySet(models.QuerySet["AlertRule"]):
    """Rules, with scope."""

    def visible_to(self, user: User) -> RuleQuerySet:
        """Leaders see all rules, everybody else those they own."""
        return self if user.sees_everything else self.filter(owner=user)


class AlertRule(models.Model):
    """What is watched, when it is news, and who is to act on it.

    The cut: `dim` and `member` name one part of the company, both empty the whole; a peer rule compares the members of
    `dim`; a staleness rule has a source in `member`, or none for all of them. `level` is in the metric's unit (a rate
    is a fraction), for a goal the share of the plan, for staleness the days.
    """

    name = models.TextField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    metric = models.TextField(blank=True, default="")
    grain = models.TextField(blank=True, default="")
    dim = models.TextField(blank=True, default="")
    member = models.TextField(blank=True, default="")
    side = models.CharField(max_length=6, choices=Side.choices, default=Side.BELOW)
    level = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    min_n = models.PositiveIntegerField(default=0)
    valence = models.CharField(max_length=4, choices=Valence.choices, blank=True, default=Valence.AUTO)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    mail = models.BooleanField(default=True)
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="scoreboard_alertrule_named"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="scoreboard_alertrule_kind_known"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="scoreboard_alertrule_side_known"),
        ]

    def __str__(self) -> str:
        return self.name


class AlertQuerySet(models.QuerySet["Alert"]):
    """Alerts, with scope."""

    def visible_to(self, user: User) -> AlertQuerySet:
        """Leaders see all; a manager those about their teams and reps; a rep those about themself."""
        if user.sees_everything:
            return self
        reps = Rep.objects.visible_to(user).exclude(name="")  # as `member_scope`, without a query of its own
        own = Q(dim="rep", member__in=reps.values("name"))
        if user.role == "sales_manager":
            own |= Q(dim="team", member__in=user.team_names())
        if user.role != "sales_manager":  # what is said of peers shows the team's number, which is the manager's
            own &= ~Q(rule__kind=Kind.PEER)
        return self.filter(own)

    def open(self) -> AlertQuerySet:
        """Those that still hold and that nobody has closed."""
        return self.filter(ended_at=None, closed_at=None)


class Alert(models.Model):
    """One thing that a rule found: raised once, kept up to date while it holds, over when it holds no more.

    A closed alert stays the one for its state until the state has ended, so that it is not raised again next week.
    """

    rule = models.ForeignKey(AlertRule, on_delete=models.CASCADE, related_name="alerts")
    dim = models.TextField(blank=True, default="")
    member = models.TextField(blank=True, default="")
    side = models.CharField(max_length=6)
    valence = models.CharField(max_length=4)
    title = models.TextField()  # what was found, as it was found
    now = models.TextField()  # how it stands as of the last look
    period = models.DateField(null=True)  # the period that the last look was at
    raised_at = models.DateTimeField()
    run = models.BigIntegerField(null=True)  # the run that raised it
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_at = models.DateTimeField(null=True)  # somebody said that they look after it
    word = models.TextField(blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "member", "side"], condition=Q(ended_at=None), name="scoreboard_alert_one_per_state"
            ),
            models.CheckConstraint(condition=Q(valence__in=["good", "bad"]), name="scoreboard_alert_valence_known"),
        ]
        indexes = [models.Index(fields=["closed_at", "ended_at"], name="scoreboard_alert_open")]

    def __str__(self) -> str:
        return f"alert {self.pk}: {self.title}"
