"""What the scoreboard keeps: what leaders wrote, agreed and sent."""

from scoreboard.models.annotations import Annotation
from scoreboard.models.meetings import Difference, Meeting, MeetingSlide, Resolution, SignOff, Snapshot

__all__ = ["Annotation", "Difference", "Meeting", "MeetingSlide", "Resolution", "SignOff", "Snapshot"]
