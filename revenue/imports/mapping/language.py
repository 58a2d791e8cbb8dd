"""The two small languages of a mapping file: arithmetic for `[derive]` and conditions for rows.

Arithmetic: numbers, `[Heading]`, `+ - * / ( )` and `a ?? b` (b where a is empty). Exact decimals, no floats.
Conditions: `[Heading] = 'text'`, `<>`, `starts`, `true`, `false`, joined by `and` / `or` and parentheses. Texts are
compared without outer blanks and in any case, because exports write `TRUE`, `True` and `true` for the same thing.
A quote inside a text is doubled (`'O''Hara'`), a `]` inside a heading too (`[a]]b]`); `[#3]` is the third column,
for headings that are blank or occur twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|\[(?P<cell>(?:[^\]]|\]\])*)\](?!\])|'(?P<text>(?:[^']|'')*)'"
    r"|(?P<word>[A-Za-z]+)|(?P<op>\?\?|<>|[-+*/()=]))"
)
_DEPTH = 50  # nesting allowed; deeper is no formula a person wrote


class ExpressionError(ValueError):
    """A formula or condition that cannot be read; the message says where and what was expected."""


@dataclass(frozen=True)
class Token:
    """One word of the language, its kind (`number`, `cell`, `text`, `word`, `op`, `end`) and place (1-based)."""

    kind: str
    text: str
    place: int


def tokens(text: str) -> Iterator[Token]:
    """The words of a formula or condition, then one of kind `end`; ExpressionError at what is no word."""
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            rest = text[at:].lstrip()
            raise ExpressionError(f"cannot read {rest[:20]!r} at character {len(text) - len(rest) + 1} of {text!r}")
        kind = str(found.lastgroup)
        word = found.group(kind)
        doubled = {"cell": ("]]", "]"), "text": ("''", "'")}.get(kind)
        yield Token(kind, word.replace(*doubled) if doubled else word, found.start(kind) + 1)
        at = found.end()
    yield Token("end", "", len(text) + 1)


class Reader:
    """Steps through the words of one formula; knows how to complain about the one it stands on."""

    def __init__(self, text: str) -> None:
        self.source = text
        self.words = list(tokens(text))
        self.at = 0
        self.depth = 0

    @property
    def word(self) -> Token:
        """The word to read next."""
        return self.words[self.at]

    def take(self) -> Token:
        """The word to read next, which is then behind us."""
        self.at += 1
        return self.words[self.at - 1]

    def takes(self, *texts: str) -> str:
        """Takes the next word if it is one of these operators or keywords; "" if it is not."""
        word = self.word
        if word.kind in {"op", "word"} and word.text.lower() in texts:
            self.at += 1
            return word.text.lower()
        return ""

    def wrong(self, expected: str) -> ExpressionError:
        """The error for the word we stand on."""
        found = repr(self.word.text) if self.word.kind != "end" else "the end"
        return ExpressionError(f"expected {expected}, found {found} at character {self.word.place} of {self.source!r}")

    def deeper(self) -> None:
        """Counts one opened parenthesis; refuses formulas nested beyond reason."""
        self.depth += 1
        if self.depth > _DEPTH:
            raise ExpressionError(f"more than {_DEPTH} levels of parentheses in {self.source[:60]!r}")


def write_cell(heading: str) -> str:
    """A heading as it stands in a formula or condition."""
    return "[" + heading.replace("]", "]]") + "]"


def numbered(heading: str, count: int) -> int | None:
    """The position that `#3` means among `count` columns (2); None if it is not of that form or out of range."""
    if re.fullmatch(r"#[1-9]\d{0,4}", heading) and int(heading[1:]) <= count:
        return int(heading[1:]) - 1
    return None


def position(heading: str, headings: Sequence[str]) -> int | None:
    """Where a heading of a formula is in a table: as written, else without regard to case and blanks, else `#3`."""
    wanted = heading.strip()
    trimmed = [h.strip() for h in headings]
    if wanted in trimmed:
        return trimmed.index(wanted)
    loose = [" ".join(h.casefold().split()) for h in trimmed]
    relaxed = " ".join(wanted.casefold().split())
    if relaxed and relaxed in loose:
        return loose.index(relaxed)
    return numbered(wanted, len(headings))
