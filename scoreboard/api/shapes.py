"""What the API takes and gives, from which its description is made."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, Field

from core.periods import Grain

MOST = 1000  # rows in one answer
FURTHEST = 100_000  # rows that can be passed over; beyond that the whole list as CSV is quicker


def _printable(text: str) -> str:
    if "\0" in text:
        raise ValueError("it holds a NUL character")
    return text


Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Line = Annotated[str, Field(max_length=200), AfterValidator(_printable)]
Text = Annotated[str, Field(max_length=200_000), AfterValidator(_printable)]
Key = Annotated[str, Field(max_length=100, pattern=r"^[a-z0-9_]+$"), AfterValidator(_printable)]
Amount = Annotated[
    str | int | float | None,
    Field(description="Money as exact decimal text, anything else as a number; null where there is none."),
]


class Page(Schema):
    """Which part of a list."""

    limit: int = Field(100, ge=1, le=MOST)
    offset: int = Field(0, ge=0, le=FURTHEST)


class MetricQuery(Schema):
    """Which numbers of a metric."""

    grain: Grain = Grain.ALL
    by: Line = Field("", description="A dimension, or several separated by commas, such as team or segment,region.")
    since: date | None = Field(None, alias="from", description="First day of the first period.")
    until: date | None = Field(None, alias="to", description="Day before which periods begin.")
    where: list[Line] = Field([], max_length=8, description="DIMENSION=VALUE; several narrow it further.")
    model: Line = Field("", description="The attribution model, where the metric has several.")
    as_of: Id | None = Field(None, description="As an earlier run published it.")


class CsvQuery(MetricQuery):
    """The same, as a table."""

    raw: bool = Field(False, description="Leave cells as they are, formulas included. For programs; audited.")


class FormatQuery(CsvQuery):
    """The same, in a format."""

    format: Annotated[str, Field(pattern="^(json|csv)$")] = "json"


class MetricRow(Schema):
    """One value with its parts. `status` is ok, or says why there is no value."""

    period: date | None
    by: dict[str, str | None]
    numerator: Amount
    denominator: Amount
    n: int
    value: Amount
    status: str


class MetricDocument(Schema):
    """One metric, as `manage.py metric KEY --json` prints it."""

    metric: str
    label: str
    unit: str
    grain: str
    definition: str
    version: int
    as_of: date
    run: int
    rows: list[MetricRow]


class MetricEntry(Schema):
    """One metric of the registry."""

    metric: str
    label: str
    unit: str
    family: str
    definition: str
    why: str
    good_is: str
    timing: str
    functions: list[str]
    dimensions: list[str]
    grains: list[str]
    own_dimensions: list[str]
    minimum_n: int
    version: int
    reviewed: date
    source: str


class MetricList(Schema):
    """The registry."""

    count: int
    metrics: list[MetricEntry]


class RowQuery(Page):
    """Which rows behind a value."""

    period: Line = Field("", description="qtd (default), 2026Q3, 2026-07, 2026W33, 2026, or all.")
    of: Line = Field("", description="DIMENSION:MEMBER, one part of the company, such as segment:Enterprise.")
    q: Annotated[Line, Field(max_length=100)] = Field("", description="Text to find in the rows.")
    format: Annotated[str, Field(pattern="^(json|csv)$")] = "json"
    raw: bool = Field(False, description="CSV alone: leave cells as they are, formulas included. Audited.")


class RowList(Schema):
    """Rows behind a value. Money as exact decimal text in the row's currency, rates as fractions."""

    metric: str
    object: str
    start: date | None = Field(description="First day, null where the whole is listed.")
    end: date | None = Field(description="First day after it.")
    count: int
    limit: int
    offset: int
    rows: list[dict[str, Any]]


class Question(Schema):
    """What an import needs to know before it can be read."""

    key: str
    text: str
    answers: list[str]


