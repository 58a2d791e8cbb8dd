"""Presets: what each vendor's export of each object looks like, read from the data files in revenue/presets.

docs/presets.md describes the files. They are read once per process; a mistake in one is an error at the first import
and in the tests, with file and line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from revenue import objects
from revenue.imports.mapping.arithmetic import cells, parse_expression
from revenue.imports.mapping.condition import condition_cells, parse_condition
from revenue.imports.mapping.headings import fold
from revenue.imports.mapping.parse import RULE_KEYS, Document, read_rules
from revenue.imports.mapping.rules import Groups, Rules

FOLDER = Path(__file__).resolve().parents[2] / "presets"
_KEYS = (
    "vendor",
    "object",
    "title",
    "beside",
    "files",
    "known",
    "signature",
    "unpivot",
    "ask",
    "converted",
    *RULE_KEYS,
)


@dataclass(frozen=True)
class Signature:
    """Headings by which a table is told: all of these (of each group one), none of those, and one of `last` at the end.

    `values`: where a sample is at hand, all filled cells of these headings must be among these words.
    """

    all: Groups = ()
    none: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """What only a person can say, for a whole column: unless the file settles it where `where` holds for `heading`."""

    column: str
    text: str
    answers: tuple[str, ...]
    heading: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True)
class UnpivotRule:
    """Headings that become rows: `Date entered "{name}"`, and what the two columns they become are called.

    `like`: headings of a column that holds such a name too; where a row's cell there ends in a `{rest}`, names have it.
    """

    headings: tuple[str, ...]
    name: str
    value: str
    like: tuple[str, ...] = ()

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """The templates as patterns with the groups `name` and, where they have one, `rest`."""
        return tuple(_pattern(h) for h in self.headings)


@dataclass(frozen=True)
class Preset:
    """One vendor's export of one of our objects. `beside`: found only together with that object, in the same table.

    `converted`: headings of amounts that are not in the row's own currency, with the headings of the currency that they
    are in; where the table has none of those, it is the company's.
    """

    path: str
    vendor: str
    object: str
    title: str
    signatures: tuple[Signature, ...]
    rules: Rules
    beside: str = ""
    files: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    ask: tuple[Ask, ...] = ()
    unpivot: UnpivotRule | None = None
    converted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every heading the preset knows, folded."""
        return frozenset(map(fold, self._headings())) - {""}

    def _headings(self) -> list[str]:
        rules = self.rules
        groups = [*rules.columns.values(), *rules.join.values(), *(s.all for s in self.signatures)]
        groups += [g for cases in rules.when.values() for _, g in cases]
        conditions = [*rules.where.values(), *(c for cases in rules.when.values() for c, _ in cases)]
        conditions += [rules.skip_rows_where] if rules.skip_rows_where else []
        named = [h for c in conditions for h in condition_cells(parse_condition(c))]
        named += [h for formula in rules.derive.values() for h in cells(parse_expression(formula))]
        alternatives = [part for h in named for part in h.split("|")]
        converted = [h for amount, currencies in self.converted.items() for h in (amount, *currencies)]
        return [*(h for groups_ in groups for g in groups_ for h in g), *alternatives, *converted, *self.known]


@dataclass(frozen=True)
class Ignored:
    """A table of a vendor that holds nothing of ours, or nothing that may be counted, and why."""

    vendor: str
    title: str
    reason: str
    signature: Signature


@dataclass(frozen=True)
class Library:
    """All presets and all tables that are known and left alone."""

    presets: tuple[Preset, ...]
    ignored: tuple[Ignored, ...]


@lru_cache(maxsize=1)
def library() -> Library:
    """Everything in revenue/presets; MappingError names file and line of what is wrong."""
    presets: list[Preset] = []
    ignored: list[Ignored] = []
    for path in sorted(FOLDER.glob("*/*.toml")):
        text, name = path.read_text(encoding="utf-8"), f"{path.parent.name}/{path.name}"
        if path.stem == "ignored":
            ignored += read_ignored(text, name)
        else:
            presets.append(read_preset(text, name))
    return Library(tuple(presets), tuple(ignored))


def known_presets() -> tuple[Preset, ...]:
    """The presets whose object is registered: the apps above add theirs when Django starts."""
    registered = {spec.name for spec in objects.all_objects()}
    return tuple(p for p in library().presets if p.object in registered)


