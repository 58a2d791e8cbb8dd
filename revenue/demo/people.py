"""The sales force: five teams with a manager each, among them the superstar, the lone farmer and the coached team."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from revenue.demo.ids import USER, salesforce_ids
from revenue.demo.names import FIRST, LAST
from revenue.demo.span import NEVER, Days, Span
from revenue.demo.stories import COACHED_TEAM, LONE_REP, LONE_TEAM, SUPERSTAR, SUPERSTAR_TEAM

DOMAIN = "larkmoor.example"
TEAMS = (COACHED_TEAM, SUPERSTAR_TEAM, LONE_TEAM, "EMEA", "Inside Sales")
SIZES = (9, 6, 5, 5, 4)
REGIONS = ("North America Central", "North America East", "North America West", "EMEA", "North America")
MANAGERS = ("Ingrid Solhaven", "Tobias Renwick-Asare", "Paloma Vistrand", "Anselm Krügerson", "Deepa Ramanujar")
REPS = (
    ("Aurelio Fontanesh", "Bronagh Tierneil", "Chidi Okwuosani", "Dagny Halvorsund", "Emre Yildaran", "Farah Lestrande",
     "Gideon Ashcombe", "Hye-jin Barlowe", "Ilse Vantongeren"),
    (SUPERSTAR, "Juno Albrightson", "Kwabena Ofosuhene", "Lavinia Petrescar", "Matteo Brunellis", "Nomvula Dlaminor"),
    (LONE_REP, "Odalys Ferrantez", "Pranav Deshmukhar", "Rowan Kestrelby", "Saoirse Maguirre"),
    ("Timo Lehtovaar", "Ursula Brandstetten", "Vasco Almeidor", "Wilhelmina Stoker-Rai", "Yannick Delacroze"),
    ("Zainab Farouqi-Bell", "Arlo Pendrake", "Bettina Osgoode", "Cyrus Mehranpour"),
)  # fmt: skip
SUPERSTAR_AT, LONE_AT = SIZES[0], SIZES[0] + SIZES[1]
# Hired during the span, or left: (team, place in team, days before the end).
_HIRED = ((0, 8, 425), (2, 4, 240), (4, 3, 150))
_LEFT = ((1, 5, 300), (3, 4, 120))


@dataclass(frozen=True)
class People:
    """Reps first, then one manager per team; columns of equal length, index = person."""

    ids: pl.Series
    name: list[str]
    team: NDArray[np.int64]  # index into team_names
    team_names: list[str]
    hired: Days
    left: Days
    cover: NDArray[np.int64]  # who takes over while the rep is not there
    weight: NDArray[np.float64]  # how many accounts the rep has, relative to the team
    reps: int  # how many of the people are reps
    superstar: int
    lone: int

    @property
    def managers(self) -> NDArray[np.int64]:
        """Manager of each person: a person index."""
        return self.reps + self.team

    def on_duty(self, rep: NDArray[np.int64], days: Days) -> NDArray[np.int64]:
        """Who owns what on the day: the rep, or whoever covers before the rep's hiring and after the leaving."""
        there = (days >= self.hired[rep]) & (days < self.left[rep])
        return np.where(there, rep, self.cover[rep])

    def kind(self) -> NDArray[np.int64]:
        """Each person's team without its group: an index into TEAMS."""
        return self.team % len(TEAMS)

    def table(self) -> pl.DataFrame:
        """`reps` in the plain format."""
        people = len(self.name)
        is_rep = np.arange(people) < self.reps
        managers = [self.name[i] if rep else "" for i, rep in zip(self.managers, is_rep, strict=True)]
        return pl.DataFrame(
            {
                "rep_id": self.ids,
                "name": self.name,
                "email": [_address(name) for name in self.name],
                "team": [self.team_names[t] for t in self.team],
                "manager": pl.Series(managers).replace("", None),
                "role": ["Account Executive" if rep else "Sales Manager" for rep in is_rep],
                "region": [REGIONS[t] for t in self.kind()],
                "hired_on": pl.Series(self.hired.astype(np.int32)).cast(pl.Date),
                "left_on": pl.Series(np.where(self.left == NEVER, 0, self.left).astype(np.int32))
                .replace(0, None)
                .cast(pl.Date),
            }
        )


def groups_of(scale: int) -> int:
    """How often the five teams exist: the sales force grows slowly, with about the cube root of the company."""
    return max(1, int(float(scale) ** 0.35 + 0.5))


def make_people(span: Span, scale: int) -> People:
    """The sales force of a company of this scale. The first 29 reps and 5 managers are the same at every scale."""
    groups = groups_of(scale)
    spare = iter(_spare_names())
    team: list[int] = []
    names: list[str] = []
    place: list[int] = []
    for index in range(groups * len(TEAMS)):
        known = REPS[index] if index < len(TEAMS) else ()
        size = SIZES[index % len(TEAMS)]
        names += list(known) or [next(spare) for _ in range(size)]
        team += [index] * size
        place += list(range(size))
    reps = len(names)
    names += [*MANAGERS, *(next(spare) for _ in range((groups - 1) * len(TEAMS)))]
    teams = np.array([*team, *range(groups * len(TEAMS))])
    places = np.array(place)
    hired = np.r_[span.first - 200 - (np.arange(reps) * 137) % 2600, np.full(groups * len(TEAMS), span.first - 1500)]
    left = np.full(len(names), NEVER)
    for kind, at, back in _HIRED:
        hired[:reps][(teams[:reps] % 5 == kind) & (places == at)] = span.last - back
    for kind, at, back in _LEFT:
        left[:reps][(teams[:reps] % 5 == kind) & (places == at)] = span.last - back
    weight = np.ones(reps)
    weight[[SUPERSTAR_AT, LONE_AT]] = 4.6, 1.7
    firsts = np.flatnonzero(places == 1)  # the second of each team has been there throughout
    return People(
        ids=salesforce_ids(USER, np.arange(len(names)) * 61 + 40_000),
        name=names,
        team=teams,
        team_names=[TEAMS[i % 5] + (f" {i // 5 + 1}" if i >= 5 else "") for i in range(groups * 5)],
        hired=hired,
        left=left,
        cover=firsts[teams],
        weight=weight,
        reps=reps,
        superstar=SUPERSTAR_AT,
        lone=LONE_AT,
    )


def _spare_names() -> list[str]:
    """Two thousand five hundred names for the reps of larger companies, none of them twice."""
    return [f"{FIRST[(i + j) % 50]} {LAST[i]}" for j in range(50) for i in range(50)]


def _address(name: str) -> str:
    plain = name.lower().replace("ü", "ue").replace(" ", ".").replace("-", "")
    return f"{plain}@{DOMAIN}"
