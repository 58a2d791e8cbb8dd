"""What a number column holds as a whole: which mark is proved to be the decimal one, and what looks damaged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from revenue.imports.clean.evidence import Evidence, distinct
from revenue.imports.clean.numbers.convert import PLAIN
from revenue.imports.clean.numbers.marks import named_codes
from revenue.imports.clean.spaces import tidy

_PLAIN_PROOF = r"(?:^-?(?:[0-9]{4,}|0)\.[0-9]{3}$)|\.(?:[0-9]{1,2}|[0-9]{4,})$"
_PLAIN_OPEN = r"^-?[1-9][0-9]{0,2}\.[0-9]{3}$"
_ENOUGH = 1_000  # proofs after which counting stops
_SAMPLE = 20_000  # plain values looked at for signs of damage


def _classes(mark: str) -> dict[str, str]:
    """Patterns for what a text with `mark` proves. Signs, words and parentheses around the digits do not matter."""
    m, o = rf"\{mark}", r"\." if mark == "," else ","
    before, after = r"^[^0-9.,]*", r"(?:[.,]-+)?[^0-9.,]*(?:[^0-9.,]\.?[^0-9.,]*)?$"
    blank = r"[ '’]"
    return {
        "both": rf"{before}[0-9]{{1,3}}(?:{o}[0-9]{{2,3}})*{o}[0-9]{{3}}{m}[0-9]+{after}",  # 1,234.5
        "blanks": rf"{before}[0-9]{{1,3}}(?:{blank}[0-9]{{3}})+{m}[0-9]+{after}",  # 1 234.5
        "single": rf"{before}(?:[0-9]*{m}(?:[0-9]{{1,2}}|[0-9]{{4,}})|(?:[0-9]{{4,}}|0){m}[0-9]{{3}}){after}",  # 12.5
        "grouping": rf"{before}[0-9]{{1,3}}(?:{o}[0-9]{{2,3}})+{o}[0-9]{{3}}{after}",  # 1,234,567: the other one groups
        "open": rf"{before}[1-9][0-9]{{0,2}}{m}[0-9]{{3}}{after}",  # 1.234
    }


def _clear(mark: str) -> str:
    """The usual written amounts that leave nothing open and name no currency: 12.50, $1,234.56, -3.5, (17.00)."""
    other = r"\." if mark == "," else ","
    return rf"^[-(]?[$¥]?(?:[0-9]+|[0-9]{{1,3}}(?:{other}[0-9]{{3}})+)\{mark}[0-9]{{1,2}}\)?$"


_CLEAR = {mark: _clear(mark) for mark in (".", ",")}
_CLASSES = {mark: _classes(mark) for mark in (".", ",")}
_ZERO_GROUP = r"^[^0-9]*0[.,][0-9]{3}[.,][0-9]{3}"  # 0.123.456: no grouping begins with a zero


@dataclass
class MarkProfile:
    """What speaks for one mark as the decimal one."""

    proof: Evidence = field(default_factory=Evidence)
    single: Evidence = field(default_factory=Evidence)  # proof by the mark itself, as in 12.5
    grouping: Evidence = field(default_factory=Evidence)  # proof by the other mark occurring twice, as in 1,234,567
    open: Evidence = field(default_factory=Evidence)  # as in 1.234


@dataclass
class NumberProfile:
    """Counts by kind of value; `look` is called with every chunk, in file order."""

    total: int = 0
    plain: bool = True  # every value so far is digits with at most a point and four decimals
    marks: dict[str, MarkProfile] = field(default_factory=lambda: {".": MarkProfile(), ",": MarkProfile()})
    zero_group: Evidence = field(default_factory=Evidence)
    long: Evidence = field(default_factory=Evidence)  # more than four decimals
    percent: Evidence = field(default_factory=Evidence)
    codes: Counter[str] = field(default_factory=Counter)  # currencies named by sign or code
    sample: list[pl.Series] = field(default_factory=list)
    sampled: int = 0

    def look(self, text: pl.Series, lines: pl.Series) -> None:
        """Counts the values of one chunk."""
        plain = text.str.contains(PLAIN)
        if bool(plain.all()):
            self._look_plain(text, lines)
            return
        self._look_plain(text.filter(plain), lines.filter(plain))
        text, lines = self._look_clear(text.filter(~plain), lines.filter(~plain))
        found = distinct(tidy(text), lines).filter(pl.col("text") != "")
        if not found.height:
            return
        self.plain = False
        self.total += int(found.get_column("count").sum())
        for mark, patterns in _CLASSES.items():
            self._look_mark(found, self.marks[mark], patterns)
        holds = pl.col("text").str.contains
        self.zero_group.add(found.filter(holds(_ZERO_GROUP)))
        self.long.add(found.filter(holds(r"[.,][0-9]{5,}[^0-9]*$")))
        self.percent.add(found.filter(holds("%", literal=True)))
        coded = found.with_columns(named_codes(found.get_column("text")).alias("code")).filter(
            pl.col("code").is_not_null()
        )
        for code, count in coded.group_by("code").agg(pl.col("count").sum()).iter_rows():
            self.codes[code] += count

    def _look_clear(self, text: pl.Series, lines: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Counts the values that prove a mark at a glance, and gives the others."""
        for mark, pattern in _CLEAR.items():
            clear = text.str.contains(pattern)
            if bool(clear.any()):
                self.plain = False
                self.total += int(clear.sum())
                for evidence in (self.marks[mark].proof, self.marks[mark].single):
                    evidence.add_rows(text.filter(clear), lines.filter(clear))
                text, lines = text.filter(~clear), lines.filter(~clear)
        return text, lines

    def _look_mark(self, found: pl.DataFrame, profile: MarkProfile, patterns: dict[str, str]) -> None:
        holds = found.select(pl.col("text").str.contains(p).alias(name) for name, p in patterns.items())
        proof = holds.select(pl.any_horizontal("both", "blanks", "single", "grouping")).to_series()
        profile.proof.add(found.filter(proof))
        profile.single.add(found.filter(holds.get_column("single")))
        profile.grouping.add(found.filter(holds.get_column("grouping")))
        profile.open.add(found.filter(holds.get_column("open")))

    def _look_plain(self, text: pl.Series, lines: pl.Series) -> None:
        """Digits with at most a point: what the point proves, until it is proved often enough."""
        self.total += int((text != "").sum())
        point = self.marks["."]
        if self.sampled < _SAMPLE:
            some = text.head(_SAMPLE - self.sampled)
            self.sample.append(some)
            self.sampled += len(some)
        if not bool(text.str.contains(".", literal=True).any()):
            return
        if point.single.count >= _ENOUGH:
            point.proof.partial = point.single.partial = True
            return
        for pattern, kinds in ((_PLAIN_PROOF, (point.proof, point.single)), (_PLAIN_OPEN, (point.open,))):
            hit = text.str.contains(pattern)
            if bool(hit.any()):
                found = distinct(text.filter(hit), lines.filter(hit))
                for evidence in kinds:
                    evidence.add(found)
