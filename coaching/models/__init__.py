"""The models of `coaching`, one file per subject."""

from coaching.models.commitments import Commitment
from coaching.models.mailed import MailedList
from coaching.models.meetings import SalesMeeting
from coaching.models.notes import Notes
from coaching.models.plans import CalendarFeed, PlannedSession
from coaching.models.sessions import Attendance, CoachingSession, Receipt
from coaching.models.training import ChangeEvent, Topic, Training

__all__ = [
    "Attendance",
    "CalendarFeed",
    "ChangeEvent",
    "CoachingSession",
    "Commitment",
    "MailedList",
    "Notes",
    "PlannedSession",
    "Receipt",
    "SalesMeeting",
    "Topic",
    "Training",
]
