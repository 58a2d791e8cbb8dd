"""Who may write annotations: those who see the company's numbers, and managers."""

from __future__ import annotations

from core.access import page_for
from core.models import Role, User


def may_annotate(user: User) -> bool:
    """Managers too: they know why a team's month went as it did."""
    return user.sees_everything or (user.is_active and user.role == Role.SALES_MANAGER)


for_annotators = page_for(may_annotate)
