"""Which heading is probably which of our columns: a start for the mapping page, never used without a person.

No suggestion is better than a wrong one: a person reads an empty place and passes over a filled one. So there is no
likeness of spelling here, only words that mean the column, and cells that could be of its kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import polars as pl

from revenue import objects
from revenue.imports.mapping.headings import Headings, fold
from revenue.imports.recognise.fitting import may_be
from revenue.imports.recognise.presets import known_presets
from revenue.imports.recognise.words import TAXES, TOTALS, WORDS
from revenue.objects import ObjectSpec


def suggest(headings: Sequence[str], sample: pl.DataFrame | None, object: str) -> dict[str, str]:
    """Our column → the heading it probably is, for a table that nobody has mapped yet; each heading at most once.

    Our own names are tried first, then words that people write, then the headings of the vendors' exports of the same
    object. What the cells of `sample` (text columns c0, c1, …) rule out is not offered. KeyError if there is no such
    object.
    """
    table = Headings(headings)
    spec = objects.get(object)
    by_fold = {fold(text): at for at, text in reversed(list(enumerate(table.texts))) if fold(text)}
    taxed = any(word in key for key in by_fold for word in TAXES)
    found: dict[str, int] = {}
    for words in (_own, _people, _vendors):
        for column in spec.columns:
            if column.name in found:
                continue
            likely = [w for w in words(spec, column.name) if not (taxed and w in TOTALS)]
            free = [at for w in likely if (at := by_fold.get(w)) is not None and at not in found.values()]
            own_key = spec.key == (column.name,) and not spec.content_key
            fitting = (at for at in free if may_be(column, _cells(sample, at), unique=own_key))
            if (best := next(fitting, None)) is not None:
                found[column.name] = best
    return {name: table.texts[found[name]] for name in spec.names if name in found}


def likely_object(headings: Sequence[str], sample: pl.DataFrame | None) -> str:
    """The object that most headings speak for, one whose required columns are there before any other."""
    found = {spec.name: suggest(headings, sample, spec.name) for spec in objects.all_objects()}
    return max(found, key=lambda name: _weight(objects.get(name), found[name]))


def _weight(spec: ObjectSpec, found: dict[str, str]) -> tuple[bool, int]:
    """Whether a row could be kept at all, and how much is found; what a row must have counts twice."""
    required = set(spec.required).intersection(found)
    whole = required == set(spec.required) and all(set(found).intersection(group) for group in spec.one_of)
    return whole, len(found) + len(required)


def _cells(sample: pl.DataFrame | None, at: int) -> list[str]:
    if sample is None or f"c{at}" not in sample.columns:
        return []
    return [c.strip() for c in sample.get_column(f"c{at}").to_list() if c and c.strip()]


def _own(spec: ObjectSpec, column: str) -> tuple[str, ...]:
    return (fold(column),)


def _people(spec: ObjectSpec, column: str) -> tuple[str, ...]:
    words = (*WORDS.get(f"{spec.name}.{column}", ()), *WORDS.get(column, ()))
    return tuple(map(fold, words))


def _vendors(spec: ObjectSpec, column: str) -> tuple[str, ...]:
    return _vendor_words(spec.name).get(column, ())


@lru_cache(maxsize=64)
def _vendor_words(object: str) -> dict[str, tuple[str, ...]]:
    """By column the headings, folded, that presets of the object read it from; none that means two things.

    A heading that another preset knows and reads something else from (`Status` is the stage of one vendor's deals, and
    whether they are open of another's) says nothing in a table of neither.
    """
    presets = [p for p in known_presets() if p.object == object]
    read = [{fold(h): column for column, groups in p.rules.columns.items() for h in groups[0]} for p in presets]
    words: dict[str, list[str]] = {}
    for heading in dict.fromkeys(h for columns in read for h in columns if h):
        knowing = zip(presets, read, strict=True)
        meant = {columns.get(heading) for preset, columns in knowing if heading in preset.vocabulary}
        if len(meant) == 1 and (column := meant.pop()) is not None:
            words.setdefault(column, []).append(heading)
    return {column: tuple(found) for column, found in words.items()}
