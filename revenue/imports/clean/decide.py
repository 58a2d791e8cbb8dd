"""Decides the reading of every column of a table, with its siblings in view, and gathers what must be asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from revenue.imports.clean.boolean import BooleanProfile
from revenue.imports.clean.columns import Bound, Part
from revenue.imports.clean.dates import settle as date_settle
from revenue.imports.clean.dates.profile import DateProfile
from revenue.imports.clean.evidence import values
from revenue.imports.clean.numbers import settle as number_settle
from revenue.imports.clean.numbers.profile import NumberProfile
from revenue.imports.clean.period import EndProfile
from revenue.imports.clean.probability import ProbabilityProfile
from revenue.imports.clean.settled import Questions, Settled
from revenue.imports.shapes import Company, Plan, Reading
from revenue.objects import Kind

_ROUNDED = {Kind.NUMBER: "four", Kind.RATE: "ten"}


@dataclass
class Decisions:
    """The readings of all columns, what must be asked, and what a person should know."""

    questions: Questions = field(default_factory=Questions)
    readings: list[Reading] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def decide(bound: list[Bound], parts: list[Part], plan: Plan, company: Company) -> Decisions:
    """Settles every part in place and returns what was decided, in the order of the columns."""
    for part in parts:
        part.settled = _settle(part, parts, plan, company)
    found = Decisions()
    told: set[int] = set()
    for column in bound:
        for part in column.parts:
            if part.profile is None:
                continue
            settled = part.settled
            if settled.question is not None and id(part) not in told:
                found.questions.add(settled.question)
            found.notes += [note for note in settled.notes if note not in found.notes]
            heading = part.cells.name or column.column.name
            if settled.question is None:
                found.readings.append(Reading(column.column.name, heading, _shown(part), settled.evidence))
            told.add(id(part))
        found.notes += _rounding(column)
    return found


def _settle(part: Part, parts: list[Part], plan: Plan, company: Company) -> Settled:
    heading, answers = part.cells.name, plan.format
    match part.profile:
        case DateProfile() as profile:
            return date_settle.settle(heading, profile, answers.get("dates", ""), _date_siblings(part, parts))
        case NumberProfile() as profile:
            return _number(heading, profile, part, parts, plan)
        case ProbabilityProfile() as profile:
            settled = _number(heading, profile.numbers, part, parts, plan)
            if settled.question is not None:
                return settled
            scale, why = profile.scale(heading, settled.reading, answers.get("probability", ""))
            return Settled(f"{scale} {settled.reading}", why, notes=settled.notes)
        case BooleanProfile() as profile:
            return Settled(*profile.reading())
        case EndProfile() as profile:
            order = date_settle.settle(
                heading, *_dates_of(part, parts), answers.get("dates", ""), _date_siblings(part, parts)
            ).reading
            return profile.settle(heading, order, company.time_zone)
    return Settled()


def _number(heading: str, profile: NumberProfile, part: Part, parts: list[Part], plan: Plan) -> Settled:
    answer, damaged = plan.format.get("decimal", ""), plan.format.get("damaged", "")
    siblings = [(p.cells.name, numbers) for p in parts if p is not part and (numbers := numbers_of(p)) is not None]
    return number_settle.settle(heading, profile, answer, damaged, siblings)


def numbers_of(part: Part) -> NumberProfile | None:
    """What a part's decimal marks prove, if it holds numbers."""
    if isinstance(part.profile, ProbabilityProfile):
        return part.profile.numbers
    return part.profile if isinstance(part.profile, NumberProfile) else None


def _date_siblings(part: Part, parts: list[Part]) -> list[tuple[str, DateProfile]]:
    return [(p.cells.name, p.profile) for p in parts if p is not part and isinstance(p.profile, DateProfile)]


def _dates_of(part: Part, parts: list[Part]) -> tuple[DateProfile]:
    """The date profile of the same cells."""
    same = [p.profile for p in parts if p.cells == part.cells and isinstance(p.profile, DateProfile)]
    return (same[0],)


def _shown(part: Part) -> str:
    """A reading as the operator sees it."""
    reading = part.settled.reading
    if isinstance(part.profile, NumberProfile):
        return f"decimal {reading}"
    if isinstance(part.profile, ProbabilityProfile):
        return reading.split()[0]
    if isinstance(part.profile, DateProfile):
        return reading or ("iso" if part.profile.iso else "by name of month" if part.profile.total else "empty")
    return reading


def _rounding(column: Bound) -> list[str]:
    """A note where numbers that are no amounts have more decimals than are kept."""
    kept = _ROUNDED.get(column.column.kind)
    numbers = numbers_of(column.part)
    if kept is None or numbers is None or not numbers.long or column.column.kind is Kind.RATE:
        return []
    long = numbers.long
    return [
        f"{column.heading}: {values(long.count)} with more than {kept} decimals, rounded half-even, e.g. {long.one()}"
    ]
