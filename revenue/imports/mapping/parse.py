"""Rules from TOML, strictly: an unknown word is an error with its line, never ignored."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from revenue import objects
from revenue.imports.mapping.arithmetic import parse_expression
from revenue.imports.mapping.condition import parse_condition
from revenue.imports.mapping.headings import nearest
from revenue.imports.mapping.language import ExpressionError
from revenue.imports.mapping.rules import Groups, MappingError, Problem, Rules

RULE_KEYS = (
    "key", "columns", "when", "join", "where", "derive", "constants", "blank", "values", "format",
    "optional", "inclusive_ends",
)  # fmt: skip
_DATES = ("month-first", "day-first", "iso", "excel-serial")


class Document:
    """A TOML document being checked: its tables, and the problems found so far with their lines."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.text = text
        self.problems: list[Problem] = []
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as why:
            at = re.search(r"line (\d+)", str(why))
            raise MappingError(name, [Problem(int(at[1]) if at else 0, f"this is not TOML: {why}")]) from None

    def problem(self, text: str, *path: str) -> None:
        """Notes a problem with the entry at `path` (its tables, then its key)."""
        self.problems.append(Problem(line_of(self.text, *path), text))

    def finish(self) -> None:
        """Raises MappingError if there were problems."""
        if self.problems:
            raise MappingError(self.name, self.problems)

    def known(self, keys: tuple[str, ...]) -> None:
        """Notes every top-level entry that is none of `keys`."""
        for key in self.data:
            if key not in keys:
                self.problem(f"there is no entry {key!r}{_meant(key, keys)}", key)

    def text_at(self, key: str, default: str = "") -> str:
        """The text at a top-level key."""
        value = self.data.get(key, default)
        if isinstance(value, str):
            return value
        self.problem(f"{key} must be a text", key)
        return default

    def texts_at(self, key: str) -> tuple[str, ...]:
        """The list of texts at a top-level key."""
        value = self.data.get(key, [])
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(value)
        self.problem(f"{key} must be a list of texts", key)
        return ()

    def table(self, key: str) -> dict[str, Any]:
        """The table at a top-level key; empty if there is none."""
        value = self.data.get(key, {})
        if isinstance(value, dict):
            return value
        self.problem(f"[{key}] must be a table", key)
        return {}


def line_of(text: str, *path: str) -> int:
    """The line of an entry in a TOML text, as near as a search finds it; 0 if it does not."""
    lines = text.splitlines()
    at = 0
    for depth, name in enumerate(path):
        quoted = rf"""(?:{re.escape(name)}|"{re.escape(name)}"|'{re.escape(name)}')"""
        prefix = r"[\w.\"' -]*" if depth else ""
        pattern = re.compile(rf"\s*(?:\[+\s*{prefix}{quoted}\s*[\].]|{quoted}\s*[=.])")
        at = next((i for i in range(at, len(lines)) if pattern.match(lines[i])), at if depth else -1)
        if at < 0:
            return 0
    return at + 1


def _meant(word: str, known: tuple[str, ...]) -> str:
    close = nearest(word, known, 2)
    return f"; did you mean {' or '.join(close)}?" if close else f"; there are: {', '.join(known)}"


def object_spec(document: Document) -> objects.ObjectSpec | None:
    """The object a document is about; notes the problem and gives None if there is no such object."""
    names = tuple(o.name for o in objects.all_objects())
    name = document.text_at("object")
    if name in names:
        return objects.get(name)
    document.problem(f"object = {name!r}: there is no such object{_meant(name, names)}", "object")
    return None


