"""One meeting: its slides and parts, who signed, what was restated since, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.access import for_company, person
from core.models import Company, Role, User
from metrics.models import MetricRun
from scoreboard.annotations.actions import possible_owners
from scoreboard.deck.shape import Deck, Slide, from_json
from scoreboard.meetings.compose import compose, fingerprint, signatures
from scoreboard.meetings.numbers import numbers
from scoreboard.meetings.order import APPENDIX, LEAST, MOST, content
from scoreboard.meetings.read import frozen_deck, resolutions_of
from scoreboard.meetings.restated import restated
from scoreboard.meetings.views.parts import meeting_of
from scoreboard.models.meetings import Meeting, MeetingSlide, Side
from scoreboard.reading import Setting, setting_of


@dataclass(frozen=True)
class Shown:
    """A slide in the list: as it stands in the deck, and the row behind it (None once frozen)."""

    slide: Slide
    row: MeetingSlide | None
    drafted: str
    part: str
    notes: str


@for_company
@require_GET
def meeting(request: HttpRequest, id: int) -> HttpResponse:
    """The page on which a meeting is prepared, signed and followed up."""
    user, held, setting = person(request), meeting_of(request, id), setting_of(request)
    carried, own = resolutions_of(held, user)
    newest = setting.run if setting else None
    context: dict[str, Any] = {
        "meeting": held, "carried": carried, "own": own, "owners": possible_owners(),
        "today": (setting.company if setting else Company.current()).today(), "side": held.side_of(user),
    }  # fmt: skip
    context |= _frozen(held, setting) if held.frozen else _draft(held, user, newest)
    return render(request, "meetings/meeting.html", context)


def _frozen(held: Meeting, setting: Setting | None) -> dict[str, Any]:
    deck = frozen_deck(held)
    found = restated(deck, setting) if setting else ()
    return {
        "deck": deck, "snapshot": held.snapshot, "slides": [_kept(slide) for slide in _content(deck)],
        "restated": [each for each in found if not each.running], "went_on": [each for each in found if each.running],
    }  # fmt: skip


def _kept(slide: Slide) -> Shown:
    return Shown(slide, None, slide.title, "", "")


def _draft(held: Meeting, user: User, newest: MetricRun | None) -> dict[str, Any]:
    draft, rows = from_json(held.draft), list(held.slides.all())
    sign_offs, differences = list(held.sign_offs.select_related("by")), list(held.differences.select_related("by"))
    deck = compose(held, draft, rows, signatures(held, sign_offs, differences))
    shown = {slide.key: slide for slide in deck.slides}
    drafted = {slide.key: slide for slide in draft.slides}
    side = held.side_of(user)
    slides = [
        Shown(
            shown[row.key], row, drafted[row.key].title,
            getattr(row, f"{side}_part") if side else "", getattr(row, f"{side}_notes") if side else "",
        )
        for row in rows if row.key in shown
    ]  # fmt: skip
    signed = {each.side: each for each in sign_offs}
    return {
        "deck": deck, "slides": slides, "missing": [row for row in rows if row.key not in shown],
        "spare": [slide for slide in content(draft) if slide.key not in {row.key for row in rows}],
        "sides": [(each.value, each.label, held.presenter(each), signed.get(each.value),
                   [d for d in differences if d.side == each.value]) for each in Side],
        "signed": signed.get(side), "differs": [d for d in differences if d.side == side], "differences": differences,
        "numbers": numbers(deck), "fingerprint": fingerprint(deck), "may_decide": user.role == Role.CEO,
        "newer": newest if newest is not None and newest.pk != held.draft_run else None,
        "least": LEAST, "most": MOST,
    }  # fmt: skip


def _content(deck: Deck) -> tuple[Slide, ...]:
    return tuple(slide for slide in deck.slides if slide.section != APPENDIX)
