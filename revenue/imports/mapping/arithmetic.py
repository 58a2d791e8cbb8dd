"""Arithmetic over a row's cells, in exact decimals: read into a small tree, evaluated row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from revenue.imports.mapping.language import Reader, write_cell

_PRECISION = 60  # digits kept while computing: far beyond money, so that one rounding at the end is the only one


class Undefined(ArithmeticError):
    """A formula that has no value for this row; the message is the reason to give for the row."""


@dataclass(frozen=True)
class Number:
    """A number written in the formula."""

    value: Decimal


@dataclass(frozen=True)
class Cell:
    """A heading in square brackets: the row's value in that column."""

    heading: str


@dataclass(frozen=True)
class Negative:
    """The negative of a term."""

    term: Expression


@dataclass(frozen=True)
class Binary:
    """Two terms and what joins them: one of + - * / and ?? (the right where the left is empty)."""

    operator: str
    left: Expression
    right: Expression


Expression = Number | Cell | Negative | Binary


def parse_expression(text: str) -> Expression:
    """The arithmetic of a `[derive]` entry as a tree; ExpressionError says what cannot be read and where."""
    reader = Reader(text)
    tree = _sum(reader)
    if reader.word.kind != "end":
        raise reader.wrong("+, -, *, / or the end")
    return tree


def _sum(reader: Reader) -> Expression:
    tree = _product(reader)
    while operator := reader.takes("+", "-"):
        tree = Binary(operator, tree, _product(reader))
    return tree


def _product(reader: Reader) -> Expression:
    tree = _factor(reader)
    while operator := reader.takes("*", "/"):
        tree = Binary(operator, tree, _factor(reader))
    return tree


def _factor(reader: Reader) -> Expression:
    tree = _term(reader)
    while reader.takes("??"):
        tree = Binary("??", tree, _term(reader))
    return tree


def _term(reader: Reader) -> Expression:
    if reader.takes("-"):
        reader.deeper()
        return Negative(_term(reader))
    if reader.takes("("):
        reader.deeper()
        tree = _sum(reader)
        if not reader.takes(")"):
            raise reader.wrong(")")
        reader.depth -= 1
        return tree
    if reader.word.kind == "number":
        return Number(Decimal(reader.take().text))
    if reader.word.kind == "cell":
        return Cell(reader.take().text.strip())
    raise reader.wrong("a number, a [Heading] or (")


def cells(tree: Expression) -> tuple[str, ...]:
    """The headings a formula reads, each once, in order."""
    match tree:
        case Number():
            return ()
        case Cell(heading):
            return (heading,)
        case Negative(term):
            return cells(term)
        case Binary(_, left, right):
            return tuple(dict.fromkeys(cells(left) + cells(right)))


def evaluate(tree: Expression, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """The formula's value for one row, to 60 digits; None where a cell it needs is empty.

    `values` maps each heading of `cells(tree)` to its number, None for an empty cell. Undefined (with the reason) where
    something is divided by zero. The caller rounds once, half-even, to what it stores.
    """
    with localcontext() as context:
        context.prec = _PRECISION
        return _value(tree, values)


def _value(tree: Expression, values: Mapping[str, Decimal | None]) -> Decimal | None:
    match tree:
        case Number(value):
            return value
        case Cell(heading):
            return values[heading]
        case Negative(term):
            inner = _value(term, values)
            return None if inner is None else -inner
        case Binary():
            return _joined(tree, values)


def _joined(tree: Binary, values: Mapping[str, Decimal | None]) -> Decimal | None:
    left = _value(tree.left, values)
    if tree.operator == "??":
        return _value(tree.right, values) if left is None else left
    right = _value(tree.right, values)
    if left is None or right is None:
        return None
    if tree.operator == "+":
        return left + right
    if tree.operator == "-":
        return left - right
    if tree.operator == "*":
        return left * right
    if right == 0:
        raise Undefined(f"divided by zero: {write_expression(tree.right)} is 0")
    return left / right


def write_expression(tree: Expression) -> str:
    """The formula as text that reads back as the same tree."""
    match tree:
        case Number(value):
            return f"{value:f}"
        case Cell(heading):
            return write_cell(heading)
        case Negative(term):
            return f"-{_wrapped(term)}"
        case Binary(operator, left, right):
            return f"{_wrapped(left)} {operator} {_wrapped(right)}"


def _wrapped(tree: Expression) -> str:
    text = write_expression(tree)
    return f"({text})" if isinstance(tree, Binary) else text
