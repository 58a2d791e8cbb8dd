"""Puts a chart's figure into the page as a data block, and reads bullets: `{% load charts %}`."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from scoreboard.annotations.marks import marked
from scoreboard.annotations.read import Note
from scoreboard.charts.plotly import figure
from scoreboard.charts.shape import Chart

register = template.Library()


@register.simple_tag
def chart_figure(chart: Chart, notes: Sequence[Note] = ()) -> SafeString:
    """The figure as JSON, which is data and no script: the policy lets it be. `notes` stand on it as numbers."""
    return json_script(marked(figure(chart), chart, notes), f"figure-{chart.key}")
