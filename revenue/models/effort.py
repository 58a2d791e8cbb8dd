"""What people did: activities, hours, and the tickets that customers opened."""

from __future__ import annotations

from django.db import models

from revenue.models.ledger import LedgerRow, OwnedQuerySet, reference, text, unique_key


class RepsRowQuerySet(OwnedQuerySet["models.Model"]):
    """Rows that belong to the rep they name."""

    owner_path = "rep"


MET = models.Q(kind__in=("meeting", "demo"))  # a customer was met


class Activity(LedgerRow):
    """A call, e-mail, meeting or demo. Minutes in ten-thousandths."""

    occurred_at = models.DateTimeField()
    kind = models.TextField()
    rep_ref = text()
    rep = reference("revenue.Rep", index=True)
    account_key = text()
    account = reference("revenue.Account", index=True)
    deal_key = text()
    deal = reference("revenue.Deal", index=True)
    outcome = text()
    minutes = models.BigIntegerField(null=True)
    cold = models.BooleanField(null=True)

    objects = RepsRowQuerySet.as_manager()

    class Meta:
        constraints = [unique_key("revenue_activity_key")]
        # Meetings of the last weeks are looked up on pages; the calls and mails between them are many times as many.
        # With what is asked of each, so that nobody fetches thirty thousand rows of a month to count them.
        indexes = [
            models.Index(
                fields=["rep", "occurred_at"], include=["deal", "account", "id"], name="revenue_activity_met_by",
                condition=MET,
            )
        ]  # fmt: skip
        verbose_name_plural = "activities"


class Hours(LedgerRow):
    """A rep's week in hours (ten-thousandths) and sick days."""

    rep_ref = text()
    rep = reference("revenue.Rep", index=True)
    week_starting = models.DateField()
    selling_hours = models.BigIntegerField(null=True)
    other_hours = models.BigIntegerField(null=True)
    overtime_hours = models.BigIntegerField(null=True)
    sick_days = models.BigIntegerField(null=True)

    objects = RepsRowQuerySet.as_manager()

    class Meta:
        constraints = [unique_key("revenue_hours_key")]
        verbose_name_plural = "hours"


class TicketQuerySet(OwnedQuerySet["Ticket"]):
    """Tickets are seen by those who see the account."""

    owner_path = "account__owner"


class Ticket(LedgerRow):
    """A customer's question or complaint; `score` in ten-thousandths of a point."""

    account_key = text()
    account = reference("revenue.Account", index=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    severity = text()
    score = models.BigIntegerField(null=True)
    kind = text()

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [unique_key("revenue_ticket_key")]
