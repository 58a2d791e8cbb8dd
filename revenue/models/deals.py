"""Deals and how they changed."""

from __future__ import annotations

from django.db import models

from revenue.models.ledger import DimensionRow, LedgerRow, OwnedQuerySet, reference, text, unique_key, words_index


class Deal(DimensionRow):
    """An opportunity, open or closed. Money in ten-thousandths of `currency`, probability in ten-thousandths of 1."""

    account_key = text()
    account_name = text()
    account = reference("revenue.Account", index=True)
    owner_ref = text()
    owner = reference("revenue.Rep", index=True)
    product_ref = text()
    product = reference("revenue.Product")
    stage = text()
    amount = models.BigIntegerField(null=True)
    currency = text()
    probability = models.IntegerField(null=True)
    forecast_category = text()
    created_on = models.DateField(null=True)
    close_on = models.DateField(null=True, db_index=True)
    is_closed = models.BooleanField(null=True)
    is_won = models.BooleanField(null=True)
    deal_type = text()
    lead_source = text()
    campaign_ref = text()
    campaign = reference("revenue.Campaign")
    route = text()
    motion = text()
    list_amount = models.BigIntegerField(null=True)
    cost = models.BigIntegerField(null=True)
    lost_reason = text()
    next_step = text()

    objects = OwnedQuerySet["Deal"].as_manager()

    class Meta:
        constraints = [
            unique_key("revenue_deal_key"),
            models.CheckConstraint(
                condition=models.Q(probability=None) | models.Q(probability__range=(0, 10_000)),
                name="revenue_deal_probability_range",
            ),
        ]
        indexes = [words_index("revenue_deal_words")]


class DealHistoryQuerySet(OwnedQuerySet["DealHistory"]):
    """History rows are seen by those who see the deal."""

    owner_path = "deal__owner"


class DealHistory(LedgerRow):
    """What a deal was at one moment, from a history report or from one weekly export to the next.

    Whether it was closed, and won, only the exports say; of a report's rows it is NULL, and their stage may tell.
    """

    deal_key = text()
    deal = reference("revenue.Deal", index=True)
    changed_at = models.DateTimeField()
    stage = text()
    amount = models.BigIntegerField(null=True)
    probability = models.IntegerField(null=True)
    close_on = models.DateField(null=True)
    forecast_category = text()
    is_closed = models.BooleanField(null=True)
    is_won = models.BooleanField(null=True)

    objects = DealHistoryQuerySet.as_manager()

    class Meta:
        constraints = [unique_key("revenue_dealhistory_key")]
