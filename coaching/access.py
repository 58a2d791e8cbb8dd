"""Who may open coaching's pages. What is not for somebody does not exist for them: 404, not 403."""

from __future__ import annotations

from core.access import for_everyone, page_for, person
from core.models import User


def leads(user: User) -> bool:
    """Whether the person sees more reps than themself."""
    return user.sees_everything or user.role == "sales_manager"


for_coaches = page_for(lambda user: user.may_coach)
for_leads = page_for(leads)
for_company_coaches = page_for(lambda user: user.may_coach and user.sees_everything)

__all__ = ["for_coaches", "for_company_coaches", "for_everyone", "for_leads", "leads", "person"]
