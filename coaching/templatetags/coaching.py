"""Template filters of coaching's own pages: `{% load coaching %}`."""

from __future__ import annotations

from decimal import Decimal

from django import template

from core import show

register = template.Library()


@register.filter
def points(value: Decimal | None) -> str:
    """A difference of two shares in percentage points: 0.042 → "+4.2 points"."""
    return show.NONE if value is None else f"{show.signed(value * 100, 1)} points"


@register.filter
def listed(value: str | None) -> str:
    """Topics that are kept with semicolons, as people write a list."""
    return ", ".join(part.strip() for part in (value or "").split(";") if part.strip())
