"""Conditions over a row's raw text, read into a small tree and evaluated over whole columns with polars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from revenue.imports.mapping.language import ExpressionError, Reader, position, write_cell


@dataclass(frozen=True)
class Compare:
    """One cell against a text: `=`, `<>` or `starts`."""

    heading: str
    operator: str
    text: str


@dataclass(frozen=True)
class Both:
    """Holds where both sides hold."""

    left: Condition
    right: Condition


@dataclass(frozen=True)
class Either:
    """Holds where one side holds."""

    left: Condition
    right: Condition


@dataclass(frozen=True)
class Always:
    """Holds everywhere (`true`) or nowhere (`false`)."""

    value: bool


Condition = Compare | Both | Either | Always


def parse_condition(text: str) -> Condition:
    """A condition as a tree; ExpressionError says what cannot be read and where. `and` binds before `or`."""
    reader = Reader(text)
    tree = _either(reader)
    if reader.word.kind != "end":
        raise reader.wrong("and, or, or the end")
    return tree


def _either(reader: Reader) -> Condition:
    tree = _both(reader)
    while reader.takes("or"):
        tree = Either(tree, _both(reader))
    return tree


def _both(reader: Reader) -> Condition:
    tree = _compare(reader)
    while reader.takes("and"):
        tree = Both(tree, _compare(reader))
    return tree


def _compare(reader: Reader) -> Condition:
    if reader.takes("("):
        reader.deeper()
        tree = _either(reader)
        if not reader.takes(")"):
            raise reader.wrong(")")
        reader.depth -= 1
        return tree
    if word := reader.takes("true", "false"):
        return Always(word == "true")
    if reader.word.kind != "cell":
        raise reader.wrong("a [Heading]")
    heading = reader.take().text.strip()
    operator = reader.takes("=", "<>", "starts")
    if not operator:
        raise reader.wrong("=, <> or starts")
    if reader.word.kind != "text":
        raise reader.wrong("a text in single quotes, such as 'Won'")
    return Compare(heading, operator, reader.take().text)


def condition_cells(tree: Condition) -> tuple[str, ...]:
    """The headings a condition reads, each once, in order."""
    match tree:
        case Compare(heading):
            return (heading,)
        case Both(left, right) | Either(left, right):
            return tuple(dict.fromkeys(condition_cells(left) + condition_cells(right)))
        case Always():
            return ()


def write_condition(tree: Condition) -> str:
    """The condition as text that reads back as the same tree."""
    match tree:
        case Compare(heading, operator, text):
            quoted = text.replace("'", "''")
            return f"{write_cell(heading)} {operator} '{quoted}'"
        case Both(left, right):
            return f"{_wrapped(left, Either)} and {_wrapped(right, Either, Both)}"
        case Either(left, right):
            return f"{write_condition(left)} or {_wrapped(right, Either)}"
        case Always(value):
            return "true" if value else "false"


def _wrapped(tree: Condition, *kinds: type[Both] | type[Either]) -> str:
    text = write_condition(tree)
    return f"({text})" if isinstance(tree, kinds) else text


def simplify(tree: Condition, rename: Callable[[str], str | None]) -> Condition:
    """The condition with its headings renamed; where `rename` gives None the column is absent and its cells empty."""
    match tree:
        case Compare(heading, operator, text):
            known = rename(heading)
            if known is not None:
                return Compare(known, operator, text)
            empty = not text.strip()
            return Always(empty if operator in {"=", "starts"} else not empty)
        case Both(left, right):
            first, second = simplify(left, rename), simplify(right, rename)
            if Always(False) in (first, second):
                return Always(False)
            return second if first == Always(True) else first if second == Always(True) else Both(first, second)
        case Either(left, right):
            first, second = simplify(left, rename), simplify(right, rename)
            if Always(True) in (first, second):
                return Always(True)
            return second if first == Always(False) else first if second == Always(False) else Either(first, second)
        case Always():
            return tree


def condition_mask(frame: pl.DataFrame, condition: Condition | str, headings: Sequence[str] | None = None) -> pl.Series:
    """A Boolean series, true where the condition holds.

    `frame` has the text columns c0 … c{n-1} of a table whose `headings` are given; without headings the condition's
    headings are the frame's column names. ExpressionError names a heading that is not there. A null counts as empty.
    """
    tree = parse_condition(condition) if isinstance(condition, str) else condition
    names = frame.columns if headings is None else [f"c{i}" for i in range(len(headings))]
    found = frame.select(holds=_holds(tree, names, frame.columns if headings is None else headings))
    holds = found.get_column("holds")
    return holds.new_from_index(0, frame.height) if len(holds) != frame.height and len(holds) == 1 else holds


def _holds(tree: Condition, names: Sequence[str], headings: Sequence[str]) -> pl.Expr:
    match tree:
        case Compare(heading, operator, text):
            at = position(heading, headings)
            if at is None:
                raise ExpressionError(f"there is no column [{heading}]; the columns are: {', '.join(headings)}")
            # The common case, an ASCII text, needs no casefold beyond lower case.
            cell = pl.col(names[at]).fill_null("").str.strip_chars().str.to_lowercase()
            wanted = text.strip().lower()
            if operator == "starts":
                return cell.str.starts_with(wanted)
            return cell == wanted if operator == "=" else cell != wanted
        case Both(left, right):
            return _holds(left, names, headings) & _holds(right, names, headings)
        case Either(left, right):
            return _holds(left, names, headings) | _holds(right, names, headings)
        case Always(value):
            return pl.lit(value)
