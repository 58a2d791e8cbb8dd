"""A mapping as the page's form has it: one place per column of ours, and back.

What the form cannot show (several headings for one column, conditions, joins) stays as the mapping that was loaded has
it, as long as the column is left at "as the mapping says".
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from revenue.imports.mapping import Mapping, MappingError, Problem, Rules, dump_mapping, load_mapping
from revenue.imports.mapping.expression import ExpressionError, parse_expression
from revenue.imports.mapping.headings import Headings
from revenue.objects import ObjectSpec

KEEP = "keep"  # the choice "as the mapping says"
FROM, FORMULA, CONSTANT, THEIRS, OURS = "from-", "formula-", "constant-", "theirs-", "ours-"
_RULES = ("columns", "when", "join", "where", "blank")


@dataclass
class Place:
    """How one column of ours is filled: a heading (as formulas write it), a formula, a constant, or `KEEP`."""

    heading: str = ""
    formula: str = ""
    constant: str = ""
    values: dict[str, str] = field(default_factory=dict)  # their word → ours
    error: str = ""  # what is wrong with the formula

    @property
    def is_kept(self) -> bool:
        """Whether the column stays as the loaded mapping has it."""
        return self.heading == KEEP


@dataclass
class Sketch:
    """The form: places by our column, the answers about formats, and the columns that make a row the same row."""

    places: dict[str, Place]
    key: tuple[str, ...] = ()
    format: dict[str, str] = field(default_factory=dict)
    skip_rows_where: str = ""
    base: str = ""  # the mapping that was loaded, as TOML
    kept: frozenset[str] = frozenset()  # columns whose rules the form cannot show


def from_suggestions(spec: ObjectSpec, headings: Sequence[str], suggested: Dict[str, str]) -> Sketch:
    """A first sketch: suggested headings, nothing else."""
    table = Headings(headings)
    places = {c: Place() for c in spec.names}
    for column, heading in suggested.items():
        places[column].heading = table.reference(table.texts.index(heading))
    return Sketch(places)


def from_mapping(mapping: Mapping, spec: ObjectSpec, headings: Sequence[str]) -> Sketch:
    """A sketch of a mapping that exists, with what the form cannot show as `KEEP`."""
    table, rules = Headings(headings), mapping.rules
    places, kept = {c: Place() for c in spec.names}, set()
    for column, place in places.items():
        place.formula, place.constant = rules.derive.get(column, ""), rules.constants.get(column, "")
        place.values = dict(rules.values.get(column, {}))
        groups = rules.columns.get(column, ())
        simple = len(groups) == 1 and not any(column in getattr(rules, r) for r in _RULES[1:])
        at = next((a for h in groups[0] if (a := table.as_written(h)) is not None), None) if simple else None
        if at is not None and len(groups[0]) == 1:
            place.heading = table.reference(at)
        elif any(column in getattr(rules, r) for r in _RULES):
            place.heading = KEEP
            kept.add(column)
    return Sketch(
        places, rules.key, dict(rules.format), rules.skip_rows_where, dump_mapping(mapping), frozenset(kept)
    )  # fmt: skip


def from_form(data: Dict[str, str], key: Sequence[str], spec: ObjectSpec) -> Sketch:
    """The sketch that was sent; a formula that cannot be read has its error. `data` has one text per name."""
    base = data.get("base", "")
    places = {}
    for column in spec.names:
        formula = data.get(FORMULA + column, "").strip()
        place = Place(data.get(FROM + column, ""), formula, data.get(CONSTANT + column, "").strip())
        place.error = formula_error(formula) if formula else ""
        place.values = _values(data, column)
        places[column] = place
    formats = {name: data[f"format-{name}"] for name in ("dates", "decimal", "encoding") if data.get(f"format-{name}")}
    kept = frozenset(c for c, p in places.items() if p.is_kept)
    chosen = tuple(c for c in key if c in spec.names)
    return Sketch(places, chosen, formats, data.get("skip_rows_where", "").strip(), base, kept)


def _values(data: Dict[str, str], column: str) -> dict[str, str]:
    found = {}
    prefix = f"{THEIRS}{column}-"
    for name, theirs in data.items():
        if name.startswith(prefix):
            ours = data.get(f"{OURS}{column}-{name.removeprefix(prefix)}", "").strip()
            if ours and ours != theirs:
                found[theirs] = ours
    return found


def formula_error(formula: str) -> str:
    """What is wrong with a formula; "" if nothing is."""
    try:
        parse_expression(formula)
    except ExpressionError as error:
        return str(error)
    return ""


def to_mapping(sketch: Sketch, spec: ObjectSpec, name: str) -> Mapping:
    """The mapping that the sketch is. MappingError for a formula or condition that cannot be read."""
    base = load_mapping(sketch.base, name=name).rules if sketch.base else Rules()
    wrong = [Problem(0, f"{column}: {p.error}") for column, p in sketch.places.items() if p.error]
    if wrong:
        raise MappingError(name, wrong)
    held = {c for c, p in sketch.places.items() if p.is_kept}
    still: dict[str, Any] = {r: {c: v for c, v in getattr(base, r).items() if c in held} for r in _RULES}
    rules = replace(
        base,
        **still,
        derive={c: p.formula for c, p in sketch.places.items() if p.formula},
        constants={c: p.constant for c, p in sketch.places.items() if p.constant},
        values={c: p.values for c, p in sketch.places.items() if p.values},
        key=sketch.key,
        format={**{k: v for k, v in base.format.items() if k not in ("dates", "decimal", "encoding")}, **sketch.format},
        skip_rows_where=sketch.skip_rows_where,
    )
    plain = {c: ((p.heading,),) for c, p in sketch.places.items() if p.heading and not p.is_kept}
    rules = replace(rules, columns={**rules.columns, **plain})
    # Through its text, so that what is saved is what was tried, and every rule of the file format is checked.
    return load_mapping(dump_mapping(Mapping(name, spec.name, rules)), name=name)
