"""What a table is: the plans by which it is imported, or the question that a person must answer first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from revenue import objects
from revenue.imports.mapping.binding import Bound, bind_rules
from revenue.imports.mapping.condition import condition_mask
from revenue.imports.mapping.files import lacks, make_plan
from revenue.imports.mapping.headings import Headings, fold
from revenue.imports.mapping.rules import Rules
from revenue.imports.recognise.match import Candidate
from revenue.imports.recognise.presets import Ask, Preset, UnpivotRule
from revenue.imports.recognise.suggest import suggest
from revenue.imports.shapes import Plan, Question, Source, Unpivot


@dataclass(frozen=True)
class Recognised:
    """The answer to "what is this table?": plans (more than one where a table holds several objects), or a question.

    `candidates` are all that fit, best first. `notes` are for the operator, e.g. that two columns share a heading.
    A plan with `ignore` is a table that is known and left alone.
    """

    plans: tuple[Plan, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    question: Question | None = None
    notes: tuple[str, ...] = ()

    @property
    def plan(self) -> Plan | None:
        """The first plan."""
        return self.plans[0] if self.plans else None


def plan_preset(preset: Preset, table: Headings) -> tuple[Plan, list[str]]:
    """The plan of a preset on a table, and the required columns that the table lacks for it."""
    unpivot = _unpivot(preset.unpivot, table) if preset.unpivot else None
    extra = (unpivot.name_heading, unpivot.value_heading) if unpivot else ()
    bound = bind_rules(preset.rules, table, table.any_spelling, extra)
    plan, lacking = finish(preset.object, preset.rules, bound, table, vendor=preset.vendor, title=preset.title)
    plan = _in_own_currency(plan, preset, table)
    if unpivot:
        turned = {table.texts[at] for at in unpivot.headings}
        plan = replace(plan, unpivot=unpivot, unused=tuple(t for t in plan.unused if t not in turned))
    known = sum(1 for text in table.texts if fold(text) in preset.vocabulary)
    total = sum(1 for text in table.texts if text.strip())
    return replace(plan, score=round(known / max(total, 1), 4)), lacking


def _in_own_currency(plan: Plan, preset: Preset, table: Headings) -> Plan:
    """The plan with the currency that belongs to its amount, where the table has the amount only converted."""
    source = plan.columns.get("amount")
    texts = [fold(table.texts[at]) for at in source.headings if at < len(table.texts)] if source else []
    for amount, currencies in preset.converted.items():
        if texts and texts[0] == fold(amount):
            at = next((at for h in currencies if (at := table.any_spelling(h)) is not None), None)
            others = {name: of for name, of in plan.columns.items() if name != "currency"}
            own = {} if at is None else {"currency": Source(headings=(at,))}
            return replace(plan, columns={**others, **own})
    return plan


def plan_plain(spec: objects.ObjectSpec, table: Headings) -> tuple[Plan, list[str]]:
    """The plan of our own format of an object, and the required columns that the table lacks for it."""
    rules = Rules(columns={name: ((name,),) for name in spec.names if table.as_written(name) is not None})
    bound = bind_rules(rules, table, table.as_written)
    return finish(spec.name, rules, bound, table, vendor="plain", title=f"Plain format: {spec.label.lower()}")


def finish(
    object_name: str, rules: Rules, bound: Bound, table: Headings, *, vendor: str, title: str
) -> tuple[Plan, list[str]]:
    """A plan from rules bound leniently: an own id makes the key of content unnecessary, what is missing is told."""
    spec = objects.get(object_name)
    has_id = set(spec.key) <= set(bound.columns)
    key = tuple(c for c in rules.key if c in bound.columns)
    rules = replace(rules, key=() if has_id else key)
    plan = make_plan(object_name, rules, bound, table, vendor=vendor, title=title)
    made_id = plan.key if plan.content_key else ()
    return plan, lacks(spec, bound.columns, made_id, rules.optional)


def _unpivot(rule: UnpivotRule, table: Headings) -> Unpivot | None:
    found: list[tuple[int, str, str]] = []
    for at, text in enumerate(table.texts):
        match = next((m for p in rule.patterns if (m := p.fullmatch(text.strip()))), None)
        if match:
            rest = match.groupdict().get("rest") or ""
            found.append((at, match["name"].strip(), rest.strip()))
    if not found:
        return None
    return Unpivot(
        headings=tuple(at for at, _, _ in found),
        names=tuple(name for _, name, _ in found),
        name_heading=rule.name,
        value_heading=rule.value,
        rests=tuple(rest for _, _, rest in found),
        like=next((found_at for h in rule.like if (found_at := table.any_spelling(h)) is not None), None),
    )


def answer(
    plan: Plan, asks: Sequence[Ask], table: Headings, sample: pl.DataFrame | None, answers: Mapping[str, str]
) -> tuple[Plan, Question | None, list[str]]:
    """The plan with the columns that only a person or the file's own evidence can fill; else the question for one."""
    notes: list[str] = []
    for ask in asks:
        given, why = answers.get(ask.column, ""), "as answered"
        if not given and sample is not None:
            given, why = _settled(ask, table, sample)
        if not given:
            readings = tuple({"answer": a, "examples": []} for a in ask.answers)
            return plan, Question(ask.column, "", ask.text, readings), notes
        plan = replace(plan, columns={**plan.columns, ask.column: Source(constant=given)})
        notes.append(f"{ask.column} is {given}: {why}")
    return plan, None, notes


