"""Which title stands over a chart: the one that a leader wrote on these very numbers, else the drafted one.

A written title is a claim about numbers. After an import has changed them the drafted title, which is made from them,
is back, and what was written before is quoted below it for a month with its day: nobody reads an old claim over new
numbers. One query a page, however many charts it has.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import timedelta

from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

from core.models import User
from core.unchanged import while_unchanged
from scoreboard.head import head_of
from scoreboard.models.titles import ChartTitle
from scoreboard.pages.shape import Part

QUOTED = timedelta(days=31)
MOST = 500  # the newest of a page with all its filters
SALT = "scoreboard.titles"
NOT_OF_THE_VIEW = ("csv", "title")  # parameters that ask for something about the same numbers


@dataclass(frozen=True)
class Titled:
    """A chart or table with the title it is shown under; `written` is that title's row, `before` an outdated one."""

    part: Part
    drafted: str
    written: ChartTitle | None = None
    before: ChartTitle | None = None
    editable: bool = False
    form: str = ""  # signed: what the sent title will be about; empty unless the reader asked to edit it

    @property
    def begin(self) -> str:
        """What the form begins with."""
        row = self.written or self.before
        return row.text if row else self.drafted


@dataclass(frozen=True)
class Subject:
    """The chart that a title is written about, as the server showed it."""

    path: str
    query: str
    chart: str
    digest: str
    drafted: str

    def signed(self) -> str:
        """For a form: nobody can send back another chart, or other numbers, than the page showed."""
        return signing.dumps(self.__dict__, salt=SALT)

    @classmethod
    def unsigned(cls, text: str) -> Subject:
        """Raises `django.core.signing.BadSignature` for what this server did not sign."""
        return cls(**signing.loads(text, salt=SALT))

    @property
    def address(self) -> str:
        """Of the chart on its page."""
        return f"{self.path}{'?' if self.query else ''}{self.query}#{self.chart}"


def titled(request: HttpRequest, part: Part) -> Titled:
    """`part` with the title that this reader sees over it."""
    user = request.user
    if not isinstance(user, User) or not user.sees_everything:
        return Titled(part, part.title)
    rows = [row for row in _of_page(request, user) if row.chart == part.key]
    asked = request.GET.get("title") == part.key
    if not rows and not asked:
        return Titled(part, part.title, editable=True)
    digest, query = digest_of(part), query_of(request)
    written = next((row for row in rows if row.digest == digest), None)
    before = next((row for row in rows if row.query == query and row.digest != digest), None)
    if before and (written or timezone.now() - before.written_at > QUOTED):
        before = None
    form = Subject(request.path, query, part.key, digest, part.title).signed() if asked else ""
    shown = replace(part, title=written.text) if written else part
    return Titled(shown, part.title, written, before, editable=True, form=form)


def digest_of(part: Part) -> str:
    """SHA-256 of all that a chart or table shows but its title: caption (unit, period, source), headings and values."""
    content = json.dumps([part.caption, part.headings(), part.plain()], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def query_of(request: HttpRequest) -> str:
    """What chooses the numbers of the page, in one order."""
    chosen = request.GET.copy()
    for name in NOT_OF_THE_VIEW:
        chosen.pop(name, None)
    pairs = sorted((name, value) for name, values in chosen.lists() for value in values)
    ordered = chosen.__class__(mutable=True)
    for name, value in pairs:
        ordered.appendlist(name, value)
    return ordered.urlencode()


def _of_page(request: HttpRequest, user: User) -> list[ChartTitle]:
    """The titles of the page with all its filters, newest first, read once per request."""
    if not head_of(user, request.path).has_titles:  # asked for the head of the page anyway
        return []
    known: list[ChartTitle] | None = getattr(request, "assay_titles", None)
    if known is None:
        rows = ChartTitle.objects.visible_to(user).filter(path=request.path).select_related("written_by")[:MOST]
        known = while_unchanged(("chart titles", request.path), lambda: list(rows))
        request.assay_titles = known  # type: ignore[attr-defined]
    return known
