"""Template filters and tags for values, icons and query strings: `{% load show %}`."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core import show

register = template.Library()

# 24 × 24, drawn with a stroke of the text's colour.
_ICONS = {
    "check": "M4.5 12.5 10 18 19.5 6.5",
    "cross": "M6 6 18 18M18 6 6 18",
    "warn": "M12 3 22 20.5H2ZM12 10v4.5M12 17.4v.2",
    "diamond": "M12 2.5 21.5 12 12 21.5 2.5 12ZM12 7.5v5.5M12 16v.2",
    "up": "M12 19V5M5.5 11.5 12 5l6.5 6.5",
    "down": "M12 5v14M5.5 12.5 12 19l6.5-6.5",
    "circle": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM8 12.3l2.8 2.8L16 9.5",
    "square": "M4 4h16v16H4ZM8.5 8.5l7 7M15.5 8.5l-7 7",
    "undo": "M4 9h10a6 6 0 0 1 0 12H8M4 9l5-5M4 9l5 5",
    "file": "M6 2.5h8l5 5v14H6ZM14 2.5v5h5",
    "plus": "M12 5v14M5 12h14",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5.3l3.5 2",
    "lock": "M5 11h14v10H5ZM8 11V7.5a4 4 0 0 1 8 0V11",
    "people": "M9 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM2 21c.5-4 3.2-6 7-6s6.5 2 7 6M16 4a4 4 0 0 1 0 7.5M18 16l4 5",
}  # fmt: skip


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small drawing beside a word; decoration, so it is hidden from assistive technology."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" '
        'stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"><path d="{}"/></svg>',
        mark_safe(_ICONS[name]),  # noqa: S308 - our own constant
    )


@register.filter
def money(value: Decimal | None, currency: str = "") -> str:
    """`{{ amount|money }}`: short money in the company currency."""
    return show.money(value, currency or settings.ASSAY_CURRENCY)


@register.filter
def money_exact(value: Decimal | None, currency: str = "") -> str:
    """Money in full."""
    return show.money_exact(value, currency or settings.ASSAY_CURRENCY)


@register.filter
def rate(value: Decimal | None) -> str:
    """A fraction in percent."""
    return show.rate(value)


@register.filter
def in_unit(value: Decimal | None, unit: str) -> str:
    """`{{ number.value|in_unit:metric.unit }}`: short."""
    return show.value(value, str(unit), settings.ASSAY_CURRENCY)


@register.filter
def in_unit_exact(value: Decimal | None, unit: str) -> str:
    """The same in full."""
    return show.value(value, str(unit), settings.ASSAY_CURRENCY, exact=True)


@register.filter
def system(name: str) -> str:
    """A source as its makers write it: Salesforce."""
    return show.system(name)


@register.filter
def address(value: str | None) -> SafeString:
    """A mail address that breaks after its @ and its points, not in the middle of a word: a phone is narrow."""
    parts = re.split(r"(?<=[@.])", value or "")
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in parts))


@register.filter
def day(value: date | None) -> str:
    """21 Sep 2026."""
    return show.day(value)


@register.filter
def file_size(value: int) -> str:
    """1.5 KB."""
    return show.size(value)


@register.filter
def count(value: int | None) -> str:
    """A grouped whole number."""
    return show.NONE if value is None else f"{value:,}"


@register.filter
def initials(name: str) -> str:
    """Dana Okafor → DO."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The page's own query string with `changes`; a change to None or "" takes the parameter out."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    encoded = parameters.urlencode()
    return f"?{encoded}" if encoded else "?"
