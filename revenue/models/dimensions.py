"""What other rows refer to: accounts, reps, products, campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from revenue.models.ledger import CompanyQuerySet, DimensionRow, OwnedQuerySet, reference, text, unique_key, words_index

if TYPE_CHECKING:
    from core.models import User


class RepQuerySet(OwnedQuerySet["Rep"]):
    """Reps, with scope."""

    def visible_to(self, user: User) -> RepQuerySet:
        """A manager sees the teams' reps, a rep sees themself."""
        if user.sees_everything:
            return self
        if user.role == "sales_manager":
            return self.filter(team__in=user.team_names())
        return self.filter(user_id=user.pk)


class Rep(DimensionRow):
    """Somebody who sells. `user` is their account here, matched by e-mail address."""

    email = text()
    team = text()
    manager = text()
    role = text()
    region = text()
    hired_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="rep"
    )

    objects = RepQuerySet.as_manager()

    class Meta:
        constraints = [unique_key("revenue_rep_key")]


class Account(DimensionRow):
    """A company that buys, or might."""

    parent_key = text()
    parent = reference("revenue.Account")
    segment = text()
    industry = text()
    region = text()
    country = text()
    employees = models.BigIntegerField(null=True)
    annual_revenue = models.BigIntegerField(null=True)
    strategic = models.BooleanField(null=True)
    created_on = models.DateField(null=True)
    owner_ref = text()
    owner = reference("revenue.Rep")

    objects = OwnedQuerySet["Account"].as_manager()

    class Meta:
        constraints = [unique_key("revenue_account_key")]
        indexes = [words_index("revenue_account_words")]


class Product(DimensionRow):
    """Something that is sold."""

    family = text()
    list_price = models.BigIntegerField(null=True)
    unit_cost = models.BigIntegerField(null=True)
    currency = text()
    launched_on = models.DateField(null=True)

    objects = CompanyQuerySet["Product"].as_manager()

    class Meta:
        constraints = [unique_key("revenue_product_key")]


class Campaign(DimensionRow):
    """Something that marketing, sales or a partner ran."""

    channel = text()
    function = text()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    cost = models.BigIntegerField(null=True)
    currency = text()

    objects = CompanyQuerySet["Campaign"].as_manager()

    class Meta:
        constraints = [unique_key("revenue_campaign_key")]
