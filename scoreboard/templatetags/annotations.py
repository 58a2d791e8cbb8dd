"""What charts and explain pages ask about annotations: `{% load annotations %}`."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.models import User
from scoreboard.annotations.access import may_annotate
from scoreboard.annotations.read import Note, notes_on, of_request
from scoreboard.charts.shape import Chart
from scoreboard.models.annotations import Annotation

register = template.Library()


@register.simple_tag(takes_context=True)
def notes_of(context: template.Context, chart: object) -> tuple[Note, ...]:
    """The annotations that stand on this chart for this reader; none on a frozen one, which carries its own."""
    request: HttpRequest | None = context.get("request")
    if request is None or context.get("frozen") or not isinstance(chart, Chart):
        return ()
    return notes_on(chart, of_request(request))


@register.simple_tag(takes_context=True)
def annotate_link(context: template.Context, chart: object) -> SafeString | str:
    """A link to write on the chart's metric, for those who may; on the last day of the chart, or the data's own."""
    setting = getattr(context.get("request"), "assay_setting", None)
    if context.get("frozen") or not isinstance(chart, Chart) or not chart.metric or not _may(context):
        return ""
    day = chart.bounds[-1] - timedelta(days=1) if chart.bounds else None
    if setting is not None:
        day = min(filter(None, (day, setting.run.as_of)))
    query = {"metric": chart.metric, **({"date": day.isoformat()} if day else {})}
    return format_html('<a href="{}?{}">Annotate</a>', reverse("scoreboard:annotations:new"), urlencode(query))


@register.simple_tag(takes_context=True)
def may_write(context: template.Context) -> bool:
    """Whether the reader may write annotations."""
    return _may(context)


@register.simple_tag(takes_context=True)
def annotations_of(context: template.Context, metric: str) -> list[Annotation]:
    """All that the reader may see on one metric, newest first."""
    return [each for each in reversed(of_request(context["request"])) if each.metric == metric]


@register.simple_tag(takes_context=True)
def annotations_about(context: template.Context) -> list[Annotation]:
    """Those about the record whose page this is."""
    request: HttpRequest = context["request"]
    return [each for each in of_request(request) if each.about == request.path]


def _may(context: template.Context) -> bool:
    user = getattr(context.get("request"), "user", None)
    return isinstance(user, User) and may_annotate(user)