def read_preset(text: str, name: str) -> Preset:
    """A preset from TOML; MappingError names every problem with its line."""
    document = Document(text, name)
    document.known(_KEYS)
    object_name = document.text_at("object")
    spec = next((s for s in objects.all_objects() if s.name == object_name), None)
    rules = read_rules(document, spec.names if spec else None)
    for entry in ("vendor", "object", "title"):
        if not document.text_at(entry):
            document.problem(f"{entry} is missing", entry)
    signatures = tuple(_signature(document, s, "signature") for s in _tables(document, "signature"))
    if not signatures:
        document.problem("there is no [[signature]]: nothing would be recognised", "signature")
    preset = Preset(
        path=name,
        vendor=document.text_at("vendor"),
        object=object_name,
        title=document.text_at("title"),
        signatures=signatures,
        rules=rules,
        beside=document.text_at("beside"),
        files=document.texts_at("files"),
        known=document.texts_at("known"),
        ask=tuple(_ask(document, column, a) for column, a in document.table("ask").items()),
        unpivot=_unpivot(document),
        converted=_converted(document),
    )
    document.finish()
    return preset


def read_ignored(text: str, name: str) -> list[Ignored]:
    """The tables of one vendor that are left alone, from TOML; MappingError names every problem with its line."""
    document = Document(text, name)
    document.known(("vendor", "table"))
    found = []
    for entry in _tables(document, "table"):
        words = {k: entry.get(k, "") for k in ("title", "reason")}
        if not all(isinstance(w, str) and w for w in words.values()):
            document.problem("each [[table]] needs a title and a reason", "table")
        rest = {k: v for k, v in entry.items() if k not in words}
        found.append(Ignored(document.text_at("vendor"), **words, signature=_signature(document, rest, "table")))
    document.finish()
    return found


def _tables(document: Document, key: str) -> list[dict[str, Any]]:
    value = document.data.get(key, [])
    if isinstance(value, list) and all(isinstance(v, dict) for v in value):
        return value
    document.problem(f"write [[{key}]], with two brackets", key)
    return []


def _signature(document: Document, entry: dict[str, Any], section: str) -> Signature:
    for key in entry:
        if key not in ("all", "none", "last", "values"):
            document.problem(f"{key!r} is not known here; there are: all, none, last, values", section)
    groups = tuple(tuple([g] if isinstance(g, str) else g) for g in entry.get("all", []))
    if not groups:
        document.problem("a signature needs `all`: the headings that must be there", section)
    values = {heading: tuple(words) for heading, words in entry.get("values", {}).items()}
    return Signature(groups, tuple(entry.get("none", [])), tuple(entry.get("last", [])), values)


def _ask(document: Document, column: str, entry: Any) -> Ask:
    allowed = {"text", "answers", "heading", "where"}
    if not isinstance(entry, dict) or not entry.keys() <= allowed or "text" not in entry:
        document.problem(f"[ask.{column}] has text, answers and, to settle it, heading and where", "ask", column)
        return Ask(column, "", ())
    heading = entry.get("heading", [])
    return Ask(
        column=column,
        text=entry["text"],
        answers=tuple(entry.get("answers", [])),
        heading=(heading,) if isinstance(heading, str) else tuple(heading),
        where=entry.get("where", ""),
    )


def _converted(document: Document) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for amount, currencies in document.table("converted").items():
        if not isinstance(currencies, list) or not all(isinstance(c, str) for c in currencies):
            document.problem(
                "[converted] has headings of amounts, each with a list of its currency's headings", "converted"
            )
        else:
            found[amount] = tuple(currencies)
    return found


def _unpivot(document: Document) -> UnpivotRule | None:
    entry = document.table("unpivot")
    if not entry:
        return None
    if set(entry) - {"like"} != {"headings", "name", "value"} or not all("{name}" in h for h in entry["headings"]):
        document.problem("[unpivot] has headings (each with {name}), name and value, and may have like", "unpivot")
        return None
    return UnpivotRule(tuple(entry["headings"]), entry["name"], entry["value"], tuple(entry.get("like", ())))


def _pattern(template: str) -> re.Pattern[str]:
    # The last parentheses are the rest: `Sent (final) (Sales)` is `Sent (final)`, `Demo (Sales (EU))` is `Demo`.
    escaped = re.escape(template).replace(re.escape("{rest}"), r"(?P<rest>(?:[^()]|\([^()]*\))+)")
    return re.compile(escaped.replace(re.escape("{name}"), "(?P<name>.+)"), re.IGNORECASE)
