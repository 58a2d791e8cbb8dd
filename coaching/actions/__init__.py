"""Everything in coaching that writes: keyword-only, atomic, with its audit row in the same transaction.

No audit row holds what was said: notes and the words of a commitment stay with the people in the session.
"""

from coaching.actions.checks import NotYours, Refused
from coaching.actions.commitments import keep_commitment
from coaching.actions.events import log_change_event, log_meeting, log_training, set_half_life
from coaching.actions.plans import cancel_plan, issue_calendar, plan_session
from coaching.actions.ratings import Asked, answer_by_link, ask_rating, rate_session
from coaching.actions.sessions import Logged, delete_session, edit_session, log_session, share_notes

__all__ = [
    "Asked",
    "Logged",
    "NotYours",
    "Refused",
    "answer_by_link",
    "ask_rating",
    "cancel_plan",
    "delete_session",
    "edit_session",
    "issue_calendar",
    "keep_commitment",
    "log_change_event",
    "log_meeting",
    "log_session",
    "log_training",
    "plan_session",
    "rate_session",
    "set_half_life",
    "share_notes",
]
