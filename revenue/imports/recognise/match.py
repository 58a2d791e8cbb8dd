"""Which presets a table's headings fit, and how well: by signature, then by how many headings are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from revenue import objects
from revenue.imports.mapping.headings import Headings, fold
from revenue.imports.recognise.presets import Ignored, Preset, Signature

_SIGN = 3.0  # a heading of the signature counts as much as three others
_FILE_NAME = 1.0  # the file's name decides between equals, and never against a heading more
_PLAIN_SHARE = 0.6  # of a plain file's headings must be our columns; extra columns are kept and offered


@dataclass(frozen=True)
class Candidate:
    """One thing a table may be. `evidence` names the headings that speak for it, as the file writes them."""

    title: str
    object: str
    score: float
    evidence: tuple[str, ...]
    preset: Preset | None = None  # None: our own plain format


def fits(signature: Signature, table: Headings, sample: pl.DataFrame | None) -> list[int] | None:
    """The positions of the signature's headings; None if the table does not fit it."""
    places = []
    for group in signature.all:
        found = next((at for h in group if (at := table.any_spelling(h)) is not None), None)
        if found is None:
            return None
        places.append(found)
    if any(fold(h) in table.folds for h in signature.none):
        return None
    if signature.last and fold(table.texts[-1]) not in map(fold, signature.last):
        return None
    return places if _values_fit(signature, table, sample) else None


def _values_fit(signature: Signature, table: Headings, sample: pl.DataFrame | None) -> bool:
    if sample is None or sample.is_empty():
        return True
    for heading, words in signature.values.items():
        at = table.any_spelling(heading)
        if at is not None:
            cells = {c.strip().casefold() for c in sample.get_column(f"c{at}").unique().to_list() if c and c.strip()}
            if not cells or not cells <= {w.casefold() for w in words}:
                return False
    return True


def match_preset(preset: Preset, table: Headings, sample: pl.DataFrame | None, file_name: str) -> Candidate | None:
    """How well a preset fits; None if none of its signatures does."""
    signs = [s for s in (fits(signature, table, sample) for signature in preset.signatures) if s is not None]
    if not signs:
        return None
    best = max(signs, key=len)
    known = [at for at, text in enumerate(table.texts) if fold(text) in preset.vocabulary]
    named = any(fold(word) in fold(file_name) for word in preset.files)
    evidence = [table.texts[at].strip() for at in dict.fromkeys([*best, *known])]
    score = _SIGN * len(best) + len(known) + (_FILE_NAME if named else 0)
    return Candidate(preset.title, preset.object, score, tuple(evidence), preset)


def match_ignored(known: Sequence[Ignored], table: Headings, sample: pl.DataFrame | None) -> Ignored | None:
    """The known table without anything of ours that this is; the one with the most telling signature."""
    fitting = [entry for entry in known if fits(entry.signature, table, sample) is not None]
    return max(fitting, key=lambda e: len(e.signature.all), default=None)


def match_plain(spec: objects.ObjectSpec, table: Headings, *, forced: bool = False) -> Candidate | None:
    """How well a table fits our own format of an object: all required columns there, and most headings our names."""
    ours = {name for name in spec.names if table.as_written(name) is not None}
    ids = set(spec.key) if spec.content_key else set()
    if not set(spec.required) - ids <= ours or not all(ours.intersection(group) for group in spec.one_of):
        return None
    total = sum(1 for text in table.texts if text.strip())
    if not forced and len(ours) < _PLAIN_SHARE * total:
        return None
    score = _SIGN * len(spec.required) + len(ours)
    evidence = tuple(name for name in spec.names if name in ours)
    return Candidate(f"plain format: {spec.label.lower()}", spec.name, score, evidence)
