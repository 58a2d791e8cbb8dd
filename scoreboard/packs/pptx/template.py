"""A company's own template: what it must have, said before anything is drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from pptx import Presentation
from pptx.exc import PackageNotFoundError

from scoreboard.packs.pptx import house

NEEDED = {
    house.COVER: {house.COMPANY: "Company", house.PERIOD: "Period", house.STAMP: "Stamp"},
    house.FINDING: {house.CONTENT: "Content", house.STAMP: "Stamp"},
}


class TemplateError(ValueError):
    """A template that cannot be used, with what it lacks."""


def check(path: Path) -> Any:
    """The template, opened and without slides of its own. Raises TemplateError saying what it lacks."""
    try:
        made = Presentation(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise TemplateError(f"{path.name} is no PowerPoint file that can be read: {error}") from None
    layouts = {layout.name: layout for layout in made.slide_layouts}
    problems = []
    for name, needed in NEEDED.items():
        if name not in layouts:
            problems.append(f"a layout named {name}")
            continue
        held = {p.placeholder_format.idx for p in layouts[name].placeholders}
        problems += [f"placeholder {idx} ({what}) in layout {name}" for idx, what in needed.items() if idx not in held]
        if 0 not in held:
            problems.append(f"a title in layout {name}")
    if problems:
        raise TemplateError(
            f"{path.name} lacks {', '.join(problems)}; start from the house template, see docs/packs.md"
        )
    _without_slides(made)
    return made


def _without_slides(made: Any) -> None:
    """Removes the example slides of a template, whose layouts are what is wanted."""
    ids = made.slides._sldIdLst
    for each in list(ids):
        made.part.drop_rel(each.rId)
        ids.remove(each)
