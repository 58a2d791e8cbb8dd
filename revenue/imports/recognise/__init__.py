"""What is this table? Which vendor's export of which object, by its headings; never by guessing between equals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from revenue import objects
from revenue.imports.mapping.headings import Headings, fold
from revenue.imports.recognise.match import Candidate, match_ignored, match_plain, match_preset
from revenue.imports.recognise.presets import Preset, known_presets, library
from revenue.imports.recognise.recognised import (
    Recognised,
    answer,
    lacking_question,
    object_question,
    plan_plain,
    plan_preset,
)
from revenue.imports.recognise.views import apply
from revenue.imports.shapes import Plan

__all__ = [
    "Candidate",
    "Recognised",
    "apply",
    "heading_row",
    "recognise",
]


def recognise(
    headings: Sequence[str],
    *,
    sample: pl.DataFrame | None,
    file_name: str,
    object: str | None = None,
    vendor: str | None = None,
    answers: Mapping[str, str] | None = None,
) -> Recognised:
    """What a table with these headings is.

    1. With no `object` forced: a known table without anything of ours is left alone, with the reason.
    2. The presets (of the forced object and vendor) whose signature fits, and our plain format, are scored.
    3. One best: its plan, and the plans of what else the same table holds. None, or two equals: a question.
    4. What only a person can say is asked, unless `answers` (a mapping's [format] table) or the sample settles it.

    `sample` has the table's first rows as text (c0, c1, …). ValueError for an object that does not exist.
    """
    if object is not None and object not in {spec.name for spec in objects.all_objects()}:
        raise ValueError(f"there is no object {object!r}")
    table = Headings(headings)
    presets = [p for p in known_presets() if vendor in (None, p.vendor) and object in (None, p.object)]
    if object is None and (left := _ignored(table, sample, vendor)) is not None:
        return Recognised(plans=(left,))
    candidates = _candidates(presets, table, sample, file_name, object, vendor)
    if not candidates and object is not None:
        return _forced(presets, table, object, sample, answers or {})
    if not candidates or (len(candidates) > 1 and candidates[0].score == candidates[1].score):
        equals = [c for c in candidates if c.score == candidates[0].score]
        return Recognised(candidates=tuple(candidates), question=object_question(equals, table, sample))
    found = _planned(candidates[0], table, sample, answers or {})
    if found.plan is None or candidates[0].preset is None or object is not None:
        return Recognised(found.plans, tuple(candidates), found.question, found.notes)
    more = _companions(candidates[0].preset, table, sample)
    return Recognised((*found.plans, *more), tuple(candidates), found.question, found.notes)


def _ignored(table: Headings, sample: pl.DataFrame | None, vendor: str | None) -> Plan | None:
    known = [entry for entry in library().ignored if vendor in (None, entry.vendor)]
    left = match_ignored(known, table, sample)
    if left is None:
        return None
    return Plan("", left.vendor, left.title, {}, (), ignore=left.reason, unused=table.texts)


def _candidates(
    presets: Sequence[Preset], table: Headings, sample: pl.DataFrame | None, file_name: str,
    object_name: str | None, vendor: str | None,
) -> list[Candidate]:  # fmt: skip
    found = [match_preset(p, table, sample, file_name) for p in presets if not p.beside or object_name == p.object]
    if vendor in (None, "plain"):
        specs = [s for s in objects.all_objects() if object_name in (None, s.name)]
        found += [match_plain(spec, table, forced=object_name is not None) for spec in specs]
    return sorted((c for c in found if c is not None), key=lambda c: -c.score)


def _planned(best: Candidate, table: Headings, sample: pl.DataFrame | None, answers: Mapping[str, str]) -> Recognised:
    if best.preset is None:
        plan, lacking = plan_plain(objects.get(best.object), table)
    else:
        plan, lacking = plan_preset(best.preset, table)
    notes = _repeated(plan, table)
    if lacking:
        return Recognised(question=lacking_question(plan, lacking, table), notes=tuple(notes))
    plan, question, more = answer(plan, best.preset.ask if best.preset else (), table, sample, answers)
    return Recognised(() if question else (plan,), question=question, notes=(*notes, *more))


def _forced(
    presets: Sequence[Preset], table: Headings, object_name: str, sample: pl.DataFrame | None,
    answers: Mapping[str, str],
) -> Recognised:  # fmt: skip
    """The object is given and no signature fits: the one preset of it that finds most, with id and required columns."""
    tries = [(plan_preset(p, table), p) for p in presets]
    whole = [(plan, p) for (plan, lacking), p in tries if not lacking and not plan.content_key]
    most = max((len(plan.columns) for plan, _ in whole), default=0)
    best = [(plan, p) for plan, p in whole if len(plan.columns) == most]
    if len(best) == 1:
        plan, preset = best[0]
        plan, question, notes = answer(plan, preset.ask, table, sample, answers)
        return Recognised(() if question else (plan,), question=question, notes=(*_repeated(plan, table), *notes))
    plan, lacking = plan_plain(objects.get(object_name), table)
    return Recognised(
        question=lacking_question(plan, lacking, table) if lacking else object_question([], table, sample)
    )


def _companions(main: Preset, table: Headings, sample: pl.DataFrame | None) -> list[Plan]:
    beside = [p for p in known_presets() if p.vendor == main.vendor and p.beside == main.object]
    plans = [plan_preset(p, table) for p in beside if match_preset(p, table, sample, "") is not None]
    return [plan for plan, lacking in plans if not lacking]


def _repeated(plan: Plan, table: Headings) -> list[str]:
    used = {at for source in plan.columns.values() for at in source.headings}
    notes = []
    for text, places in table.repeated():
        if used.intersection(places):
            taken = ", ".join(str(at + 1) for at in places if at in used)
            columns = ", ".join(str(at + 1) for at in places)
            notes.append(f"the heading {text!r} stands over columns {columns}; column {taken} is used, by its position")
    return notes


def heading_row(rows: Sequence[Sequence[str]]) -> int | None:
    """Which of the first rows is a known heading row (0-based): the one with most known headings, at least two and
    half of its filled cells; None if there is none."""
    known = _known_headings()
    best, most = None, 1
    for at, row in enumerate(rows):
        cells = {fold(cell) for cell in row} - {""}
        hits = len(cells & known)
        if hits > most and hits * 2 >= len(cells):
            best, most = at, hits
    return best


def _known_headings() -> frozenset[str]:
    plain = {fold(name) for spec in objects.all_objects() for name in spec.names}
    signatures = [entry.signature for entry in library().ignored]
    ignored = {fold(h) for signature in signatures for group in signature.all for h in group}
    return frozenset(plain | ignored).union(*(p.vocabulary for p in known_presets()))
