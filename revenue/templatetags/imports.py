"""Template filters of the imports' pages: `{% load imports %}`."""

from __future__ import annotations

from django import template

register = template.Library()

WORDS = {
    "decimal .": "decimal point",
    "decimal ,": "decimal comma",
    ".": "a point: 1,234.50",
    ",": "a comma: 1.234,50",
    "iso": "year-month-day",
    "month-first": "month first",
    "day-first": "day first",
    "excel-serial": "Excel’s day numbers",
}


@register.filter
def reading_words(reading: str) -> str:
    """How a column was read, in words where the mapping file's own term is terse: "decimal ." → "decimal point"."""
    return WORDS.get(reading, reading)
