"""Runs and the values they published.

A value is stored once and stays valid from the run that first saw it (`run_from`) until the run that saw it differ
(`run_to`, exclusive; NULL while it is current). So a run that changes little writes little, every earlier scoreboard
can be reproduced exactly, and a restatement is a row with a `run_to`.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from copy import copy
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from core.unchanged import while_unchanged

if TYPE_CHECKING:
    from core.models import User


class MetricRun(models.Model):
    """One computation. It is published by `published_at`; readers use the newest published run."""

    as_of = models.DateField()
    started_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, db_index=True)
    metrics = models.JSONField(default=list)  # keys it computed; empty: all
    inputs = models.JSONField(default=dict)  # per frame: digest and the newest import behind it
    code_version = models.TextField(default="", blank=True)
    values_count = models.BigIntegerField(default=0)
    changed_count = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    error = models.TextField(default="", blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"run {self.pk} as of {self.as_of}"

    def basis(self, reads: Collection[str]) -> str:
        """What must stand beside a metric that reads these frames: "bookings basis" where won deals stand in for
        revenue lines, "partly bookings basis" where they do so for some sources alone; "" elsewhere."""
        return str(self.inputs.get("basis", "")) if "lines" in reads else ""

    @classmethod
    def newest(cls) -> MetricRun | None:
        """The published run that readers see now. Within one page it is one and the same."""
        return copy(next(iter(cls._last()), None))

    @classmethod
    def why_none_later(cls) -> str:
        """Why the newest run of all was not published; "" where it was, and while it is being computed."""
        return next((run.error for run in reversed(cls._last()[1:])), "")

    @classmethod
    def _last(cls) -> list[MetricRun]:
        """The published run and those begun after it, oldest first; empty while none is published."""
        published = cls.objects.filter(published_at__isnull=False).order_by("-id").values("id")[:1]
        return while_unchanged("last runs", lambda: list(cls.objects.filter(id__gte=published).order_by("id")))


class Due(models.Model):
    """Rows of an object changed since the last published run: the metrics that read them are due.

    `since`: the earliest day that the changed rows bear, or bore; NULL where any period may be another.
    """

    object = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    since = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.object} since {self.at}"


def _token() -> int:
    return secrets.randbits(62)


class ObjectChange(models.Model):
    """One change of an object's rows, noted in the transaction that made it.

    The sum of an object's tokens names what its rows are at a moment: they are random, so that it never comes back,
    not even after a backup was restored and the ledger took another way.
    """

    object = models.TextField(db_index=True)
    token = models.BigIntegerField(default=_token)
    batch = models.BigIntegerField(null=True)  # the import all of whose rows, and no others, are new or another
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.object} at {self.at}"


class MetricValueQuerySet(models.QuerySet["MetricValue"]):
    """Values, by run and with scope."""

    def at(self, run: MetricRun) -> MetricValueQuerySet:
        """The values as `run` published them."""
        return self.filter(Q(run_to=None) | Q(run_to__gt=run.pk), run_from__lte=run.pk)

    def visible_to(self, user: User) -> MetricValueQuerySet:
        """Leaders see all; a manager the teams' and their reps' values; a rep their own."""
        if user.sees_everything:
            return self
        members = member_scope(user)
        own = Q(pk__in=[])
        for dim, names in members.items():
            own |= Q(dim=dim, member__in=names)
            for name in names:  # the member's own parts: "team,reason" holds "North<unit separator>route"
                own |= Q(dim__startswith=f"{dim},", member__startswith=f"{name}\x1f")
        return self.filter(own)


def member_scope(user: User) -> dict[str, list[str]]:
    """For somebody who does not see the whole company: the dimension members they may see. Read once per instance."""
    from revenue.models import Rep

    cached: dict[str, list[str]] | None = user.__dict__.get("_member_scope")
    if cached is None:
        reps = list(Rep.objects.visible_to(user).values_list("name", flat=True))
        teams = list(user.team_names()) if user.role == "sales_manager" else []
        cached = user.__dict__["_member_scope"] = {"rep": [r for r in reps if r], "team": teams}
    return cached


class MetricValue(models.Model):
    """One number: a metric, in a period of a grain, for the whole (`dim` empty) or one member of a dimension.

    `period` is NULL for the grain `all`, and for the row of what has no date. `value` is NULL where there is no
    number, and `status` then says why. Numerator and denominator are exact decimals in the metric's unit.
    """

    metric = models.TextField()
    grain = models.TextField()
    period = models.DateField(null=True)
    dim = models.TextField(default="", blank=True)
    member = models.TextField(default="", blank=True)
    numerator = models.DecimalField(max_digits=38, decimal_places=12, null=True)
    denominator = models.DecimalField(max_digits=38, decimal_places=12, null=True)
    n = models.BigIntegerField(default=0)
    value = models.DecimalField(max_digits=38, decimal_places=12, null=True)
    status = models.TextField(default="ok")
    run_from = models.BigIntegerField()
    run_to = models.BigIntegerField(null=True)

    objects = MetricValueQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["metric", "grain", "dim", "period"], name="metrics_value_lookup"),
            models.Index(
                fields=["run_to"],
                condition=Q(run_to__isnull=False) & ~Q(status="to date"),
                name="metrics_value_restated",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "grain", "period", "dim", "member"],
                condition=Q(run_to=None),
                nulls_distinct=False,
                name="metrics_value_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.grain} {self.period} {self.dim}={self.member}: {self.value}"
