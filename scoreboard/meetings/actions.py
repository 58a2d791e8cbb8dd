"""Preparing a meeting: making it, bringing in newer numbers, arranging its slides, and writing on them.

Each function locks the meeting, refuses one that is frozen, and adds its audit row. What changes slides, titles or
numbers takes signatures back: they stood under something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from core.audit import record
from core.models import Role, User
from core.show import sentence
from metrics.policy.checks import Refused, short
from scoreboard.deck.shape import Deck, Kind, from_json, to_json
from scoreboard.meetings.draft import make_draft
from scoreboard.meetings.numbers import numbers
from scoreboard.meetings.order import checked, content, default_keys
from scoreboard.meetings.read import carried_into, draft_deck
from scoreboard.models.meetings import Meeting, MeetingKind, MeetingSlide, Side

LONGEST_PART = 2000
NAMES = {Kind.WEEKLY: "Weekly review", Kind.BOARD: "Board meeting", Kind.ALL_HANDS: "All-hands"}


@transaction.atomic
def prepare(
    *, actor: User, kind: str, held_on: date, period: str = "", title: str = "", sales_presenter: User | None = None,
    marketing_presenter: User | None = None,
) -> Meeting:  # fmt: skip
    """A meeting with its draft and its default slides. Raises Refused with the field."""
    if kind not in MeetingKind.values:
        raise Refused("Choose what kind of meeting it is.", "kind")
    sales = sales_presenter or next(iter(presenters(Side.SALES)), None)
    marketing = marketing_presenter or next((p for p in presenters(Side.MARKETING) if p != sales), None)
    sales, marketing = _checked_presenters(sales, marketing)
    given = short(title, "title") or f"{NAMES[Kind(kind)]}, {held_on.day} {held_on:%B %Y}"
    deck, keys = _draft(Kind(kind), period, given, actor)
    meeting = Meeting.objects.create(
        kind=kind, title=given, held_on=held_on, period=deck.period, sales_presenter=sales,
        marketing_presenter=marketing, draft=to_json(deck), draft_run=deck.run, made_by=actor,
    )  # fmt: skip
    _place(meeting, default_keys(keys))
    record(
        verb="prepared a meeting", actor=actor, target=meeting, kind=kind, period=deck.period, run=deck.run,
        held_on=held_on.isoformat(),
    )  # fmt: skip
    return meeting


@transaction.atomic
def refresh(*, actor: User, meeting: Meeting) -> None:
    """Brings in the newest numbers. Signatures lapse, and differences about numbers that read otherwise now."""
    meeting = unfrozen(meeting)
    before = draft_deck(meeting)
    deck, _ = _draft(Kind(meeting.kind), meeting.period, meeting.title, actor)
    meeting.draft, meeting.draft_run = to_json(deck), deck.run
    meeting.save(update_fields=["draft", "draft_run"])
    now = {number.name: number.shown for number in numbers(draft_deck(meeting))}
    gone = [d for d in meeting.differences.all() if now.get(d.number) != d.shown]
    dropped = [{"side": d.side, "number": d.number, "shown": d.shown, "holds": d.holds, "why": d.why} for d in gone]
    meeting.differences.filter(pk__in=[d.pk for d in gone]).delete()
    record(
        verb="brought newer numbers into a meeting", actor=actor, target=meeting, before=before.run, run=deck.run,
        signatures_lapsed=_lapse(meeting), differences_dropped=dropped,
    )  # fmt: skip


@transaction.atomic
def arrange(*, actor: User, meeting: Meeting, keys: Sequence[str]) -> bool:
    """Shows these slides in this order; whether that was another one. Raises Refused."""
    meeting = unfrozen(meeting)
    before = list(meeting.slides.values_list("key", flat=True))
    catalogue = [slide.key for slide in content(from_json(meeting.draft))]
    after = checked(keys, [*catalogue, *before])
    if after == before:
        return False
    _place(meeting, after)
    record(
        verb="arranged the slides of a meeting", actor=actor, target=meeting, before=before, after=after,
        signatures_lapsed=_lapse(meeting),
    )  # fmt: skip
    return True


@transaction.atomic
def retitle(*, actor: User, meeting: Meeting, key: str, title: str) -> bool:
    """Gives a slide its own title; an empty one brings the drafted title back. Raises Refused."""
    meeting = unfrozen(meeting)
    row = _row(meeting, key)
    title = short(title, "title")
    drafted = {slide.key: slide.title for slide in from_json(meeting.draft).slides}.get(key, "")
    title = "" if title == short(drafted, "title") else title  # narrow blanks come back from a form as plain ones
    if row.title == title:
        return False
    before, row.title = row.title, title
    row.save(update_fields=["title"])
    record(
        verb="changed a slide's title", actor=actor, target=meeting, slide=key, before=before or drafted,
        after=title or drafted, signatures_lapsed=_lapse(meeting),
    )  # fmt: skip
    return True


@transaction.atomic
def write_part(*, actor: User, meeting: Meeting, key: str, part: str, notes: str) -> bool:
    """The presenter's own words and notes on a slide; nobody writes the other's. Raises Refused."""
    meeting = unfrozen(meeting)
    side = meeting.side_of(actor)
    if not side:
        raise Refused("The two presenters write their own parts.", "part")
    row = _row(meeting, key)
    values = {f"{side}_part": _long(part, "part"), f"{side}_notes": _long(notes, "notes")}
    before = {name: getattr(row, name) for name in values}
    if before == values:
        return False
    for name, text in values.items():
        setattr(row, name, text)
    row.save(update_fields=list(values))
    record(verb="wrote a part", actor=actor, target=meeting, slide=key, before=before, after=values)
    return True


def presenters(side: str) -> list[User]:
    """Who may present for a side: its leaders, and the CEO in their place."""
    role = Role.SALES_LEADER if side == Side.SALES else Role.MARKETING_LEADER
    people = User.objects.filter(is_active=True, role__in=[role, Role.CEO])
    return sorted(people, key=lambda user: (user.role == Role.CEO, user.name))


def unfrozen(meeting: Meeting) -> Meeting:
    """The meeting, locked. Raises Refused if its deck is frozen."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("sales_presenter", "marketing_presenter")
    row = rows.get(pk=meeting.pk)
    if row.frozen:
        raise Refused("This meeting is signed and frozen: nothing in it changes any more.")
    return row


