"""The words and limits of coaching, in one place."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from coaching.objects import CHANGE_KINDS, SESSION_KINDS

KIND_LABELS = {
    "one_on_one": "One-on-one",
    "pre_brief": "Pre-brief",
    "debrief": "Debrief",
    "ride_along": "Ride-along",
    "call_review": "Call review",
    "role_play": "Role play",
    "group": "Group",
}
CHANGE_LABELS = {
    "product": "New product",
    "vertical": "New vertical",
    "competitor": "New competitor",
    "buying_habit": "Change in buying habits",
}
if set(KIND_LABELS) != set(SESSION_KINDS) or set(CHANGE_LABELS) != set(CHANGE_KINDS):
    raise RuntimeError("every kind of the plain format needs a label")

MINUTE_PRESETS = (15, 30, 45, 60)
MAX_MINUTES = 600
FORTNIGHT = timedelta(days=14)
WEEKLY_HOURS = Decimal("0.5")  # hours per rep and week, where no policy says otherwise
CURRENT_LINE = Decimal("0.5")  # share of a training that must still be remembered for it to count as current
LONGEST_TEXT = 500
LONGEST_NOTES = 20_000
