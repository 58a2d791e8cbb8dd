"""Our columns bound to a table: where the text comes from and what is found out about it before it is converted."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from revenue.imports.clean.boolean import BooleanProfile
from revenue.imports.clean.cells import Cells
from revenue.imports.clean.dates.profile import DateProfile
from revenue.imports.clean.numbers.profile import NumberProfile
from revenue.imports.clean.period import EndProfile
from revenue.imports.clean.probability import ProbabilityProfile
from revenue.imports.clean.settled import Settled
from revenue.imports.mapping.expression import Expression, ExpressionError, cells, parse_expression, position
from revenue.imports.shapes import Plan, Source, Table
from revenue.objects import Column, Kind, ObjectSpec

Profile = DateProfile | NumberProfile | BooleanProfile | ProbabilityProfile | EndProfile

_PROFILES: dict[Kind, type[Profile]] = {
    Kind.DATE: DateProfile,
    Kind.TIMESTAMP: DateProfile,
    Kind.MONEY: NumberProfile,
    Kind.NUMBER: NumberProfile,
    Kind.RATE: NumberProfile,
    Kind.INTEGER: NumberProfile,
    Kind.PROBABILITY: ProbabilityProfile,
    Kind.BOOLEAN: BooleanProfile,
}


@dataclass
class Part:
    """One text column that is looked at as a whole: a column of ours, or a heading that a formula reads."""

    cells: Cells
    profile: Profile | None = None
    settled: Settled = field(default_factory=Settled)


@dataclass
class Bound:
    """One column of ours: read from one part, or computed from several by a formula."""

    column: Column
    part: Part
    formula: Expression | None = None
    operands: dict[str, Part] = field(default_factory=dict)
    end: Part | None = None  # the same cells looked at as ends of periods

    @property
    def parts(self) -> Iterator[Part]:
        """All parts, each once."""
        yield from self.operands.values() if self.formula is not None else [self.part]
        if self.end is not None:
            yield self.end

    @property
    def heading(self) -> str:
        """What the column is called to the person who wrote the file."""
        return self.part.cells.name or self.column.name


class Binder:
    """Binds the columns of one plan; columns that read the same cells in the same way share one part."""

    def __init__(self, table: Table, plan: Plan, spec: ObjectSpec) -> None:
        self._table = table
        self._plan = plan
        self._spec = spec
        self._parts: dict[Hashable, Part] = {}

    def bind(self) -> list[Bound]:
        """The plan's columns in the object's order; ExpressionError if a formula or condition cannot be read."""
        return [self._column(c, self._plan.columns[c.name]) for c in self._spec.columns if c.name in self._plan.columns]

    def _column(self, column: Column, source: Source) -> Bound:
        if source.derive and not source.headings:
            tree = parse_expression(source.derive)
            operands = {heading: self._operand(heading) for heading in cells(tree)}
            return Bound(column, Part(Cells(self._table.headings, ())), tree, operands)
        bound = Bound(column, self._part(source, _PROFILES.get(column.kind)))
        asks = self._spec.name == "targets" and column.name == "period_end"
        if asks and column.name not in self._plan.inclusive_ends and "period_end" not in self._plan.format:
            bound.end = self._part(source, EndProfile)
        return bound

    def _operand(self, heading: str) -> Part:
        at = position(heading, self._table.headings)
        if at is None:
            raise ExpressionError(f"there is no column [{heading}] in {self._table.name}")
        return self._part(Source(headings=(at,)), NumberProfile)

    def _part(self, source: Source, profile: type[Profile] | None) -> Part:
        translated = tuple(sorted(source.values.items()))
        key = (source.headings, source.when, translated, source.constant, profile)
        if key not in self._parts:
            self._parts[key] = Part(Cells.of(source, self._table), profile() if profile else None)
        return self._parts[key]

    @property
    def parts(self) -> list[Part]:
        """Every part that is looked at before anything is converted."""
        return [part for part in self._parts.values() if part.profile is not None]
