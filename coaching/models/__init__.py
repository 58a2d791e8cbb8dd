"""The models of `coaching`, one file per subject."""

from coaching.models.meetings import SalesMeeting
from coaching.models.sessions import Attendance, CoachingSession, Commitment
from coaching.models.training import ChangeEvent, Training

__all__ = ["Attendance", "ChangeEvent", "CoachingSession", "Commitment", "SalesMeeting", "Training"]
