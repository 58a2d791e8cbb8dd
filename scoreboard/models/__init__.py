"""What the scoreboard keeps: what leaders wrote, agreed and sent."""

from scoreboard.models.alerts import Alert, AlertRule
from scoreboard.models.annotations import Annotation
from scoreboard.models.digest import DigestChoice, MailedDigest
from scoreboard.models.meetings import Difference, Meeting, MeetingSlide, Resolution, SignOff, Snapshot
from scoreboard.models.packs import Pack, PackFile, PackStatus
from scoreboard.models.titles import ChartTitle
from scoreboard.models.tokens import ApiToken, Feed
from scoreboard.models.views import SavedView

__all__ = [
    "Alert",
    "AlertRule",
    "Annotation",
    "ApiToken",
    "ChartTitle",
    "Difference",
    "DigestChoice",
    "Feed",
    "MailedDigest",
    "Meeting",
    "MeetingSlide",
    "Pack",
    "PackFile",
    "PackStatus",
    "Resolution",
    "SavedView",
    "SignOff",
    "Snapshot",
]
