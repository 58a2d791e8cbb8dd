"""A table understood: read through once to decide each column's reading, then typed chunk by chunk.

1. Bind the plan's columns to the table's cells; columns that read the same cells alike are looked at once.
2. Look at every date, number and yes/no column as a whole, in one pass of bounded memory.
3. Decide each reading from the evidence, the column's siblings and the plan's answers; what stays open is asked.
4. `typed()` reads again and converts. Every row ends in `rows`, in `faults` or in `skipped`.
"""

from __future__ import annotations

from collections.abc import Iterator

from revenue.imports.clean import stages
from revenue.imports.clean.columns import Binder
from revenue.imports.clean.convert import Context
from revenue.imports.clean.decide import decide
from revenue.imports.clean.money import currency_of
from revenue.imports.clean.rows import Rows
from revenue.imports.clean.skip import Skip
from revenue.imports.recognise.views import View, apply
from revenue.imports.shapes import LINE, Company, Plan, Question, Reading, Table, Typed
from revenue.objects import ObjectSpec


class Understood:
    """The `Understanding` of one table.

    `plan` is the plan given, with the currency that the amounts name as a constant if nothing else gave it: staging and
    promoting must use this one, or that currency is lost.
    """

    def __init__(self, table: Table, plan: Plan, spec: ObjectSpec, company: Company) -> None:
        self._table = table
        self._skip = Skip(table, plan)
        self._missing = _missing(plan, spec)
        binder = Binder(table, plan, spec)
        self._bound = binder.bind()
        for chunk in self._table.chunks() if binder.parts else ():
            kept, _ = self._skip.split(chunk)
            for part in binder.parts:
                if part.profile is not None:
                    part.profile.look(part.cells.text(kept), kept.get_column(LINE))
        decisions = decide(self._bound, binder.parts, plan, company)
        named = currency_of(self._bound, plan, spec, company)
        self.plan = named.plan
        self.questions: list[Question] = [*self._missing, *decisions.questions.all()]
        self.readings: list[Reading] = decisions.readings
        self.notes: list[str] = [*decisions.notes, *named.notes]
        self._rows = Rows(self._bound, Context(company.time_zone, plan), spec, named.constant, company.currency)

    def typed(self) -> Iterator[Typed]:
        """The rows, typed, chunk by chunk. ValueError while there are questions."""
        if self.questions:
            asked = ", ".join(sorted({q.key for q in self.questions}))
            raise ValueError(f"{self._table.name} has open questions: {asked}")
        for chunk in self._table.chunks():
            kept, skipped = self._skip.split(chunk)
            rows, faults = self._rows.of(kept)
            yield Typed(rows, faults, skipped)


def understand(table: Table, plan: Plan, spec: ObjectSpec, company: Company) -> Understood:
    """Reads the table once and decides how each column is read; see the module. ExpressionError for a wrong formula."""
    if isinstance(table, View):
        return Understood(table, plan, spec, company)
    plan, asked = stages.settle(table, plan)
    understood = Understood(apply(table, plan), plan, spec, company)
    if asked is not None:
        understood.questions.append(asked)
    elif said := stages.silence(table, plan):
        understood.notes.append(said)
    return understood


def _missing(plan: Plan, spec: ObjectSpec) -> list[Question]:
    """A question for each column that every row must fill and that the plan takes from nowhere."""
    free = {*plan.columns, *plan.optional, *(spec.key if plan.content_key or spec.content_key else ())}
    lacking = [c.name for c in spec.columns if c.required and not c.nullable and c.name not in free]
    return [
        Question(
            "columns",
            "",
            f"{spec.label} need {name!r}, and no heading of the file is mapped to it. Which heading holds it?",
            (),
        )
        for name in lacking
    ]
