"""Planned sessions as an iCalendar feed (RFC 5545): day, kind and rep; no topic of a talk, no commitment, no note."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from coaching.models import PlannedSession
from coaching.policy import KIND_LABELS

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


def feed(plans: Iterable[PlannedSession], *, now: datetime, host: str) -> str:
    """The whole feed. Every plan is an all-day event with an id that stays the same from one reading to the next."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Assay//Coaching//EN", "X-WR-CALNAME:Coaching"]
    for plan in plans:
        lines += [
            "BEGIN:VEVENT",
            f"UID:coaching-{plan.pk}@{host}",
            f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{plan.planned_on:%Y%m%d}",
            f"DTEND;VALUE=DATE:{plan.planned_on + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(f'{KIND_LABELS[plan.kind]} with {plan.rep}, {plan.minutes} min')}",
            f"STATUS:{'CANCELLED' if plan.cancelled_at else 'CONFIRMED'}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{_fold(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _text(value: str) -> str:
    return value.translate(_ESCAPES)


def _fold(line: str) -> str:
    """At most 75 octets a line, broken between characters; what follows begins with a blank."""
    parts, size = [""], 0
    for letter in line:
        width = len(letter.encode())
        if size + width > 75:
            parts.append(" ")
            size = 1
        parts[-1] += letter
        size += width
    return "\r\n".join(parts)
