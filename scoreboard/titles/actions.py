"""Writing a title over a chart, and going back to the drafted one. Each with its audit row."""

from __future__ import annotations

from django.db import transaction

from core.audit import record
from core.models import User
from metrics.policy.checks import Refused, short
from scoreboard.models.titles import ChartTitle
from scoreboard.titles.read import Subject

LONGEST = 200  # characters: two lines over a chart


@transaction.atomic
def write_title(*, actor: User, subject: Subject, text: str) -> bool:
    """Puts `text` over the chart, in place of what was written there; empty or as drafted: the drafted one is back.

    Whether there was anything to change. Raises Refused with the field, and for who does not see the company's numbers.
    """
    if not actor.sees_everything:
        raise Refused("Only those who see the whole company's numbers write titles over them.", "text")
    text = short(text, "text")
    if len(text) > LONGEST:
        raise Refused(f"That is {len(text)} characters; a title has at most {LONGEST}.", "text")
    row = (
        ChartTitle.objects.select_for_update()
        .filter(path=subject.path, query=subject.query, chart=subject.chart)
        .first()
    )
    before = row.text if row else subject.drafted
    if text in ("", short(subject.drafted, "text")):  # narrow blanks come back from a form as plain ones
        # One that was written on the same numbers under another address would come back in its place.
        gone, _ = ChartTitle.objects.filter(path=subject.path, chart=subject.chart, digest=subject.digest).delete()
        gone += row.delete()[0] if row and row.digest != subject.digest else 0
        if gone:
            _note("went back to a chart's drafted title", actor, subject, before, subject.drafted)
        return bool(gone)
    if row and (row.text, row.digest) == (text, subject.digest):
        return False
    row = row or ChartTitle(path=subject.path, query=subject.query, chart=subject.chart)
    row.text, row.digest, row.drafted, row.written_by = text, subject.digest, subject.drafted, actor
    row.save()
    _note("wrote a chart's title", actor, subject, before, text)
    return True


def _note(verb: str, actor: User, subject: Subject, before: str, after: str) -> None:
    record(
        verb=verb, actor=actor, page=subject.path, query=subject.query, chart=subject.chart, drafted=subject.drafted,
        before=before, after=after,
    )  # fmt: skip
