"""Which touches are visits of the website, by what their kind is called."""

from __future__ import annotations

import re

# Of a page or the website in so many words, or a visit or a session with nothing else said: a field visit is neither.
_SAID = re.compile(
    r"\b(page ?(view|visit)s?|landing page|web ?(site)? ?(visit|session|view|traffic)s?|site (session|view)s?)\b"
)
_ALONE = re.compile(r"(web(site)?|visit(s|ed|or)?|sessions?)")


def is_visit(kind: str) -> bool:
    """Whether a touch of that kind is a visit of the website: "page view", "Website visit", "session"."""
    words = re.sub(r"[\W_]+", " ", kind.lower()).strip()
    return bool(_SAID.search(words) or _ALONE.fullmatch(words))
