"""Puts a meeting's deck together: the draft's slides in the meeting's order, with its titles, parts and signatures.

Pure: the same rows give the same deck, and its numbers are the draft's and nobody else's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from core.models import User
from scoreboard.deck.build import DEFINED
from scoreboard.deck.shape import Deck, Signature, Slide, to_json
from scoreboard.deck.slides.appendix import appendix, metrics_of
from scoreboard.models.meetings import Difference, Meeting, MeetingSlide, Side, SignOff


def compose(meeting: Meeting, draft: Deck, rows: Iterable[MeetingSlide], signatures: Sequence[Signature] = ()) -> Deck:
    """The deck that the meeting shows. A slide whose numbers are gone from the draft is left out."""
    known = {slide.key: slide for slide in draft.slides}
    slides = tuple(_slide(known[row.key], row, meeting) for row in rows if row.key in known)
    shown = metrics_of(slides)
    entries = tuple(entry for entry in draft.definitions if entry.metric in shown)
    return replace(
        draft, title=meeting.title, slides=(*slides, *appendix(entries)[: DEFINED[draft.kind]]), definitions=entries,
        signatures=tuple(signatures),
    )  # fmt: skip


def _slide(slide: Slide, row: MeetingSlide, meeting: Meeting) -> Slide:
    spoken = [
        f"{meeting.presenter(side)}: {text}"
        for side, text in ((Side.SALES, row.sales_notes), (Side.MARKETING, row.marketing_notes))
        if text
    ]
    return replace(
        slide, title=row.title or slide.title, sales_part=row.sales_part or slide.sales_part,
        marketing_part=row.marketing_part or slide.marketing_part,
        notes="\n\n".join(filter(None, (slide.notes, *spoken))),
    )  # fmt: skip


def fingerprint(deck: Deck) -> str:
    """SHA-256 of what is signed: slides, titles and numbers. What the presenters say to them is theirs to change."""
    bare = tuple(replace(slide, sales_part="", marketing_part="", notes="") for slide in deck.slides)
    return hashlib.sha256(to_json(replace(deck, slides=bare, signatures=())).encode()).hexdigest()


def signatures(
    meeting: Meeting, sign_offs: Iterable[SignOff], differences: Iterable[Difference], *,
    decided_by: User | None = None, why: str = "", at: datetime | None = None,
) -> tuple[Signature, ...]:  # fmt: skip
    """Who stands by the numbers, who differs and where; last the CEO who froze them with the difference."""
    found = [Signature(str(each.by), Side(each.side).label, each.at) for each in sign_offs]
    by_side: dict[str, list[Difference]] = {}
    for difference in differences:
        by_side.setdefault(difference.side, []).append(difference)
    for side, held in by_side.items():
        said = "; ".join(f"{d.number}: shown {d.shown}, holds {d.holds}: {d.why}" for d in held)
        found.append(Signature(str(meeting.presenter(side)), Side(side).label, held[-1].at, said))
    found.sort(key=lambda signature: signature.at)
    if decided_by is not None and at is not None:
        found.append(Signature(str(decided_by), "CEO", at, f"frozen with the difference recorded: {why}"))
    return tuple(found)
