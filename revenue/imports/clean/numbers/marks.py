"""Currency signs and codes, and the words that multiply a number."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from core.money import currencies
from revenue.imports.clean.converted import on_distinct

# Signs that name one currency. `$`, `¥`, `kr` and `Fr` are used for several: they are read, and name none.
_NAMED = {
    "€": "EUR", "£": "GBP", "₹": "INR", "rs": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₫": "VND", "₪": "ILS",
    "฿": "THB", "₴": "UAH", "₦": "NGN", "₱": "PHP", "zł": "PLN", "kč": "CZK", "us$": "USD", "a$": "AUD", "au$": "AUD",
    "c$": "CAD", "ca$": "CAD", "r$": "BRL", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "mx$": "MXN", "nt$": "TWD",
}  # fmt: skip
_UNNAMED = frozenset({"$", "¥", "￥", "kr", "fr", "sfr", "r"})
MULTIPLIERS = {
    "k": 3, "tsd": 3, "m": 6, "mm": 6, "mn": 6, "mio": 6, "mln": 6, "million": 6, "millions": 6, "b": 9, "bn": 9,
    "mrd": 9, "mld": 9, "billion": 9, "t": 12, "tn": 12, "lakh": 5, "lac": 5, "lacs": 5, "lakhs": 5, "cr": 7,
    "crore": 7, "crores": 7,
}  # fmt: skip
SIGN = r"[$€£¥￥₹₩₽₺₫₪฿₴₦₱]"
TOKEN = r"[^\W\d_]{0,2}\$|" + SIGN + r"|[^\W\d_]+"
_NAMING = r"([^\W\d_]{1,2}\$|[€£₹₩₽₺₫₪฿₴₦₱]|[^\W\d_]{2,3})"


def code_of(token: str) -> str | None:
    """The currency that a sign or code names, "" if it names none of several, None if it is no currency mark."""
    lower = token.strip(". ").lower()
    if lower in _NAMED:
        return _NAMED[lower]
    if lower in _UNNAMED:
        return ""
    return token.upper() if len(token) == 3 and token.upper() in currencies() else None


def multiplier(token: str) -> Decimal | None:
    """What K, M, bn, lakh … multiply by; None if the token is no such word."""
    power = MULTIPLIERS.get(token.strip(". ").lower())
    return None if power is None else Decimal(10) ** power


def named_codes(text: pl.Series) -> pl.Series:
    """The currency that each amount names by sign or code; null where it names none."""
    return on_distinct(text, _codes)


def _codes(text: pl.Series) -> pl.Series:
    tokens = text.str.extract(_NAMING)
    known = tokens.drop_nulls().unique()
    pairs = pl.DataFrame(
        {"token": known, "code": [code_of(t) or None for t in known.to_list()]}, schema_overrides={"code": pl.String}
    )
    return tokens.to_frame("token").join(pairs, on="token", how="left", maintain_order="left").get_column("code")
