"""Decides how a date column is read: from its own values, its siblings in the same file, or an answer.

1. A value above 12 in one place settles the order for the whole column.
2. Values that prove both orders, or none, leave it open; so does a column of spreadsheet serial numbers.
3. What is open is taken from the answer in the plan's `dates`, else from columns of the same file that write their
   dates in the same shape (separator, digits of the year) and agree with each other, else asked.
4. An answer that a fifth or more of the values contradict and none supports was given for another file: the values
   win, and a note says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from revenue.imports.clean.dates.convert import dates
from revenue.imports.clean.dates.parse import PIVOT
from revenue.imports.clean.dates.profile import DateProfile
from revenue.imports.clean.evidence import Evidence, values
from revenue.imports.clean.settled import ANSWER_STANDS, Settled
from revenue.imports.shapes import Question

ORDERS = ("month-first", "day-first")
ANSWERS = (*ORDERS, "iso", "excel-serial")


def settle(heading: str, profile: DateProfile, answer: str, siblings: Sequence[tuple[str, DateProfile]]) -> Settled:
    """The column's order as `reading` ("" where nothing depends on it), or the question that decides it."""
    if answer == "excel-serial" and profile.serial:
        return Settled(answer, f"as answered; {values(profile.serial.count)}, e.g. {profile.serial.one()}")
    if profile.serial.count and profile.serial.count == profile.total:
        return Settled(question=_serial_question(heading, profile))
    if not profile.numeric:
        return Settled("", _unambiguous(profile), notes=_notes(heading, profile))
    if answer:
        return _answered(heading, profile, answer)
    proved = proven(profile)
    if proved:
        return Settled(proved, _proof(profile, proved), notes=_notes(heading, profile))
    if profile.month_first or profile.day_first:
        return Settled(question=_contradiction(heading, profile))
    if not profile.open:
        return Settled("month-first", "every date reads the same in both orders", notes=_notes(heading, profile))
    return _from_siblings(heading, profile, siblings) or Settled(question=_open_question(heading, profile))


def proven(profile: DateProfile) -> str:
    """The order that the column's own values prove; "" if none or both."""
    if profile.month_first and not profile.day_first:
        return "month-first"
    if profile.day_first and not profile.month_first:
        return "day-first"
    return ""


def _proof(profile: DateProfile, order: str) -> str:
    found = profile.month_first if order == "month-first" else profile.day_first
    other = "day-first" if order == "month-first" else "month-first"
    return f"{values(found.count)} cannot be {other}, e.g. {found.one()}" + _years(profile)


def _years(profile: DateProfile) -> str:
    return f"; two-digit years from {PIVOT} are 19xx, others 20xx" if profile.short_years else ""


def _unambiguous(profile: DateProfile) -> str:
    if not profile.total:
        return "the column is empty"
    if profile.iso == profile.total:
        return f"{values(profile.iso)} begin with the year"
    return f"{values(profile.total)} name the month or begin with the year"


def _notes(heading: str, profile: DateProfile) -> tuple[str, ...]:
    if profile.only_midnights:
        return (
            f"{heading}: all {values(profile.zoned)} with a time zone are midnight UTC; as dates they stand as written",
        )
    if 0 < profile.timed < profile.total:
        return (f"{heading}: {profile.timed:,} of {values(profile.total)} carry a time of day, the others none",)
    return ()


def _answered(heading: str, profile: DateProfile, answer: str) -> Settled:
    proved = proven(profile)
    if answer in ORDERS and proved and proved != answer:
        against = profile.month_first if proved == "month-first" else profile.day_first
        if against.count >= ANSWER_STANDS * profile.numeric:
            note = f"{heading}: the answer {answer} was not followed: {_proof(profile, proved)}"
            return Settled(proved, _proof(profile, proved), notes=(note, *_notes(heading, profile)))
    return Settled(answer, "as answered" + _years(profile), notes=_notes(heading, profile))


def _from_siblings(heading: str, profile: DateProfile, siblings: Sequence[tuple[str, DateProfile]]) -> Settled | None:
    """The order that columns of the same shape prove, if they agree."""
    alike = [(name, other) for name, other in siblings if set(profile.shapes) <= set(other.shapes)]
    found = {proven(other) for _, other in alike if other.month_first or other.day_first}
    if len(found) != 1 or "" in found:
        return None
    order = found.pop()
    name, other = next((name, other) for name, other in alike if proven(other) == order)
    evidence = f"as in {name!r}, which writes its dates alike: {_proof(other, order)}"
    note = f"{heading}: every date also reads the other way round; read {order} {evidence}"
    return Settled(order, evidence, notes=(note, *_notes(heading, profile)))


def _reading(order: str, found: Evidence) -> dict[str, object]:
    return {"answer": order, "examples": [[text, _spelled(text, order)] for text, _ in found.examples]}


def _spelled(text: str, order: str) -> str:
    day = dates(pl.Series([text]), order, "UTC").values[0]
    return f"{day.day} {day:%B %Y}" if day is not None else "no date: the row is rejected"


def _open_question(heading: str, profile: DateProfile) -> Question:
    text = (
        f"The dates in {heading!r} read as month-first and as day-first: none of {values(profile.numeric)} has a number"
        " above 12 that would decide it. Which is it?"
    )
    return Question("dates", heading, text, tuple(_reading(order, profile.open) for order in ORDERS))


def _contradiction(heading: str, profile: DateProfile) -> Question:
    text = (
        f"In {heading!r} {values(profile.month_first.count)} can only be month-first (e.g. {profile.month_first.one()})"
        f" and {values(profile.day_first.count)} only day-first (e.g. {profile.day_first.one()}). Which is right?"
        " Rows that cannot be read so are rejected."
    )
    both = Evidence(0, [*profile.month_first.examples[:1], *profile.day_first.examples[:1], *profile.open.examples[:1]])
    return Question("dates", heading, text, tuple(_reading(order, both) for order in ORDERS))


def _serial_question(heading: str, profile: DateProfile) -> Question:
    text = (
        f"{heading!r} holds numbers such as {profile.serial.one()} where dates are expected. Are they a spreadsheet's"
        " serial dates? If not, export the column as dates."
    )
    return Question("dates", heading, text, (_reading("excel-serial", profile.serial),))
