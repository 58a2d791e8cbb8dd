"""How exports write dates, as regular expressions that polars and Python both read.

Month names are CLDR's for seven languages, with and without accents and dots.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from babel import Locale

_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt")
_ZONE = r"Z[+-][0-9]{2}:?[0-9]{2}|[Zz]|(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?|UTC|GMT"
TIME = (
    r"(?:(?:[Tt]|,? (?:at |um )?)(?P<h>[0-9]{1,2}):(?P<mi>[0-9]{2})(?::(?P<s>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?"
    r"(?: ?(?P<ap>[AaPp])\.? ?[Mm]\.?)?(?: Uhr)?(?: ?(?P<z>" + _ZONE + r"))?)?$"
)
_NAME = r"(?P<mon>[^\W\d_]{3,12})\.?"
_YEAR = r"(?P<y>[0-9]{4}|[0-9]{2})"

YEAR_FIRST = r"^(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})" + TIME
COMPACT = r"^(?P<y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})" + TIME
NUMERIC = r"^(?P<a>[0-9]{1,2})[-/.] ?(?P<b>[0-9]{1,2})[-/.] ?" + _YEAR + TIME
DAY_NAME = (
    r"^(?:[^\W\d_]{2,12}\.?,? )?(?P<d>[0-9]{1,2})(?:st|nd|rd|th|er|\.|º)?[- /.]*(?:de )?"
    + _NAME
    + r",?[- /.]*(?:de )?"
    + _YEAR
    + TIME
)
NAME_DAY = r"^(?:[^\W\d_]{2,12}\.?, )?" + _NAME + r"[- ](?P<d>[0-9]{1,2})(?:st|nd|rd|th)?(?:, ?| |-)" + _YEAR + TIME
# A month alone, for columns that hold months.
MONTH_NUMERIC = r"^(?:(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})|(?P<m2>[0-9]{1,2})[-/.](?P<y2>[0-9]{4}))$"
MONTH_NAME = r"^" + _NAME + r"[- /.,]*(?:de )?" + _YEAR + r"$"
SERIAL = r"^[0-9]{5}(?:\.[0-9]+)?$"

ISO_DATE = r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2})?$"  # or empty
ISO_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}"

MIDNIGHT = r"[T ]00:00(?::00(?:\.0+)?)?\s?(?:Z|UTC|GMT|[+-]00:?00)$"


def plain(name: str) -> str:
    """A name in lower case without accents and dots."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in bare if not unicodedata.combining(c)).strip(". ")


@lru_cache(maxsize=1)
def month_names() -> dict[str, int]:
    """Month names and abbreviations (as `plain` writes them) and their numbers; those of two months are left out."""
    found: dict[str, set[int]] = {"sept": {9}, "maerz": {3}, "jly": {7}}
    for language in _LANGUAGES:
        for form in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                for number, name in Locale(language).months[form][width].items():
                    found.setdefault(plain(name), set()).add(number)
                    found.setdefault(plain(name)[:3], set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1 and len(name) >= 3}
