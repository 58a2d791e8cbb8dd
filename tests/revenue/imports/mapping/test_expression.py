"""Formulas and conditions: read, written, evaluated; on trees that Hypothesis makes."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revenue.imports.mapping.expression import (
    Always,
    Binary,
    Both,
    Cell,
    Compare,
    Condition,
    Either,
    Expression,
    ExpressionError,
    Negative,
    Number,
    Undefined,
    cells,
    condition_cells,
    condition_mask,
    evaluate,
    parse_condition,
    parse_expression,
    simplify,
    write_condition,
    write_expression,
)

HEADINGS = ("Sales", "Discount (%)", "a]b", "it's", "[odd]")
leaves = st.builds(Cell, st.sampled_from(HEADINGS)) | st.builds(
    Number, st.decimals(0, 10**6, places=4, allow_nan=False, allow_infinity=False)
)
expressions: st.SearchStrategy[Expression] = st.recursive(
    leaves,
    lambda inner: (
        st.builds(Negative, inner) | st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "??"]), inner, inner)
    ),
    max_leaves=12,
)
amounts = st.none() | st.decimals(-1000, 1000, places=2, allow_nan=False, allow_infinity=False)
compares = st.builds(
    Compare,
    st.sampled_from(HEADINGS),
    st.sampled_from(["=", "<>", "starts"]),
    st.sampled_from(["", "x", "X ", "it's", "xy"]),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    compares | st.builds(Always, st.booleans()),
    lambda inner: st.builds(Both, inner, inner) | st.builds(Either, inner, inner),
    max_leaves=8,
)


@given(expressions)
def test_a_written_formula_reads_back(tree: Expression) -> None:
    assert write_expression(parse_expression(write_expression(tree))) == write_expression(tree)


def naive(tree: Expression, values: dict[str, Decimal | None]) -> Fraction | None:
    """The formula in rational numbers; ZeroDivisionError where it has no value."""
    match tree:
        case Number(value):
            return Fraction(value)
        case Cell(heading):
            cell = values[heading]
            return None if cell is None else Fraction(cell)
        case Negative(term):
            inner = naive(term, values)
            return None if inner is None else -inner
    left = naive(tree.left, values)
    if tree.operator == "??":
        return naive(tree.right, values) if left is None else left
    right = naive(tree.right, values)
    if left is None or right is None:
        return None
    return {"+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right, "/": lambda: left / right}[
        tree.operator
    ]()


@given(expressions, st.fixed_dictionaries(dict.fromkeys(HEADINGS, amounts)))
def test_a_formula_has_its_rational_value(tree: Expression, values: dict[str, Decimal | None]) -> None:
    try:
        wanted = naive(tree, values)
    except ZeroDivisionError:
        with pytest.raises(Undefined, match="divided by zero"):
            evaluate(tree, values)
        return
    try:
        found = evaluate(tree, values)
    except Undefined:
        # 60 digits may round a tiny difference to 0, which rational numbers keep; such a formula has no use.
        return
    assert (found is None) == (wanted is None)
    if found is not None and wanted is not None:
        assert abs(Fraction(found) - wanted) <= max(abs(wanted), Fraction(1)) / 10**40


def test_precedence_and_otherwise() -> None:
    tree = parse_expression("[a] + [b] * 2 - ([c] ?? 0) / 4")
    assert cells(tree) == ("a", "b", "c")
    assert evaluate(tree, {"a": Decimal(1), "b": Decimal(3), "c": None}) == 7
    assert evaluate(tree, {"a": Decimal(1), "b": Decimal(3), "c": Decimal(4)}) == 6
    assert evaluate(tree, {"a": Decimal(1), "b": None, "c": None}) is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "found the end at character 1"),
        ("1 +", "found the end"),
        ("[a", "cannot read '[a'"),
        ("1 2", "found '2' at character 3"),
        ("(1", "expected )"),
        ("sum([a])", "found 'sum'"),
        ("(" * 60 + "1" + ")" * 60, "levels of parentheses"),
        ("-" * 5000 + "1", "levels of parentheses"),
    ],
)
def test_formulas_that_cannot_be_read(text: str, complaint: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse_expression(text)
    assert complaint in str(error.value)


@given(st.text(max_size=60))
def test_no_text_does_worse_than_a_complaint(text: str) -> None:
    for parse in (parse_expression, parse_condition):
        with contextlib.suppress(ExpressionError):
            assert parse(text) is not None


@given(conditions)
def test_a_written_condition_reads_back(tree: Condition) -> None:
    assert write_condition(parse_condition(write_condition(tree))) == write_condition(tree)


def holds(tree: Condition, row: dict[str, str]) -> bool:
    """The condition on one row, without polars."""
    match tree:
        case Compare(heading, operator, text):
            cell, wanted = row[heading].strip().casefold(), text.strip().casefold()
            return {"=": cell == wanted, "<>": cell != wanted, "starts": cell.startswith(wanted)}[operator]
        case Both(left, right):
            return holds(left, row) and holds(right, row)
        case Either(left, right):
            return holds(left, row) or holds(right, row)
        case Always(value):
            return value


rows = st.lists(
    st.fixed_dictionaries({h: st.sampled_from(["", "x", " X", "xyz", "It's"]) for h in HEADINGS}), max_size=5
)


@given(conditions, rows)
def test_a_condition_holds_in_columns_as_in_rows(tree: Condition, table: list[dict[str, str]]) -> None:
    frame = pl.DataFrame(
        {f"c{i}": pl.Series([row[h] for row in table], dtype=pl.String) for i, h in enumerate(HEADINGS)}
    )
    wanted = [holds(tree, row) for row in table]
    assert condition_mask(frame, tree, HEADINGS).to_list() == wanted
    assert condition_mask(frame, write_condition(tree), HEADINGS).to_list() == wanted


@given(conditions, rows)
def test_an_absent_column_is_empty(tree: Condition, table: list[dict[str, str]]) -> None:
    kept = simplify(tree, lambda heading: None if heading == "Sales" else heading)
    assert "Sales" not in condition_cells(kept)
    for row in table:
        assert holds(kept, row) == holds(tree, row | {"Sales": ""})


def test_a_condition_on_a_column_that_is_not_there() -> None:
    with pytest.raises(ExpressionError, match=r"there is no column \[Stat\]; the columns are: Status"):
        condition_mask(pl.DataFrame({"c0": ["x"]}), "[Stat] = 'x'", ["Status"])


def test_columns_by_number_and_without_regard_to_case() -> None:
    frame = pl.DataFrame({"c0": ["a", "b"], "c1": ["b", "a"]})
    assert condition_mask(frame, "[#2] = 'a'", ["", "Twice"]).to_list() == [False, True]
    assert condition_mask(frame, "[ twice ] = 'A'", ["", "Twice"]).to_list() == [False, True]


@pytest.mark.parametrize("text", ["[a] = x", "[a]", "[a] > 'x'", "[a] = 'x' and", "'x' = [a]", '[a] = "x"'])
def test_conditions_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_condition(text)