def read_rules(document: Document, names: tuple[str, ...] | None) -> Rules:
    """The rules of a document; `names` are the columns of its object (None: not known, so not checked)."""

    def table(section: str, read: Callable[[Document, Any, str, str], Any]) -> dict[str, Any]:
        return {
            column: read(document, value, section, column)
            for column, value in document.table(section).items()
            if _is_ours(document, section, column, names)
        }

    formats = _formats(document)
    rules = Rules(
        columns=table("columns", _groups),
        when=table("when", _cases),
        join=table("join", _parts),
        where=table("where", _condition),
        derive=table("derive", _formula),
        constants=table("constants", _word),
        blank=table("blank", _word),
        values=table("values", _words),
        key=document.texts_at("key"),
        optional=document.texts_at("optional"),
        inclusive_ends=document.texts_at("inclusive_ends"),
        skip_rows_where=formats.pop("skip_rows_where", ""),
        format=formats,
    )
    for entry in ("key", "optional", "inclusive_ends"):
        for column in getattr(rules, entry):
            _is_ours(document, entry, column, names)
    return rules


def _is_ours(document: Document, section: str, column: str, names: tuple[str, ...] | None) -> bool:
    if names is None or column in names:
        return True
    document.problem(f"{column!r} is no column of this object{_meant(column, names)}", section, column)
    return False


def _groups(document: Document, value: Any, section: str, column: str) -> Groups:
    if isinstance(value, dict) and list(value) == ["filled"]:
        return _parts(document, value["filled"], section, column)
    one = _alternatives(value)
    if one is None:
        document.problem(f"{column} must be a heading, a list of headings or {{ filled = […] }}", section, column)
    return (one,) if one else ()


def _parts(document: Document, value: Any, section: str, column: str) -> Groups:
    groups = [_alternatives(v) for v in value] if isinstance(value, list) else [None]
    if None in groups or not groups:
        document.problem(f"{column} must be a list of headings (or of lists of their spellings)", section, column)
        return ()
    return tuple(g for g in groups if g)


def _alternatives(value: Any) -> tuple[str, ...] | None:
    listed = [value] if isinstance(value, str) else value
    if isinstance(listed, list) and listed and all(isinstance(v, str) and v.strip() for v in listed):
        return tuple(listed)
    return None


def _cases(document: Document, value: Any, section: str, column: str) -> tuple[tuple[str, Groups], ...]:
    if not isinstance(value, dict):
        document.problem(f"[when.{column}] must be a table of conditions and headings", section, column)
        return ()
    cases = []
    for condition, headings in value.items():
        _condition(document, condition, section, column)
        cases.append((condition, _groups(document, headings, section, column)))
    return tuple(cases)


def _condition(document: Document, value: Any, section: str, column: str) -> str:
    try:
        parse_condition(str(value))
    except ExpressionError as why:
        document.problem(f"{column}: {why}", section, column)
    return str(value)


def _formula(document: Document, value: Any, section: str, column: str) -> str:
    try:
        parse_expression(str(value))
    except ExpressionError as why:
        document.problem(f"{column}: {why}", section, column)
    return str(value)


def _word(document: Document, value: Any, section: str, column: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, (str, int)):  # a float would bring its binary rounding with it
        document.problem(f"{column} must be a text in quotes", section, column)
    return str(value)


def _words(document: Document, value: Any, section: str, column: str) -> Mapping[str, str]:
    if not isinstance(value, dict):
        document.problem(f"[values.{column}] must be a table: their value = ours", section, column)
        return {}
    return {theirs: _word(document, ours, section, column) for theirs, ours in value.items()}


def _formats(document: Document) -> dict[str, str]:
    formats: dict[str, str] = {}
    for key, value in document.table("format").items():
        if isinstance(value, dict):  # answers for one column of ours: [format.dates] close_on = "day-first"
            formats.update({f"{key}.{column}": _word(document, v, "format", key) for column, v in value.items()})
        else:
            formats[key] = _word(document, value, "format", key)
    for key, answer in formats.items():
        allowed = {"dates": _DATES, "decimal": (".", ",")}.get(key.partition(".")[0])
        if allowed and answer not in allowed:
            document.problem(f"{key} = {answer!r}: it must be {' or '.join(map(repr, allowed))}", "format", key)
    if "skip_rows_where" in formats:
        _condition(document, formats["skip_rows_where"], "format", "skip_rows_where")
    return formats
