"""Which title a chart is shown under: `{% load titles %}`."""

from __future__ import annotations

from django import template

from scoreboard.pages.shape import Part
from scoreboard.titles.read import Titled
from scoreboard.titles.read import titled as title_it

register = template.Library()


@register.simple_tag(takes_context=True)
def titled(context: template.Context, part: Part) -> Titled:
    """The chart or table with the title that this reader sees over it, and whether they may change it."""
    return title_it(context["request"], part)