def _settled(ask: Ask, table: Headings, sample: pl.DataFrame) -> tuple[str, str]:
    at = next((at for h in ask.heading if (at := table.any_spelling(h)) is not None), None)
    if at is None or not ask.where:
        return "", ""
    cells = sample.filter(condition_mask(sample, ask.where, table.texts)).get_column(f"c{at}").str.strip_chars()
    found = cells.filter(cells != "").unique().to_list()
    if len(found) != 1:
        return "", ""
    return str(found[0]), f"all {len(cells)} rows looked at where {ask.where} have {found[0]} in {table.texts[at]}"


def lacking_question(plan: Plan, lacking: Sequence[str], table: Headings) -> Question:
    """What to do about a table that is known but lacks columns without which its rows mean nothing."""
    text = (
        f"This looks like {plan.title}, but the file has no column for {', '.join(lacking)}. "
        "Export it again with that column, or map the file's columns by hand."
    )
    return Question("mapping", "", text, (_reading(plan.object, plan.title, [], table),))


def object_question(candidates: Sequence[Candidate], table: Headings, sample: pl.DataFrame | None) -> Question:
    """What is in this table? Either several answers fit equally well, or none does and the likeliest are offered."""
    if candidates:
        text = "This file fits more than one description equally well. Which is it?"
        readings = [_reading(c.object, c.title, [[e, ""] for e in c.evidence[:5]], table) for c in candidates]
        return Question("object", "", text, tuple(readings))
    guesses = []
    for spec in objects.all_objects():
        found = suggest(table.texts[:200], sample, spec.name)
        known = [[heading, column] for column, heading in found.items()]
        guesses.append((sum(2 if c in spec.required else 1 for c in found), spec, known))
    guesses.sort(key=lambda g: -g[0])
    text = (
        "Nothing known has these headings. Say what the rows are and which column is which (a mapping, kept for the "
        f"next file of this kind), or leave the file out. Its columns: {', '.join(filter(None, table.texts[:12]))}"
    )
    likely = [g for g in guesses if g[0] > 1][:3]
    return Question(
        "object", "", text, tuple(_reading(spec.name, spec.label, known, table) for _, spec, known in likely)
    )


def _reading(object_name: str, title: str, examples: list[list[str]], table: Headings) -> Mapping[str, object]:
    return {"answer": object_name, "title": title, "examples": examples, "headings": list(table.texts)}
