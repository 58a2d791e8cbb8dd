"""Revenue lines, subscriptions, costs and exchange rates. Money in ten-thousandths of `currency`."""

from __future__ import annotations

from django.db import models

from revenue.models.ledger import (
    CompanyQuerySet,
    LeadersQuerySet,
    LedgerRow,
    OwnedQuerySet,
    reference,
    text,
    unique_key,
)


class RevenueLine(LedgerRow):
    """A line that was invoiced or booked; returns and credit notes are negative."""

    account_key = text()
    account_name = text()
    account = reference("revenue.Account", index=True)
    booked_on = models.DateField()
    net_amount = models.BigIntegerField()
    currency = models.TextField()
    quantity = models.BigIntegerField(null=True)
    list_amount = models.BigIntegerField(null=True)
    cost = models.BigIntegerField(null=True)
    product_ref = text()
    product = reference("revenue.Product")
    owner_ref = text()
    owner = reference("revenue.Rep")
    deal_key = text()
    deal = reference("revenue.Deal")
    route = text()
    region = text()
    segment = text()

    objects = OwnedQuerySet["RevenueLine"].as_manager()

    class Meta:
        constraints = [unique_key("revenue_revenueline_key")]
        indexes = [
            models.Index(fields=["booked_on"], name="revenue_line_booked_on"),
            # The newest lines of a rep who sold none lately: without it, all lines of the company are looked through.
            models.Index(fields=["owner", "booked_on"], name="revenue_line_owner_day"),
        ]


class Subscription(LedgerRow):
    """A recurring contract: `amount` per `interval`, from `starts_on` up to but not including `ends_on`."""

    account_key = text()
    account_name = text()
    account = reference("revenue.Account", index=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    amount = models.BigIntegerField()
    interval = text()
    currency = models.TextField()
    product_ref = text()
    product = reference("revenue.Product")
    owner_ref = text()
    owner = reference("revenue.Rep")

    objects = OwnedQuerySet["Subscription"].as_manager()

    class Meta:
        constraints = [
            unique_key("revenue_subscription_key"),
        ]


class Cost(LedgerRow):
    """What a function spent in a month."""

    month = models.DateField()
    function = models.TextField()
    category = models.TextField()
    amount = models.BigIntegerField()
    currency = models.TextField()
    team = text()
    campaign_ref = text()
    campaign = reference("revenue.Campaign")

    objects = LeadersQuerySet["Cost"].as_manager()

    class Meta:
        constraints = [unique_key("revenue_cost_key")]


class FxRate(LedgerRow):
    """What one unit of `currency` was worth in the company currency on a day."""

    currency = models.TextField()
    on_date = models.DateField()
    rate = models.DecimalField(max_digits=24, decimal_places=10)

    objects = CompanyQuerySet["FxRate"].as_manager()

    class Meta:
        constraints = [
            unique_key("revenue_fxrate_key"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="revenue_fxrate_positive"),
        ]
