"""Who may open the policy's pages: everyone reads, those who answer for the whole number change. Else 404."""

from __future__ import annotations

from core.access import for_everyone, guarded_by, page_for, person
from core.models import User
from metrics.policy.actions import may_change


def _changes(user: User) -> bool:
    return user.is_active and may_change(user)


for_changers = page_for(_changes)
# Everyone reads; only those who may change the policy send anything.
changes_by_changers = guarded_by(
    lambda request: person(request).is_active and (request.method != "POST" or _changes(person(request)))
)

__all__ = ["changes_by_changers", "for_changers", "for_everyone", "may_change", "person"]
