"""The typed rows of a chunk, and the faults of those that cannot be accepted: all faults of a row, not the first."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from revenue.imports.clean.columns import Bound
from revenue.imports.clean.convert import Context, convert
from revenue.imports.clean.converted import Converted, shown
from revenue.imports.clean.derive import Ratio, derive, operand
from revenue.imports.clean.money import CURRENCY, contradiction
from revenue.imports.mapping.expression import write_expression
from revenue.imports.shapes import LINE, Fault
from revenue.objects import Kind, ObjectSpec


@dataclass
class Found:
    """Faults of one chunk and the rows that have any."""

    frame: pl.DataFrame
    faults: list[Fault] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)

    @cached_property
    def lines(self) -> list[int]:
        """The line of each row."""
        return self.frame.get_column(LINE).to_list()

    def add(self, row: int, heading: str, value: str, reason: str) -> None:
        """One fault of the row at this place in the chunk."""
        self.rows.add(row)
        self.faults.append(Fault(self.lines[row], heading, value, reason))

    def of_cells(self, bound: Bound, text: pl.Series, read: Converted) -> None:
        """Faults of cells that cannot be read."""
        if read.bad is None:
            return
        reasons: dict[str, str] = {}
        for row in read.bad.arg_true().to_list():
            value = text[row]
            if value not in reasons:
                reasons[value] = read.explain(value)
            self.add(row, bound.part.cells.heading_in(self.frame, row) or bound.heading, value, reasons[value])


class Rows:
    """Converts chunks by the bound columns; `constant` is the currency of all rows where no column gives it."""

    def __init__(
        self, bound: list[Bound], context: Context, spec: ObjectSpec, constant: str, company_currency: str
    ) -> None:
        self._bound = bound
        self._context = context
        self._spec = spec
        self._constant = constant
        self._currency = constant or company_currency
        self._required = {
            c.name for c in spec.columns if c.required and not c.nullable and c.name not in context.plan.optional
        }

    def of(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Fault]]:
        """The accepted rows, and the faults of all others in the order of their lines."""
        found = Found(frame)
        columns: dict[str, pl.Series] = {LINE: frame.get_column(LINE)}
        amounts: list[tuple[Bound, pl.Series]] = []
        for bound in self._bound:
            if bound.formula is not None:
                columns[bound.column.name] = self._derived(bound, frame, found)
                continue
            text = bound.part.cells.text(frame)
            read = convert(bound, text, self._context)
            found.of_cells(bound, text, read)
            columns[bound.column.name] = read.values
            if bound.column.name in self._required:
                self._blank(bound, read, found)
            if bound.column.kind is Kind.MONEY:
                amounts.append((bound, text))
        self._currencies(amounts, columns, found)
        rows = pl.DataFrame(columns)
        if found.rows:
            accepted = pl.Series([True]).new_from_index(0, frame.height).scatter(sorted(found.rows), False)
            rows = rows.filter(accepted)
        return rows, sorted(found.faults, key=lambda fault: fault.line)

    def _blank(self, bound: Bound, read: Converted, found: Found) -> None:
        blank = read.values.is_null() if read.bad is None else read.values.is_null() & ~read.bad
        if bool(blank.any()):
            reason = f"{bound.column.name} is required: fill the cell, or leave the row out"
            for row in blank.arg_true().to_list():
                found.add(row, bound.heading, "", reason)

    def _derived(self, bound: Bound, frame: pl.DataFrame, found: Found) -> pl.Series:
        assert bound.formula is not None  # noqa: S101 — narrows the type
        ratios: dict[str, Ratio] = {}
        for heading, part in bound.operands.items():
            text = part.cells.text(frame)
            ratios[heading], wrong = operand(text, part.settled.reading)
            for row, reason in wrong.items():
                found.add(row, part.cells.name, text[row], reason)
        result = derive(bound.formula, ratios, frame.height)
        for row, reason in result.wrong.items():
            found.add(row, bound.column.name, shown(write_expression(bound.formula)), reason)
        if bound.column.name in self._required:
            wrong_rows = result.values.is_null()
            for row in wrong_rows.arg_true().to_list():
                if row not in found.rows:
                    found.add(
                        row,
                        bound.column.name,
                        "",
                        f"{bound.column.name} is required, and its formula has no value here",
                    )
        return result.values

    def _currencies(self, amounts: list[tuple[Bound, pl.Series]], columns: dict[str, pl.Series], found: Found) -> None:
        """Adds the constant currency, and faults where an amount names another currency than its row's."""
        if CURRENCY not in self._spec.names:
            return
        height = found.frame.height
        given = columns.get(CURRENCY, pl.Series([None], dtype=pl.String).new_from_index(0, height))
        currency = given.fill_null(self._currency)
        if self._constant:
            columns[CURRENCY] = currency
        for bound, text in amounts:
            other = contradiction(bound, text, currency)
            for row in other.arg_true().to_list() if other is not None else ():
                reason = (
                    f"the amount {shown(text[row])!r} names another currency than its row, which is in {currency[row]};"
                    " correct one of them, or map the column that holds the currency"
                )
                found.add(row, bound.part.cells.heading_in(found.frame, row), text[row], reason)
