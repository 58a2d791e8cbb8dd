"""One number, read from its text in all the ways exports write them: the slow and complete path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from revenue.imports.clean.converted import shown
from revenue.imports.clean.numbers.marks import SIGN, TOKEN, code_of, multiplier
from revenue.imports.clean.spaces import tidy_one

GROUP = " '’"  # marks that only ever group
_LONGEST = 60  # digits; longer is no number a person wrote
_CORE = r"[0-9](?:[0-9.,'’ ]*[0-9])?(?:[.,](?!-))?|[.,][0-9]+"
_SHAPE = re.compile(
    rf"(?:(?P<front>{TOKEN})\.? ?(?=\())?"  # a spreadsheet's accounting format: $ (5.00)
    rf"(?P<open>\()? ?(?P<minus>[-+])? ?(?P<before>(?:(?:{TOKEN})\.?)?) ?(?P<minus2>[-+])?"
    rf" ?(?P<core>{_CORE})(?P<exponent>[eE][-+]?[0-9]{{1,3}})?"
    rf"(?:,-{{1,2}}|\.-{{1,2}})? ?(?P<after>(?:(?:{TOKEN})\.? ?){{0,2}})(?P<percent>%)? ?(?P<minus3>-)? ?(?P<close>\))?"
)


class NotANumber(ValueError):
    """A text that is no number under the column's reading; the message is the reason to give for the cell."""


@dataclass(frozen=True)
class Parsed:
    """An exact number, whether it carries a percent sign (not applied), and the currency it names ("" if none)."""

    value: Decimal
    percent: bool = False
    code: str = ""


def parse_number(text: str, mark: str) -> Parsed:
    """The number a text writes where `mark` ("." or ",") is the decimal mark; NotANumber says why it is none.

    >>> parse_number("($1,234.50)", ".").value
    Decimal('-1234.50')
    """
    tidied = tidy_one(text)
    found = _SHAPE.fullmatch(tidied)
    if found is None:
        raise NotANumber(_why(text, tidied, mark))
    minuses = [found[g] for g in ("minus", "minus2", "minus3") if found[g]] + [found["open"] or ""]
    if bool(found["open"]) != bool(found["close"]) or sum(map(bool, minuses)) > 1:
        raise NotANumber(f"{shown(text)!r} has more than one sign, or a parenthesis without its other")
    if found["front"] and found["before"]:
        raise NotANumber(f"{shown(text)!r} names two currencies")
    code, factor = _words(text, found["front"] or found["before"], found["after"])
    digits = _core(text, found["core"], mark)
    try:
        value = Decimal(f"{digits}{found['exponent'] or ''}") * factor
    except InvalidOperation:
        raise NotANumber(f"{shown(text)!r} is too large for a number") from None
    negative = found["open"] or "-" in minuses
    return Parsed(-value if negative and value else value, bool(found["percent"]), code)


def _words(text: str, before: str, after: str) -> tuple[str, Decimal]:
    """The currency named beside a number ("" if none) and what a word such as K multiplies it by."""
    code, factor, marks, seen = "", Decimal(1), 0, ""
    for token, ahead in [(before, True)] * bool(before) + [(t, False) for t in re.findall(TOKEN, after)]:
        times = None if ahead else multiplier(token)
        if times is not None and factor == 1:
            factor = times
            continue
        named = code_of(token)
        if named is None:
            raise NotANumber(
                f"{shown(text)!r} is not a number: {token!r} is no currency and no multiple such as K or M"
            )
        clash = marks and ((named not in {"", code} and code) or (not token.isalnum() and not seen.isalnum()))
        marks, seen, code = marks + 1, token, code or named
        if clash:
            raise NotANumber(f"{shown(text)!r} names two currencies")
    return code, factor


def _core(text: str, core: str, mark: str) -> str:
    """The digits with a point, from digits with marks."""
    other = "," if mark == "." else "."
    whole, found, fraction = core.partition(mark)
    if len(core) > _LONGEST:
        raise NotANumber(f"{shown(text)!r} is too long for a number")
    if fraction and not fraction.isdigit():
        raise NotANumber(f"{shown(text)!r} has more than one decimal mark; this column's is {mark!r}")
    if not whole.isdigit() and not (found and not whole):
        if not _grouped(whole, other):
            raise NotANumber(
                f"{shown(text)!r} is no number where {mark!r} is the decimal mark, as in this column:"
                f" {other!r} must part groups of three digits"
            )
        whole = re.sub(r"[^0-9]", "", whole)
    return f"{whole or '0'}.{fraction or '0'}" if fraction else whole


def _grouped(whole: str, other: str) -> bool:
    """Whether digits are grouped by one mark: threes, or the Indian way (two, two, three) with commas."""
    if re.fullmatch(rf"[0-9]{{1,3}}(?P<mark>[{re.escape(other)}{GROUP}])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*", whole):
        return True
    return other == "," and bool(re.fullmatch(r"[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}", whole))


def _why(text: str, tidied: str, mark: str) -> str:
    if re.fullmatch(r"[-+]?(?:nan|inf|infinity)", tidied, re.IGNORECASE):
        return f"{shown(text)!r} stands for no number; leave the cell empty if there is none"
    if re.fullmatch(rf"(?:{SIGN} ?)?-+(?: ?{SIGN})?|n/?a|#?n/a|null|none|\?", tidied, re.IGNORECASE):
        return f"{shown(text)!r} is not a number; leave the cell empty if there is none, or write 0 if it means zero"
    return not_a_number(text, mark)


def not_a_number(text: str, mark: str) -> str:
    """What to say of a text that is none, with the decimal mark of its column: the other would mean another number."""
    return f"{shown(text)!r} is not a number; write it as 1234{mark}56"
