"""What was decided about a column, or what must be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from revenue.imports.shapes import Question

ANSWER_STANDS = (
    0.2  # an answer gives way to evidence when at least this share of the values contradicts it and none agrees
)


@dataclass(frozen=True)
class Settled:
    """A column's reading with its evidence; with a question the reading is not settled."""

    reading: str = ""
    evidence: str = ""
    question: Question | None = None
    notes: tuple[str, ...] = ()


@dataclass
class Questions:
    """Questions of a table, one per key: columns that ask the same are asked about together."""

    found: dict[str, Question] = field(default_factory=dict)

    def add(self, question: Question) -> None:
        """Adds a question; a second one with the same key lends the first its column and examples."""
        known = self.found.get(question.key)
        if known is None:
            self.found[question.key] = question
            return
        readings = [_joined(reading, question.readings) for reading in known.readings]
        extra = [r for r in question.readings if r["answer"] not in {k["answer"] for k in known.readings}]
        text = f"{known.text} The same holds for {question.column!r}: {question.text}"
        self.found[question.key] = Question(known.key, known.column, text, (*readings, *extra))

    def all(self) -> list[Question]:
        """The questions, in the order in which they came up."""
        return list(self.found.values())


def _joined(reading: Mapping[str, Any], others: tuple[Mapping[str, Any], ...]) -> Mapping[str, Any]:
    examples = list(reading["examples"])
    for other in others:
        if other["answer"] == reading["answer"]:
            examples += [e for e in other["examples"] if e not in examples]
    return {**reading, "examples": examples[:6]}