class Import(Schema):
    """One table of one file: read = accepted + rejected + skipped."""

    id: int
    file: str
    file_id: int
    table: str
    source: str | None
    object: str | None
    title: str
    status: str
    read: int
    accepted: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    skipped: int
    questions: list[Question]
    notes: list[str]
    error: str
    received_at: datetime
    finished_at: datetime | None
    address: str


class ImportList(Schema):
    """Imports, newest first."""

    count: int
    limit: int
    offset: int
    imports: list[Import]


class Upload(Schema):
    """What is said about a file; all of it can be left out."""

    source: Line = ""
    object: Line = Field("", description="What it holds, where its headings do not say: revenue_lines, deals …")
    mapping: Text = Field("", description="The TOML of a mapping.")


class Received(Schema):
    """A file as it was received: ask its address until it is finished."""

    id: int
    name: str
    sha256: str
    size: int
    received_at: datetime
    finished: bool
    address: str
    imports: list[Import]


class Answers(Schema):
    """Answers to an import's questions, by their keys."""

    answers: dict[Line, Line] = Field(min_length=1, max_length=30)


class TakenBack(Schema):
    """What taking an import back did."""

    id: int
    status: str
    removed: int
    restored: int


class Coachable(Schema):
    """Somebody whom the token's person may coach."""

    id: int
    key: str
    name: str
    team: str | None


class CoachableList(Schema):
    """All of them."""

    count: int
    reps: list[Coachable]


class SessionQuery(Page):
    """Which sessions."""

    since: date | None = Field(None, alias="from", description="Held on or after this day.")
    until: date | None = Field(None, alias="to", description="Held before this day.")


class Session(Schema):
    """One coaching session. What was said and promised in it is not here."""

    id: int
    held_on: date
    kind: str
    minutes: float
    manager: str | None
    reps: list[str]
    topic: str | None
    deal: str | None
    planned: bool | None
    useful: int | None = Field(description="1–5; only for those who see the whole company.")


class SessionList(Schema):
    """Sessions, newest first."""

    count: int
    limit: int
    offset: int
    sessions: list[Session]


class NewSession(Schema):
    """A session to log. The same `client_key` sent again logs nothing more."""

    client_key: str = Field(pattern=r"^[A-Za-z0-9_-]{16,64}$", description="Made by you, once per session.")
    reps: list[Id] = Field(min_length=1, max_length=100, description="Ids from /coaching/reps.")
    kind: Line = Field(description="one_on_one, pre_brief, debrief, ride_along, call_review, role_play or group.")
    minutes: int = Field(ge=1, le=600)
    held_on: date
    topic: Line = ""
    deal: Id | None = Field(None, description="The id of a deal in your scope.")


class Logged(Schema):
    """What became of it. `session` is null where it was logged and deleted before."""

    created: bool
    session: Session | None


PackFormat = Annotated[str, Field(pattern="^(pptx|pdf|xlsx|html)$")]


class MeetingEntry(Schema):
    """A meeting; `sha256` is that of its frozen deck, null before it is frozen."""

    id: int
    kind: str
    title: str
    held_on: date
    period: str
    sales_presenter: str
    marketing_presenter: str
    frozen: bool
    sha256: str | None


class MeetingList(Schema):
    """Meetings, newest first."""

    count: int
    limit: int
    offset: int
    meetings: list[MeetingEntry]


class FrozenDeck(Schema):
    """A deck as it was frozen: slides with their charts and values."""

    meeting: int
    sha256: str
    run: int
    frozen_at: datetime
    deck: dict[str, Any]


class PackFileEntry(Schema):
    """One format of a pack."""

    format: str
    name: str
    size: int
    sha256: str
    address: str


class PackEntry(Schema):
    """One deck in the formats asked for."""

    id: int
    kind: str
    period: str
    meeting: int | None
    title: str
    status: str
    error: str
    run: int | None
    asked_at: datetime
    finished_at: datetime | None
    files: list[PackFileEntry]


class PackList(Schema):
    """Packs, newest first."""

    count: int
    limit: int
    offset: int
    packs: list[PackEntry]
