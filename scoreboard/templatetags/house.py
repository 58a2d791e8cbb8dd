"""What the head of every page needs: the theme, the places one can go, and the two numbers that are always in sight."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.models import User
from scoreboard.head import head_of
from scoreboard.pin import Pin, read_pin

register = template.Library()


@dataclass(frozen=True)
class Link:
    """A place in the main navigation."""

    name: str
    href: str
    current: bool
    exact: bool
    count: int = 0  # open alerts


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> SafeString:
    """The person's own choice as an attribute of <html>, so that the first paint has the right colours."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    return mark_safe(f' data-theme="{chosen}"' if chosen in ("light", "dark") else "")  # noqa: S308 - one of two words


@register.filter
def with_code(words: str) -> SafeString:
    """Plain text whose `names` between backticks are set as code, as the API's description writes them."""
    parts = enumerate(words.split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if at % 2 else part,) for at, part in parts)
    )


@register.simple_tag(takes_context=True)
def nav(context: template.Context) -> list[Link]:
    """The main navigation for this person, with the current place marked."""
    request: HttpRequest = context["request"]
    places = [
        ("Scoreboard", "/"),
        ("Revenue", "/revenue/"),
        ("Quality", "/quality/"),
        ("Pipeline", "/pipeline/"),
        ("Coaching", "/coaching/"),
    ]
    user = request.user
    if isinstance(user, User) and user.sees_everything:
        # These say nothing about a team or a rep: their metrics are the company's.
        places[3:3] = [("Retention", "/retention/")]
        places[5:5] = [("Sales & marketing", "/sales-marketing/"), ("Productivity", "/productivity/")]
        places[1:1] = [("Monday", "/monday/")]
        places += [("Meetings", "/meetings/"), ("Imports", "/imports/")]
    open_alerts = head_of(user, request.path).open_alerts if isinstance(user, User) else 0
    if open_alerts or (isinstance(user, User) and user.sees_everything):
        places.append(("Alerts", "/alerts/"))
    here = request.path
    return [
        Link(
            name, href, current=here == href or (href != "/" and here.startswith(href)), exact=here == href,
            count=open_alerts if href == "/alerts/" else 0,
        )
        for name, href in places
    ]  # fmt: skip


@register.simple_tag(takes_context=True)
def pin(context: template.Context) -> Pin | None:
    """Attainment and quality share of the running quarter; None where neither is published for this person."""
    request: HttpRequest = context["request"]
    known: Pin | None = getattr(request, "assay_pin", None)
    if known is None and isinstance(request.user, User):
        setting = getattr(request, "assay_setting", None)
        known = read_pin(request.user, setting and setting.run, setting and setting.company)
    return known if known and (known.plan or known.quality) else None
