"""Finds by the beginnings of words. Accounts and deals by an index over their words, so at any size; scoped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.urls import reverse

from core import show
from core.models import User
from core.money import to_decimal
from revenue.models import Account, Deal, Rep
from revenue.models.ledger import WORDS
from scoreboard.reading import METRICS
from scoreboard.search.places import Place, places_for

SHOWN = 6
LEAST = 2  # letters before it looks at rows
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Hit:
    """Something with that name, and where it leads."""

    name: str
    about: str
    href: str


@dataclass(frozen=True)
class Found:
    """Hits of one kind; `more`: there are others that are not shown."""

    kind: str
    hits: tuple[Hit, ...]
    more: bool = False


def find(user: User, asked: str) -> list[Found]:
    """Everything whose words begin with the words asked for; nothing for fewer than two letters."""
    words = [word.casefold() for word in _WORD.findall(asked)]
    if sum(map(len, words)) < LEAST:
        return []
    found = [
        Found("Pages", tuple(_pages(user, words))),
        Found("Metrics", *_cut(_metrics(words))),
        Found("Reps", *_cut(_reps(user, words))),
        Found("Accounts", *_cut(_accounts(user, words))),
        Found("Deals", *_cut(_deals(user, words))),
    ]
    return [each for each in found if each.hits]


def _cut(hits: Iterable[Hit]) -> tuple[tuple[Hit, ...], bool]:
    listed = tuple(hits)
    return listed[:SHOWN], len(listed) > SHOWN


def matches(name: str, words: list[str]) -> bool:
    """Whether each asked word is the beginning of a word of the name."""
    known = [word.casefold() for word in _WORD.findall(name.replace("_", " "))]
    return all(any(each.startswith(word) for each in known) for word in words)


def _pages(user: User, words: list[str]) -> Iterable[Hit]:
    return (Hit(p.name, p.about, p.href) for p in places_for(user) if matches(f"{p.name} {p.about}", words))


def _metrics(words: list[str]) -> list[Hit]:
    """Those whose label begins so first, then those found by their key."""
    found = [m for m in METRICS.values() if matches(f"{m.label} {m.key}", words)]
    found.sort(key=lambda m: (not m.label.casefold().startswith(words[0]), m.label))
    return [Hit(m.label, m.family, reverse("scoreboard:explain", args=[m.key])) for m in found]


def _reps(user: User, words: list[str]) -> list[Hit]:
    rows = Rep.objects.visible_to(user).filter(implied=False).order_by("name", "pk")
    found = [rep for rep in rows if matches(f"{rep.name or ''} {rep.key} {rep.team or ''}", words)]
    return [Hit(str(r), r.team or "rep", reverse("scoreboard:rep", args=[r.pk])) for r in found[: SHOWN + 1]]


def _accounts(user: User, words: list[str]) -> list[Hit]:
    rows = _by_words(Account.objects.visible_to(user), words)
    return [
        Hit(str(a), " · ".join(filter(None, (a.segment, a.industry, a.region))) or "account",
            reverse("scoreboard:account", args=[a.pk]))
        for a in rows
    ]  # fmt: skip


def _deals(user: User, words: list[str]) -> list[Hit]:
    rows = _by_words(Deal.objects.visible_to(user).filter(implied=False), words)
    return [Hit(str(d), _about(d), reverse("scoreboard:row", args=["deals", d.pk])) for d in rows]


def _about(deal: Deal) -> str:
    amount = show.money(to_decimal(deal.amount), deal.currency) if deal.amount is not None and deal.currency else ""
    return " · ".join(filter(None, (deal.stage, amount))) or "deal"


def _by_words(rows: models.QuerySet[Any], words: list[str]) -> list[Any]:
    """Rows whose words begin so; the query is made of letters and digits alone."""
    asked = SearchQuery(" & ".join(f"{word}:*" for word in words), search_type="raw", config="simple")
    return list(rows.annotate(words=WORDS).filter(words=asked).order_by("name", "pk")[: SHOWN + 1])


__all__ = ["Found", "Hit", "Place", "find", "matches"]
