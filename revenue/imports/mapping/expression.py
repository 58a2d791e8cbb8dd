"""Formulas and conditions of a mapping file, for everyone who reads, checks or evaluates them."""

from revenue.imports.mapping.arithmetic import (
    Binary,
    Cell,
    Expression,
    Negative,
    Number,
    Undefined,
    cells,
    evaluate,
    parse_expression,
    write_expression,
)
from revenue.imports.mapping.condition import (
    Always,
    Both,
    Compare,
    Condition,
    Either,
    condition_cells,
    condition_mask,
    parse_condition,
    simplify,
    write_condition,
)
from revenue.imports.mapping.language import ExpressionError, position, write_cell

__all__ = [
    "Always",
    "Binary",
    "Both",
    "Cell",
    "Compare",
    "Condition",
    "Either",
    "Expression",
    "ExpressionError",
    "Negative",
    "Number",
    "Undefined",
    "cells",
    "condition_cells",
    "condition_mask",
    "evaluate",
    "parse_condition",
    "parse_expression",
    "position",
    "simplify",
    "write_cell",
    "write_condition",
    "write_expression",
]
