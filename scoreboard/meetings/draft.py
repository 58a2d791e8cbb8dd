"""The draft of a meeting: every slide that it may show, made from published values, with what was said about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from core import show
from core.models import Company, User
from metrics.models import MetricRun
from scoreboard.annotations.read import within
from scoreboard.deck.build import build_deck
from scoreboard.deck.shape import Annotation, Cell, Deck, Kind, Presenter, Slide, Table
from scoreboard.deck.slides.appendix import definitions, metrics_of
from scoreboard.meetings.order import APPENDIX, CARRIED, CHANGES, content
from scoreboard.models.annotations import Annotation as Written
from scoreboard.models.meetings import Resolution
from scoreboard.monday.changes import counted
from scoreboard.monday.page import judge_week
from scoreboard.reading import Setting
from scoreboard.views_of_time import parse

REMARKS = 4  # a slide
SECTION = "Since last time"


def make_draft(*, kind: Kind, period: str, title: str, user: User, carried: list[Resolution]) -> tuple[Deck, list[str]]:
    """The deck with all slides of its catalogue, and the keys of those that its kind shows by itself.

    Raises LookupError while nothing has been published, and ValueError for a period that is none.
    """
    deck = build_deck(kind=kind, period=period, title=title)
    own = list(content(deck))
    if kind is Kind.WEEKLY:
        own[1:1] = _changes(user)
    own[-1:-1] = _carried(carried, Company.current().today())
    keys = [slide.key for slide in own]
    more = () if kind is Kind.BOARD else content(build_deck(kind=Kind.BOARD, period=period, title=title))
    slides = (*own, *(slide for slide in more if slide.key not in keys))
    slides = _annotated(slides, user, deck)
    return replace(deck, slides=slides, definitions=definitions(metrics_of(slides))), keys


def _changes(user: User) -> list[Slide]:
    """What Monday's page says: the measures that left their usual range in the last full week."""
    run, company = MetricRun.newest(), Company.current()
    if run is None:
        return []
    setting = Setting(user, company, run, parse("", company.calendar, run.as_of))
    week, _, judged = judge_week(setting)
    if not judged.measures:
        return []
    count = len(judged.changes)
    title = counted(count) + (" last week" if count else "")
    rows = tuple(
        (Cell(change.label), Cell(change.value, tone=change.tone), Cell(change.usual)) for change in judged.changes[:9]
    )
    noise = f"{judged.noise} other measures moved within their usual range: noise, and left out."
    if judged.unjudged:
        noise += f" {judged.unjudged} cannot be judged yet."
    table = Table(
        CHANGES, f"Week of {show.span(week.start, week.end - timedelta(days=1))} · against the 52 weeks before it",
        ("Measure", "Now", "Usual"), rows,
    )  # fmt: skip
    return [
        Slide(
            CHANGES, SECTION, title, lede=noise, table=table if rows else None, presenter=Presenter.BOTH,
            chart=judged.changes[0].chart if rows else None,
            notes="For each line: do we know why, and is there something to do about it?",
        )
    ]  # fmt: skip


def _carried(resolutions: list[Resolution], today: date) -> list[Slide]:
    """Decisions and actions that the last meeting of this kind left open."""
    if not resolutions:
        return []
    late = sum(1 for each in resolutions if each.due_on and each.due_on < today and each.status == "open")
    count = len(resolutions)
    rows = tuple(
        (
            Cell(each.text), Cell(str(each.owner)), Cell(show.day(each.due_on) if each.due_on else "no day"),
            Cell(each.get_status_display(), tone="bad" if each.due_on and each.due_on < today else "", badge=False),
        )
        for each in resolutions[:12]
    )  # fmt: skip
    title = f"{'One thing is' if count == 1 else f'{count} things are'} open from last time"
    return [
        Slide(
            CARRIED, SECTION, f"{title}, {late} of them overdue" if late else title,
            table=Table(CARRIED, "Decisions and actions of earlier meetings of this kind", _HEAD, rows, words=True),
            presenter=Presenter.BOTH, notes="For each line: done, dropped, or a new date.",
        )
    ]  # fmt: skip


_HEAD = ("What", "Owner", "Due", "Status")


def _annotated(slides: tuple[Slide, ...], user: User, deck: Deck) -> tuple[Slide, ...]:
    """The slides with what was written on their charts' metrics, in the charts' time, the newest few."""
    period = parse(deck.period, Company.current().calendar, deck.as_of).period
    written = within(user, metrics_of(slides))
    return tuple(replace(slide, annotations=_remarks(slide, written, period.start, period.end)) for slide in slides)


def _remarks(slide: Slide, written: list[Written], start: date, end: date) -> tuple[Annotation, ...]:
    if slide.section == APPENDIX:
        return ()
    spans = {f.metric: (start, end) for f in slide.figures}
    spans |= {c.metric: (c.bounds[0], c.bounds[-1]) if c.bounds else (start, end) for c in slide.charts if c.metric}
    found = [
        each for each in written
        if each.metric in spans and spans[each.metric][0] <= each.on_date < spans[each.metric][1]
    ]  # fmt: skip
    return tuple(
        Annotation(
            each.text, str(each.written_by), str(each.owner), each.action, each.due_on, each.on_date, each.metric,
            each.status == "done",
        )
        for each in found[-REMARKS:]
    )  # fmt: skip
