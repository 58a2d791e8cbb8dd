"""Stages that say won or lost, in a file without columns that say it, and that the preset's own words do not count.

Companies rename stages: `Closed Won (Renewals)`, `Gewonnen`, `Ganado`. Taken as open they would be wrong in silence, so
such words are a question, and no others: a stage that says nothing of the kind is open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from revenue.imports.mapping.condition import (
    Compare,
    Condition,
    Either,
    condition_mask,
    parse_condition,
    write_condition,
)
from revenue.imports.mapping.headings import Headings
from revenue.imports.shapes import Made, Plan, Question, Table

KEY = "stages"
AS_THEY_SAY, WON, LOST, OPEN = "as-they-say", "closed-means-won", "closed-means-lost", "open"
_FLAGS = ("is_won", "is_closed")

# Beginnings of words, in the languages that the vendors' products speak most; lost before won: "not won" is lost.
_LOST = re.compile(
    r"\b(?:lost|not won|dead\b|verlor|verlier|nicht gewonnen|perd[iu]|pers[oa]\b|förlora|tapt|tabt)|失注|不成立|丢单",
    re.IGNORECASE,
)
_WON = re.compile(r"\b(?:won\b|gewonn|ganad|ganh|gagn|vint[oa]\b|vunn|vund)|成約|成立|受注|赢单", re.IGNORECASE)
_CLOSED = re.compile(
    r"\b(?:closed|abgeschlossen|geschlossen|cerrad|cierre|fechad|fermé|clôtur|chius|gesloten|stängd)", re.IGNORECASE
)
_MANY = 10  # deals: fewer may well all be open
_NAMED = 8  # stages in a note
_REPEATED_MOST = 200  # different stages; a column with more of them is no list of stages


def settle(table: Table, plan: Plan) -> tuple[Plan, Question | None]:
    """The plan with what the words of unknown closing stages mean, or the question what they mean.

    Only where the plan tells by a condition on the stage whether a deal is won or closed, as presets do where the file
    has no column for it. The answer is `plan.format["stages"]`.
    """
    made = {column: at for column in _FLAGS if (at := _made_at(table, plan, column)) is not None}
    stage = plan.columns.get("stage")
    if plan.vendor == "mapping" or not made or stage is None or not stage.headings:
        return plan, None
    at = stage.headings[0]
    if at >= len(table.headings):
        return plan, None
    unknown = _unknown(table, plan, at, made)
    if not unknown:
        return plan, None
    answer = plan.format.get(KEY, "")
    if answer not in _answers(unknown):
        return plan, _question(table.headings[at].strip(), unknown)
    return _answered(plan, Headings(table.headings).reference(at), unknown, answer, made), None


def silence(table: Table, plan: Plan) -> str:
    """What to say of a file of many deals whose stages, as the plan reads them, close none of these; else ""."""
    made = [at for column in _FLAGS if (at := _made_at(table, plan, column)) is not None]
    stage = plan.columns.get("stage")
    if plan.vendor == "mapping" or not made or stage is None or not stage.headings:
        return ""
    if stage.headings[0] >= len(table.headings):
        return ""
    rows, words = 0, set[str]()
    for chunk in table.chunks():
        if any(condition_mask(chunk, plan.made[number].where, table.headings).any() for number in made):
            return ""
        rows += len(chunk)
        words.update(chunk.get_column(f"c{stage.headings[0]}").str.strip_chars().unique().to_list())
    named = sorted(word for word in words if word)
    if rows < _MANY or not named:
        return ""
    listed = ", ".join(named[:_NAMED]) + (" …" if len(named) > _NAMED else "")
    return (
        f"All {rows:,} deals count as open: none of their stages says that it is won or lost ({listed}). If one does "
        "in words of your own, map the file by hand and translate it."
    )


def _made_at(table: Table, plan: Plan, column: str) -> int | None:
    """Which of the plan's made columns fills ours, if it is a condition."""
    source = plan.columns.get(column)
    first = len(table.headings) + (2 if plan.unpivot else 0)
    for at in source.headings if source else ():
        if at >= first and plan.made[at - first].where:
            return at - first
    return None


def _unknown(table: Table, plan: Plan, at: int, made: dict[str, int]) -> dict[str, str]:
    """Stages that say that a deal is over and that some row's condition does not count; with what they say."""
    found: set[str] = set()
    for chunk in table.chunks():
        stages = chunk.get_column(f"c{at}").str.strip_chars()
        for column, number in made.items():
            holds = condition_mask(chunk, plan.made[number].where, table.headings)
            telling = ("won",) if column == "is_won" else ("won", "lost", "closed")
            found.update(w for w in stages.filter(~holds).unique().to_list() if _meaning(w) in telling)
        if len(found) > _REPEATED_MOST:
            return {}
    return {word: _meaning(word) for word in sorted(found)}


def _meaning(stage: str) -> str:
    if _LOST.search(stage):
        return "lost"
    if _WON.search(stage):
        return "won"
    return "closed" if _CLOSED.search(stage) else ""


def _answers(unknown: dict[str, str]) -> tuple[str, ...]:
    return (WON, LOST, OPEN) if "closed" in unknown.values() else (AS_THEY_SAY, OPEN)


def _meant(meaning: str, answer: str) -> str:
    if answer == OPEN:
        return "open"
    if meaning == "closed":
        return "won" if answer == WON else "lost"
    return meaning


def _question(heading: str, unknown: dict[str, str]) -> Question:
    readings = tuple(
        {"answer": answer, "examples": [[word, _meant(meaning, answer)] for word, meaning in unknown.items()][:12]}
        for answer in _answers(unknown)
    )
    text = (
        "The file has no column that says whether a deal is won or closed, and these stages look as if they did. "
        "How do they count? If each is different, map the file by hand."
    )
    return Question(KEY, heading, text, readings)


def _answered(plan: Plan, stage: str, unknown: dict[str, str], answer: str, made: dict[str, int]) -> Plan:
    columns = list(plan.made)
    for column, number in made.items():
        wanted = ("won",) if column == "is_won" else ("won", "lost")
        words = [word for word, meaning in unknown.items() if _meant(meaning, answer) in wanted]
        columns[number] = _also(columns[number], stage, words)
    return replace(plan, made=tuple(columns))


def _also(made: Made, stage: str, words: Iterable[str]) -> Made:
    tree: Condition = parse_condition(made.where)
    for word in words:
        tree = Either(tree, Compare(stage, "=", word))
    return replace(made, where=write_condition(tree))