def _lapse(meeting: Meeting) -> list[str]:
    sides = list(meeting.sign_offs.values_list("side", flat=True))
    meeting.sign_offs.all().delete()
    return sides


def _draft(kind: Kind, period: str, title: str, actor: User) -> tuple[Deck, list[str]]:
    try:
        return make_draft(
            kind=kind, period=period, title=title, user=actor, carried=carried_into(kind.value, actor)
        )  # fmt: skip
    except (LookupError, ValueError) as error:
        raise Refused(sentence(error), "period") from None


def _place(meeting: Meeting, keys: Sequence[str]) -> None:
    """Slides keep what was written on them; those taken away lose it."""
    meeting.slides.exclude(key__in=keys).delete()
    known = {row.key: row for row in meeting.slides.all()}
    for position, key in enumerate(keys, start=1):
        row = known.get(key) or MeetingSlide(meeting=meeting, key=key)
        row.position = position
        row.save()


def _row(meeting: Meeting, key: str) -> MeetingSlide:
    row = meeting.slides.filter(key=key).first()
    if row is None:
        raise Refused("That slide is not shown any more.", "slide")
    return row


def _checked_presenters(sales: User | None, marketing: User | None) -> tuple[User, User]:
    if sales is None or sales not in presenters(Side.SALES):
        raise Refused("Choose who presents for sales: a sales leader, or the CEO.", "sales_presenter")
    if marketing is None or marketing not in presenters(Side.MARKETING):
        raise Refused("Choose who presents for marketing: a marketing leader, or the CEO.", "marketing_presenter")
    if sales == marketing:
        raise Refused("Two people present: choose another one for marketing.", "marketing_presenter")
    return sales, marketing


def _long(text: str, field: str) -> str:
    """A part may have lines; blanks at its ends are taken off. Raises Refused."""
    text = text.replace("\r\n", "\n").strip()
    if "\x00" in text:
        raise Refused("The text holds a character that cannot be kept.", field)
    if len(text) > LONGEST_PART:
        raise Refused(f"Keep it under {LONGEST_PART} characters: a slide is a minute.", field)
    return text
