"""The pages one can go to, by name and by key: what search finds, what `?` lists and what `g` leads to."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from core.models import User


@dataclass(frozen=True)
class Place:
    """A page. `key` is pressed after `g`; empty for pages without a shortcut."""

    name: str
    about: str
    href: str
    key: str = ""


_EVERYONE = (
    ("Scoreboard", "first screen", "scoreboard:home", "h"),
    ("Revenue", "growth, bridges, forecast", "scoreboard:revenue", "r"),
    ("Quality", "margin, discount, policy, failing lines", "scoreboard:quality", "q"),
    ("Pipeline", "coverage, win rate, forecast", "scoreboard:pipeline", "p"),
    ("Coaching", "hours, sessions, training", "coaching:overview", "c"),
    ("Log coaching", "a session", "coaching:log", "l"),
    ("Glossary", "what every number means", "scoreboard:glossary", "g"),
    ("Saved views", "pages with their filters", "scoreboard:saved", "v"),
    ("Your account", "password, security keys, theme", "core:account", ""),
)
_LEADERS = (
    ("Monday", "the weekly review", "scoreboard:monday", "m"),
    ("Retention", "churn, cohorts, survival", "scoreboard:retention", "t"),
    ("Sales & marketing", "sourced, influenced, attribution", "scoreboard:sales-marketing", "s"),
    ("Productivity", "seven questions", "scoreboard:productivity", "y"),
    ("Meetings", "reviews and boards", "scoreboard:meetings:list", "e"),
    ("Imports", "files and data quality", "revenue:imports", "i"),
    ("Data quality", "what to mend", "revenue:quality", "d"),
    ("Wall", "the first screen at ten feet", "scoreboard:wall", "w"),
    ("Quality policy", "floors and caps", "scoreboard:policy:quality", ""),
    ("Targets", "plans by team and rep", "scoreboard:policy:targets", ""),
)
_OPERATORS = (
    ("People", "who may sign in", "core:people", ""),
    ("Company", "calendar and currency", "core:company", ""),
    ("Audit", "who did what", "core:audit", ""),
)


def places_for(user: User) -> list[Place]:
    """The pages of this person, in the order of the navigation."""
    rows = [row for row in _EVERYONE if row[2] != "coaching:log" or user.may_coach]
    rows += _LEADERS if user.sees_everything else ()
    rows += _OPERATORS if user.is_staff else ()
    places = (_place(*row) for row in rows)
    return [place for place in places if place is not None]


def _place(name: str, about: str, route: str, key: str) -> Place | None:
    """None for a page that this installation does not have."""
    try:
        return Place(name, about, reverse(route), key)
    except NoReverseMatch:
        return None
