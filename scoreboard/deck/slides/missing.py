"""What cannot be said yet: the slides that would be empty, as one that says what to import for each."""

from __future__ import annotations

from scoreboard.deck.shape import Cell, Presenter, Slide, Table
from scoreboard.pages import contribution, pipeline, quality, retention

SECTION = "What is missing"
PAGES = {
    "Quality": quality.PAGE, "Sales and marketing": contribution.PAGE, "Retention": retention.PAGE,
    "Pipeline and coaching": pipeline.PAGE,
}  # fmt: skip
_COUNTS = ("No", "One", "Two", "Three", "Four")


def is_bare(slide: Slide) -> bool:
    """Whether it is about one of the questions, and has nothing but figures that are n/a, nought or too few."""
    if slide.section not in PAGES or slide.charts or slide.table is not None:
        return False
    return not any(figure.value and figure.status in ("ok", "to date") for figure in slide.figures)


def without_bare(slides: tuple[Slide, ...]) -> tuple[Slide, ...]:
    """The slides that say something, and before the decisions what the others would need."""
    kept = tuple(slide for slide in slides if not is_bare(slide))
    said = {slide.section for slide in kept}
    sections = [section for section in PAGES if section not in said]
    if not sections:
        return kept
    rows = tuple((Cell(name), Cell(PAGES[name].question), Cell(PAGES[name].teach)) for name in sections)
    count = _COUNTS[len(rows)]
    ask = "question has" if len(rows) == 1 else "questions have"
    head = ("About", "Question", "To answer it")
    slide = Slide(
        "missing", SECTION, f"{count} of the board\u2019s {ask} no numbers yet",
        lede="Nothing is guessed: what has not been imported is not judged, and what has no plan and no past neither.",
        table=Table("not-yet", "What to import, and what it unlocks", head, rows, words=True),
        presenter=Presenter.BOTH, notes="Agree who brings which export, and by when.",
    )  # fmt: skip
    last = tuple(each for each in kept if each.key == "decisions")
    return (*(each for each in kept if each not in last), slide, *last)
