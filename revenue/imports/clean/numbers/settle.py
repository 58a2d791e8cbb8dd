"""Decides which mark is the decimal one of a number column: from its own values, its siblings, or an answer.

1. A value with both marks, with two groups, or with other than three digits behind its only mark settles the column.
2. `3,100` alone may be 3100 or 3.1: if nothing else decides, columns of the same file that prove one mark do, else it
   is asked. The plan's `decimal` is the answer.
3. Values that prove both marks are asked about, unless they look damaged: then that is the question (see damage.py).
4. An answer that a fifth or more of the values contradict and none supports was given for another file.
"""

from __future__ import annotations

from collections.abc import Sequence

from revenue.imports.clean.evidence import Evidence, values
from revenue.imports.clean.numbers.damage import damage
from revenue.imports.clean.numbers.parse import NotANumber, parse_number
from revenue.imports.clean.numbers.profile import NumberProfile
from revenue.imports.clean.settled import ANSWER_STANDS, Settled
from revenue.imports.shapes import Question

MARKS = (".", ",")
_OTHER = {".": ",", ",": "."}
AS_WRITTEN = "as-written"


def settle(
    heading: str, profile: NumberProfile, answer: str, damaged: str, siblings: Sequence[tuple[str, NumberProfile]]
) -> Settled:
    """The decimal mark as `reading`, or the question that decides it. `damaged` is the answer to that question."""
    trace = damage(profile)
    if trace and damaged != AS_WRITTEN:
        return Settled(question=_damage_question(heading, profile, trace))
    proved = proven(profile)
    if answer in MARKS:
        return _answered(heading, profile, answer, proved)
    if proved:
        return Settled(proved, _proof(profile, proved))
    if profile.marks["."].proof or profile.marks[","].proof:
        return Settled(question=_contradiction(heading, profile))
    if not profile.marks["."].open and not profile.marks[","].open:
        return Settled(".", "whole numbers" if profile.total else "the column is empty")
    return _from_siblings(heading, siblings) or Settled(question=_open_question(heading, profile))


def proven(profile: NumberProfile) -> str:
    """The decimal mark that the column's own values prove; "" if none or both."""
    point, comma = profile.marks["."].proof, profile.marks[","].proof
    return "." if point and not comma else "," if comma and not point else ""


def _proof(profile: NumberProfile, mark: str) -> str:
    found = profile.marks[mark].proof
    return f"{found.how_many()} can only be read so, e.g. {found.one()}"


def _answered(heading: str, profile: NumberProfile, answer: str, proved: str) -> Settled:
    if proved and proved != answer and profile.marks[proved].proof.count >= ANSWER_STANDS * profile.total:
        evidence = _proof(profile, proved)
        note = f"{heading}: the answer, decimal mark {answer!r}, was not followed: with {proved!r} {evidence}"
        return Settled(proved, evidence, notes=(note,))
    return Settled(answer, "as answered")


def _from_siblings(heading: str, siblings: Sequence[tuple[str, NumberProfile]]) -> Settled | None:
    telling = [(name, other) for name, other in siblings if other.marks["."].proof or other.marks[","].proof]
    found = {proven(other) for _, other in telling}
    if len(found) != 1 or "" in found:
        return None
    mark, (name, other) = found.pop(), telling[0]
    evidence = f"as in {name!r}: {_proof(other, mark)}"
    note = f"{heading}: its values alone leave the decimal mark open; read with {mark!r} {evidence}"
    return Settled(mark, evidence, notes=(note,))


def _reading(mark: str, found: Evidence) -> dict[str, object]:
    return {"answer": mark, "examples": [[text, _spelled(text, mark)] for text, _ in found.examples]}


def _spelled(text: str, mark: str) -> str:
    try:
        return f"{parse_number(text, mark).value.normalize():f}"
    except NotANumber:
        return "no number: the row is rejected"


def _open_question(heading: str, profile: NumberProfile) -> Question:
    found = Evidence(0, (profile.marks["."].open.examples + profile.marks[","].open.examples)[:3])
    text = (
        f"The numbers in {heading!r} can be read two ways: {found.one()} is {_spelled(found.examples[0][0], '.')} if"
        f" the point is the decimal mark and {_spelled(found.examples[0][0], ',')} if the comma is. Which is it?"
    )
    return Question("decimal", heading, text, tuple(_reading(mark, found) for mark in MARKS))


def _contradiction(heading: str, profile: NumberProfile) -> Question:
    point, comma = profile.marks["."].proof, profile.marks[","].proof
    text = (
        f"In {heading!r} {point.how_many()} can only have a decimal point (e.g. {point.one()}) and"
        f" {values(comma.count)} only a decimal comma (e.g. {comma.one()}). Which is right? Rows that cannot be read so"
        " are rejected."
    )
    both = Evidence(0, [*point.examples[:1], *comma.examples[:1]])
    return Question("decimal", heading, text, tuple(_reading(mark, both) for mark in MARKS))


def _damage_question(heading: str, profile: NumberProfile, trace: str) -> Question:
    found = [
        p
        for mark in MARKS
        for p in (*profile.marks[mark].grouping.examples[:2], *profile.marks[mark].single.examples[:1])
    ]
    mark = proven(profile) or "."
    text = (
        f"The numbers in {heading!r} look damaged, as if a spreadsheet with another locale had rewritten them: {trace}."
        " Export the file again without opening it in a spreadsheet, or answer as-written if the numbers are right."
    )
    return Question(
        "damaged", heading, text, ({"answer": AS_WRITTEN, "examples": [[t, _spelled(t, mark)] for t, _ in found]},)
    )
