"""Rules bound to a table's headings: positions instead of names, and only the rules that the table can fulfil."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from revenue.imports.mapping.arithmetic import Binary, Cell, Expression, Negative, parse_expression, write_expression
from revenue.imports.mapping.condition import Always, parse_condition, simplify, write_condition
from revenue.imports.mapping.headings import Headings
from revenue.imports.mapping.rules import Groups, Rules
from revenue.imports.shapes import Made, Source

Find = Callable[[str], int | None]


@dataclass
class Bound:
    """What the rules become on one table: sources by our column, made columns, headings used, headings not found."""

    columns: dict[str, Source] = field(default_factory=dict)
    made: list[Made] = field(default_factory=list)
    skip_rows_where: str = ""
    used: set[int] = field(default_factory=set)
    missing: list[tuple[str, str, str]] = field(default_factory=list)  # section, our column, heading


class _Binder:
    """Binds one rule after another; positions of made columns follow the table's own (and `extra` before them)."""

    def __init__(self, rules: Rules, headings: Headings, find: Find, extra: Sequence[str]) -> None:
        self.rules, self.headings, self.find = rules, headings, find
        self.first_made = len(headings.texts) + len(extra)
        self.extra = {name: len(headings.texts) + i for i, name in enumerate(extra)}
        self.bound = Bound()

    def place(self, section: str, column: str, alternatives: Sequence[str]) -> int | None:
        """The position of the first heading that is there; noted as missing if none is."""
        for heading in alternatives:
            at = self.extra.get(heading, self.find(heading))
            if at is not None:
                self.bound.used.add(at)
                return at
        self.bound.missing.append((section, column, alternatives[0]))
        return None

    def places(self, section: str, column: str, groups: Groups) -> tuple[int, ...]:
        """The positions of the groups that are there."""
        found = [self.place(section, column, group) for group in groups]
        return tuple(dict.fromkeys(at for at in found if at is not None))

    def reference(self, section: str, column: str, heading: str) -> str | None:
        """The name of a formula's column on this table; `[A|B]` is A or, without it, B."""
        alternatives = [heading] if self.find(heading) is not None else heading.split("|")
        at = self.place(section, column, alternatives)
        return None if at is None else self.headings.reference(at)

    def condition(self, section: str, column: str, text: str) -> str:
        """A condition in this table's words; "" where the columns that are missing leave nothing to decide."""
        tree = simplify(parse_condition(text), lambda h: self.reference(section, column, h))
        return "" if isinstance(tree, Always) else write_condition(tree)

    def formula(self, column: str) -> str:
        """A formula in this table's words; "" where it lacks a column."""
        tree = self._present(parse_expression(self.rules.derive[column]), column)
        return "" if tree is None else write_expression(tree)

    def _present(self, tree: Expression, column: str) -> Expression | None:
        match tree:
            case Cell(heading):
                name = self.reference("derive", column, heading)
                return None if name is None else Cell(name)
            case Negative(term):
                inner = self._present(term, column)
                return None if inner is None else Negative(inner)
            case Binary(operator, left, right):
                first, second = self._present(left, column), self._present(right, column)
                if operator == "??" and first is None:
                    return second
                return None if first is None or second is None else Binary(operator, first, second)
        return tree

    def make(self, made: Made) -> int:
        """The position of a made column."""
        self.bound.made.append(made)
        return self.first_made + len(self.bound.made) - 1

    def source(self, column: str) -> Source | None:
        """Where one of our columns comes from on this table; None if from nowhere."""
        rules = self.rules
        values = dict(rules.values.get(column, {}))
        other = values.pop("*", None)
        when = self._when(column)
        places = self.places("columns", column, rules.columns.get(column, ()))
        if places and column in rules.blank:
            names = " or ".join(map(self._name, places))
            places = (self.make(Made(names, filled=places, otherwise=rules.blank[column])),)
        if not places and column in rules.join:
            parts = self.places("join", column, rules.join[column])
            places = (self.make(Made(" + ".join(map(self._name, parts)), joined=parts)),) if parts else ()
        if not places and column in rules.where:
            condition = self.condition("where", column, rules.where[column])
            if condition:
                places = (self.make(Made(condition, where=condition)),)
        if places and other is not None:
            names = " or ".join(map(self._name, places))
            places = (self.make(Made(names, filled=places, words=values, otherwise=other)),)
            values = {}
        if places or when:
            constant = rules.constants.get(column) if not places else None
            return Source(headings=places, values=values, when=when, constant=constant)
        derived = self.formula(column) if column in rules.derive else ""
        if derived:
            return Source(derive=derived, values=values)
        if column in rules.constants:
            return Source(constant=rules.constants[column], values=values)
        return None

    def _when(self, column: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
        cases = []
        for condition, groups in self.rules.when.get(column, ()):
            held = self.condition("when", column, condition)
            places = self.places("when", column, groups)
            if held and places:
                cases.append((held, places))
        return tuple(cases)

    def _name(self, at: int) -> str:
        added = [*self.extra, *(made.heading for made in self.bound.made)]
        return [*self.headings.texts, *added][at].strip()


def bind_rules(rules: Rules, headings: Headings, find: Find, extra: Sequence[str] = ()) -> Bound:
    """The rules on one table. `find` says where a heading is; `extra` are columns added behind the table's own."""
    binder = _Binder(rules, headings, find, extra)
    for column in sorted(rules.named, key=_order(rules)):
        source = binder.source(column)
        if source is not None:
            binder.bound.columns[column] = source
    if rules.skip_rows_where:
        binder.bound.skip_rows_where = binder.condition("format", "skip_rows_where", rules.skip_rows_where)
    return binder.bound


def _order(rules: Rules) -> Callable[[str], int]:
    sections: list[Mapping[str, object]] = [
        rules.columns, rules.when, rules.join, rules.where, rules.derive, rules.constants,
    ]  # fmt: skip
    order: dict[str, int] = {}
    for section in sections:
        for column in section:
            order.setdefault(column, len(order))
    return order.__getitem__
