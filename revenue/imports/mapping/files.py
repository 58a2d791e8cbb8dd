"""Mapping files: read, bound to a table, and written again as the mapping page saves them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass

from revenue import objects
from revenue.imports.mapping.binding import Bound, bind_rules
from revenue.imports.mapping.headings import Headings
from revenue.imports.mapping.parse import RULE_KEYS, Document, line_of, object_spec, read_rules
from revenue.imports.mapping.rules import Groups, MappingError, Problem, Rules
from revenue.imports.shapes import Plan


@dataclass(frozen=True)
class Mapping:
    """A mapping: how any table becomes rows of `object`. `text` is the file it was read from, for messages."""

    name: str
    object: str
    rules: Rules
    text: str = ""

    @property
    def format(self) -> Dict[str, str]:
        """The answers of its [format] table: `dates`, `decimal`, `encoding`, `header_row`, …"""
        return self.rules.format


def load_mapping(text: str, *, name: str) -> Mapping:
    """A mapping from TOML. MappingError names every problem with its line: unknown columns, bad formulas, …"""
    document = Document(text, name)
    document.known(("object", *RULE_KEYS))
    spec = object_spec(document)
    rules = read_rules(document, spec.names if spec else None)
    document.finish()
    if not rules.named:
        raise MappingError(name, [Problem(0, "it has no [columns]: nothing would be imported")])
    return Mapping(name=name, object=document.text_at("object"), rules=rules, text=text)


def bind(mapping: Mapping, headings: Sequence[str]) -> Plan:
    """The plan by which a table with these headings is imported.

    MappingError names every heading that the table does not have, with the nearest that it has, and every required
    column that nothing fills.
    """
    table = Headings(headings)
    bound = bind_rules(mapping.rules, table, table.as_written)
    problems = [_missing(mapping, table, *m) for m in dict.fromkeys(bound.missing)]
    spec = objects.get(mapping.object)
    key, content_key = identity(spec, mapping.rules.key, bound)
    # A column that was looked for and not found is complained about once, above.
    sought = {column for _, column, _ in bound.missing}
    lacking = lacks(spec, {*bound.columns, *sought}, key if content_key else (), mapping.rules.optional)
    problems += [
        Problem(0, f"nothing fills the required column {c}; add it to [columns] or [constants]") for c in lacking
    ]
    unmapped = [c for c in mapping.rules.key if c not in bound.columns and c not in sought]
    problems += [Problem(line_of(mapping.text, "key"), f"key: nothing fills the column {c}") for c in unmapped]
    if problems:
        raise MappingError(mapping.name, problems)
    return make_plan(mapping.object, mapping.rules, bound, table, vendor="mapping", title=mapping.name)


def _missing(mapping: Mapping, table: Headings, section: str, column: str, heading: str) -> Problem:
    near = table.nearest(heading)
    offer = f"the nearest are: {', '.join(near)}" if near else f"there are: {', '.join(filter(None, table.texts))}"
    return Problem(line_of(mapping.text, section, column), f"{column}: the file has no column {heading!r}; {offer}")


def identity(spec: objects.ObjectSpec, wanted: Sequence[str], bound: Bound) -> tuple[tuple[str, ...], bool]:
    """The key columns of a plan, and whether an ordinal must tell equal rows apart, for want of an id column."""
    own = tuple(c for c in spec.key if c in bound.columns)
    if len(spec.key) > 1:  # of a key of several columns the optional ones may be missing
        return tuple(wanted) or own or spec.key, spec.content_key
    if own and not spec.content_key:
        return tuple(wanted) or spec.key, False
    if wanted or not spec.content_key:
        return tuple(wanted) or spec.key, bool(wanted)
    return own or tuple(c for c in spec.names if c in bound.columns), True


def lacks(
    spec: objects.ObjectSpec, filled: Iterable[str], content_key: Sequence[str], optional: Sequence[str]
) -> list[str]:
    """The required columns that nothing fills; ids are made from the content key where there is one."""
    have = {*filled, *optional, *made_ids(spec, content_key)}
    missing = [c for c in spec.required if c not in have]
    return missing + [" or ".join(group) for group in spec.one_of if not have.intersection(group)]


def made_ids(spec: objects.ObjectSpec, content_key: Sequence[str]) -> tuple[str, ...]:
    """The id column that a content key makes up for; none where the object has no single id."""
    return spec.key if content_key and len(spec.key) == 1 else ()


def make_plan(object: str, rules: Rules, bound: Bound, table: Headings, *, vendor: str, title: str) -> Plan:
    """A plan from rules that were bound to a table's headings."""
    spec = objects.get(object)
    key, content_key = identity(spec, rules.key, bound)
    optional = (*rules.optional, *(made_ids(spec, key) if content_key else ()))
    return Plan(
        object=object,
        vendor=vendor,
        title=title,
        columns=bound.columns,
        key=key,
        content_key=content_key,
        optional=tuple(dict.fromkeys(c for c in optional if c not in bound.columns)),
        format=dict(rules.format),
        skip_rows_where=bound.skip_rows_where,
        unused=tuple(t for i, t in enumerate(table.texts) if i not in bound.used),
        inclusive_ends=tuple(c for c in rules.inclusive_ends if c in bound.columns),
        made=tuple(bound.made),
    )


def dump_mapping(mapping: Mapping) -> str:
    """The mapping as TOML that `load_mapping` reads back equal."""
    rules = mapping.rules
    lines = [f"object = {_quote(mapping.object)}"]
    for name in ("key", "optional", "inclusive_ends"):
        if listed := getattr(rules, name):
            lines.append(f"{name} = {_list(listed)}")
    lines += _section("columns", {c: _groups(g) for c, g in rules.columns.items()})
    for column, cases in rules.when.items():
        lines += _section(f"when.{_key(column)}", {condition: _groups(groups) for condition, groups in cases})
    lines += _section("join", {c: _parts(g) for c, g in rules.join.items()})
    for name in ("where", "derive", "constants", "blank"):
        lines += _section(name, {c: _quote(v) for c, v in getattr(rules, name).items()})
    for column, words in rules.values.items():
        lines += _section(f"values.{_key(column)}", {theirs: _quote(ours) for theirs, ours in words.items()})
    formats = {**rules.format, **({"skip_rows_where": rules.skip_rows_where} if rules.skip_rows_where else {})}
    lines += _section("format", {k: _quote(v) for k, v in formats.items()})
    return "\n".join(lines) + "\n"


def _section(name: str, entries: Dict[str, str]) -> list[str]:
    return ["", f"[{name}]", *(f"{_key(k)} = {v}" for k, v in entries.items())] if entries else []


def _groups(groups: Groups) -> str:
    return _alternatives(groups[0]) if len(groups) == 1 else f"{{ filled = {_parts(groups)} }}"


def _parts(groups: Groups) -> str:
    return f"[{', '.join(_alternatives(g) for g in groups)}]"


def _alternatives(group: Sequence[str]) -> str:
    return _quote(group[0]) if len(group) == 1 else _list(group)


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_quote, texts))}]"


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else _quote(key)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    short = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(short.get(c) or (c if c.isprintable() else f"\\U{ord(c):08X}") for c in escaped) + '"'
