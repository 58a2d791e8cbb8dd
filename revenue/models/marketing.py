"""Leads and touches."""

from __future__ import annotations

from django.db import models

from revenue.models.ledger import DimensionRow, LeadersQuerySet, LedgerRow, reference, text, unique_key


class Lead(DimensionRow):
    """Somebody who might become a deal."""

    account_name = text()
    account = reference("revenue.Account")
    channel = text()
    campaign_ref = text()
    campaign = reference("revenue.Campaign")
    created_on = models.DateField(null=True)
    mql_on = models.DateField(null=True)
    sql_on = models.DateField(null=True)
    converted_deal_key = text()
    converted_deal = reference("revenue.Deal")
    status = text()

    objects = LeadersQuerySet["Lead"].as_manager()

    class Meta:
        constraints = [unique_key("revenue_lead_key")]


class Touch(LedgerRow):
    """One contact of marketing, sales or a partner with a deal, an account or a lead."""

    touched_at = models.DateTimeField()
    channel = models.TextField()
    deal_key = text()
    deal = reference("revenue.Deal", index=True)
    account_key = text()
    account = reference("revenue.Account")
    lead_key = text()
    lead = reference("revenue.Lead")
    campaign_ref = text()
    campaign = reference("revenue.Campaign")
    function = text()
    kind = text()
    cost = models.BigIntegerField(null=True)

    objects = LeadersQuerySet["Touch"].as_manager()

    class Meta:
        constraints = [unique_key("revenue_touch_key")]
