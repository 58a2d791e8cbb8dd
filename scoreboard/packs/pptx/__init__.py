"""The deck as a PowerPoint file: native charts and tables, figures as text, speaker notes, in the house template."""

from __future__ import annotations

import io
from pathlib import Path

from pptx import Presentation

from scoreboard.deck.shape import Deck
from scoreboard.packs.pptx.house import COVER, FINDING, house_template
from scoreboard.packs.pptx.slides import add_cover, add_slide
from scoreboard.packs.pptx.template import check


def pptx(deck: Deck, *, template: Path | None = None) -> bytes:
    """The deck as a file, in `template` or else in the house template.

    Raises TemplateError, naming what is missing, for a template that lacks a layout or a placeholder.
    """
    made = Presentation(io.BytesIO(house_template())) if template is None else check(template)
    layouts = {layout.name: layout for layout in made.slide_layouts}
    made.core_properties.title = deck.title
    made.core_properties.author = made.core_properties.last_modified_by = deck.company
    made.core_properties.subject = deck.stamp
    made.core_properties.created = made.core_properties.modified = deck.computed_at
    add_cover(made, layouts[COVER], deck)
    for slide in deck.slides:
        add_slide(made, layouts[FINDING], deck, slide)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()
