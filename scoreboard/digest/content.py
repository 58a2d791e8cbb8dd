"""What the digest says to one person: the first screen and Monday's changes, in their own scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from core import show
from core.models import Company, User
from metrics.models import MetricRun
from metrics.published import home_of
from scoreboard import first_screen
from scoreboard.digest import draw
from scoreboard.first_screen import Hero
from scoreboard.focus import focus
from scoreboard.leads import Group
from scoreboard.monday.changes import Change, counted
from scoreboard.monday.page import judge_week
from scoreboard.quality import Quality
from scoreboard.reading import Setting
from scoreboard.views.home import context_of, read_home
from scoreboard.views_of_time import View, current_quarter

TOLD = 6  # changes; the page has all of them


@dataclass(frozen=True)
class Picture:
    """A chart as PNG. `name` is its content id, `alternative` what somebody reads who does not see it."""

    name: str
    png: bytes
    alternative: str
    height: int


@dataclass(frozen=True)
class Digest:
    """The digest of one person."""

    company: str
    of: str  # the part of the company it is about; empty for the whole
    as_of: date
    view: View
    hero: Hero
    said: str
    changes: tuple[Change, ...]
    more: int
    counted: str
    noise: int
    quality: Quality | None
    groups: tuple[Group, ...]
    chart_title: str
    chart_caption: str
    pictures: dict[str, Picture]

    @property
    def number(self) -> str:
        """The number with its step: "$14.2 M"."""
        return f"{self.hero.number}{show.THIN}{self.hero.step}" if self.hero.step else self.hero.number

    @property
    def subject(self) -> str:
        """The verdict and the number: all that a phone shows before it is opened."""
        about = f"{self.of}: " if self.of else ""
        return f"{about}{self.hero.verdict.word}, {self.number} in {self.view.name}{' to date' * self.view.to_date}"


def build(user: User) -> Digest | None:
    """The digest of `user` as of the newest run; None while nothing has been published."""
    run = MetricRun.newest()
    if run is None:
        return None
    company = Company.current()
    setting = Setting(user, company, run, current_quarter(company.calendar, run.as_of))
    part = home_of(user)
    read_all, past = read_home(setting, part)
    values = focus(read_all, part)
    chart = first_screen.months(past, setting, company.currency)
    page = context_of(setting, values, past, chart)
    _, _, judged = judge_week(setting)
    return Digest(
        company=company.name, of=part[1], as_of=run.as_of, view=setting.view, hero=page["hero"],
        said="".join(piece.text for piece in page["hero"].say), changes=judged.changes[:TOLD],
        more=max(0, len(judged.changes) - TOLD), counted=counted(len(judged.changes)), noise=judged.noise,
        quality=page["quality"], groups=tuple(page["groups"]), chart_title=chart.title, chart_caption=chart.caption,
        pictures=_pictures(page),
    )  # fmt: skip


def _pictures(page: dict[str, Any]) -> dict[str, Picture]:
    chart, quality = page["chart"], page["quality"]
    found = {}
    if not chart.empty:
        found["revenue"] = Picture("revenue", draw.png(draw.columns(chart)), chart.alternative, 240)
    if quality is not None:
        words = f"{quality.title}: " + ", ".join(f"{part.text} {part.label}" for part in quality.parts)
        found["quality"] = Picture("quality", draw.png(draw.stacked(quality.parts, words)), words, 44)
    for group in page["groups"]:
        if group.leads:
            name = group.name.split()[0].lower()
            words = f"{group.name}: " + "; ".join(lead.bullet.text for lead in group.leads)
            height = draw.ROW * len(group.leads)
            found[name] = Picture(name, draw.png(draw.bullets(group.leads, words)), words, height)
    return found
