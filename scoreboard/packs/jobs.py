"""Packs in the background: the row in PostgreSQL is the truth, a conditional UPDATE the claim, Redis only rings.

One pack is made at a time, whoever has asked for how many: the other worker is free for imports and numbers.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from celery import current_app
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from core.audit import record
from core.copy import run as execute
from core.models import Company, User
from metrics.models import MetricRun
from scoreboard.deck.build import build_deck
from scoreboard.deck.shape import Deck, Kind, sha256
from scoreboard.meetings import frozen_deck
from scoreboard.models.meetings import Meeting
from scoreboard.models.packs import Pack, PackFile, PackStatus
from scoreboard.packs.formats import FORMATS, NAMES, file_name, render
from scoreboard.packs.pptx.template import TemplateError
from scoreboard.packs.store import keep
from scoreboard.views_of_time import parse

log = structlog.get_logger()
SILENT = timedelta(seconds=90)  # a step takes seconds; who says nothing for so long is gone
MOST_ATTEMPTS = 3
_CLAIMS = 7_305_006  # the lock under which packs are claimed


class CannotBeMade(Exception):
    """A pack that no further attempt will make, with the reason."""


def ask(*, actor: User, kind: str, period: str, formats: tuple[str, ...], meeting: Meeting | None = None) -> Pack:
    """Writes down that `actor` wants a pack, and rings after the commit.

    Of a meeting it is the frozen deck, whose kind and period it takes. Raises ValueError for a period, kind or format
    that is none, and LookupError while nothing has been published or the meeting is not frozen.
    """
    if not formats or set(formats) - set(FORMATS):
        raise ValueError(f"choose at least one format of {', '.join(FORMATS)}")
    run = MetricRun.newest()
    if run is None:
        raise LookupError("no numbers have been published yet: import files first, then try again")
    if meeting is not None:
        frozen_deck(meeting)
        kind, period = meeting.kind, meeting.period
    elif kind not in set(Kind):
        raise ValueError(f"{kind!r} is no kind of meeting")
    code = parse(period, Company.current().calendar, run.as_of).code
    with transaction.atomic():
        pack = Pack.objects.create(
            kind=kind, period=code, meeting=meeting, formats=list(formats), asked_by=actor, run=run.pk
        )
        record(verb="asked for a pack", actor=actor, target=pack, period=code, kind=kind, formats=list(formats))
        transaction.on_commit(ring)
    return pack


def ring() -> None:
    """Tells a worker that packs wait. A lost ring costs a minute: beat rings again for what is stale."""
    try:
        current_app.send_task("scoreboard.packs.tasks.make_next")
    except BrokerError as error:
        log.warning("the broker does not answer; the pack will be made later", error=str(error))


def ring_stale() -> int:
    """Rings if anything waits that nobody works on. Returns how many wait."""
    count = Pack.objects.filter(_waiting()).count()
    if count:
        ring()
    return count


def _waiting() -> Q:
    silent = Q(status=PackStatus.WORKING, beat_at__lt=timezone.now() - SILENT)
    return Q(status=PackStatus.QUEUED) | silent


def claim() -> Pack | None:
    """The oldest pack that waits, now this worker's; None if there is none, or another worker makes one."""
    with transaction.atomic():
        execute("SELECT pg_advisory_xact_lock(%s)", [_CLAIMS])
        fresh = timezone.now() - SILENT
        if Pack.objects.filter(status=PackStatus.WORKING, beat_at__gte=fresh).exists():
            return None
        first = Pack.objects.filter(_waiting()).order_by("pk").values_list("pk", flat=True).first()
        if first is None:
            return None
        taken = Pack.objects.filter(_waiting(), pk=first).update(
            status=PackStatus.WORKING, beat_at=timezone.now(), attempts=F("attempts") + 1, step=0, doing="", error=""
        )
    return Pack.objects.select_related("meeting", "asked_by").get(pk=first) if taken else None


def make_next() -> Pack | None:
    """Claims a pack and makes it; None where there is nothing to do. What fails says so on its row."""
    pack = claim()
    if pack is None:
        return None
    try:
        _make(pack)
    except (CannotBeMade, TemplateError) as error:
        _fail(pack, str(error))
    except Exception:
        log.exception("a pack could not be made", pack=pack.pk, attempt=pack.attempts)
        if pack.attempts >= MOST_ATTEMPTS:
            _fail(pack, f"It could not be made in {pack.attempts} attempts; the worker's log says why.")
        else:
            Pack.objects.filter(pk=pack.pk).update(status=PackStatus.QUEUED, doing="")
    return pack


def _make(pack: Pack) -> None:
    """1. The deck, from the run that was newest when it was asked for. 2. Each format. 3. Done, with all checksums."""
    _say(pack, 0, "collecting the numbers")
    try:
        deck = deck_of(pack)
    except (LookupError, ValueError) as error:
        raise CannotBeMade(str(error.args[0])) from error
    made: list[PackFile] = []
    for place, name in enumerate(pack.formats, start=1):
        _say(pack, place, f"drawing {NAMES[name]}")
        content = render(deck, name)
        made.append(
            PackFile(pack=pack, format=name, name=file_name(deck, name), sha256=keep(content), size=len(content))
        )
    with transaction.atomic():
        PackFile.objects.filter(pack=pack).delete()
        PackFile.objects.bulk_create(made)
        Pack.objects.filter(pk=pack.pk).update(
            status=PackStatus.DONE, step=pack.steps, doing="", finished_at=timezone.now(), title=deck.title,
            deck_sha256=sha256(deck), run=deck.run,
        )  # fmt: skip
        files = {each.format: each.sha256 for each in made}
        record(verb="made a pack", by="worker", target=pack, asked_by=pack.asked_by.email, files=files)


def deck_of(pack: Pack) -> Deck:
    """The frozen deck of its meeting, or one of its period as its run published it."""
    if pack.meeting is not None:
        return frozen_deck(pack.meeting)
    run = MetricRun.objects.filter(pk=pack.run).first() if pack.run else None
    return build_deck(kind=Kind(pack.kind), period=pack.period, user=pack.asked_by, run=run)


def _say(pack: Pack, step: int, doing: str) -> None:
    Pack.objects.filter(pk=pack.pk).update(step=step, doing=doing, beat_at=timezone.now())


def _fail(pack: Pack, reason: str) -> None:
    with transaction.atomic():
        Pack.objects.filter(pk=pack.pk).update(
            status=PackStatus.FAILED, error=reason, doing="", finished_at=timezone.now()
        )
        record(verb="failed to make a pack", by="worker", target=pack, reason=reason)
