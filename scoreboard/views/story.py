"""A page that answers one question with tiles, charts and tables of published values."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.kept_pages import kept_page
from core.periods import Grain
from metrics.published import WHOLE, Values, Wanted, home_of
from scoreboard.focus import Part, dims_of, focus
from scoreboard.pages import contribution, pipeline, productivity, quality, retention
from scoreboard.pages.shape import Page
from scoreboard.provenance import foot
from scoreboard.reading import METRICS, Setting, read_all, setting_of
from scoreboard.views.cuts import names_of, narrowed
from scoreboard.views.download import chart_download

PAGES = {page.slug: page for page in (each.PAGE for each in (quality, retention, pipeline, contribution, productivity))}


def _read(page: Page, setting: Setting, part: Part) -> Values:
    """The past of the whole, and the members of the page's period alone: together a page has a thousand values."""
    period, ahead = setting.view.period, setting.run.as_of + timedelta(days=300)
    wanted = Wanted(
        metrics=page.keys, grains={period.grain, *page.grains}, dims=dims_of(part, page.own),
        since=period.end - timedelta(days=page.days), until=max(period.end, ahead),
    )  # fmt: skip
    if part != WHOLE or not page.dims:
        return focus(read_all(setting, [wanted])[0], part)
    cut = Wanted(
        metrics=page.keys, grains={period.grain, *({Grain.ALL} & page.grains)}, dims=page.dims,
        since=period.start, until=setting.calendar.next(period).end,
    )  # fmt: skip
    values, members = read_all(setting, [wanted, cut])
    return Values(values.run, values.home, {**members.numbers, **values.numbers})


@require_GET
@login_required
@kept_page
def story(request: HttpRequest, slug: str) -> HttpResponse:
    """The page called `slug`, of the period and the part of the company that the address names."""
    page = PAGES.get(slug)
    if page is None:
        raise Http404("there is no such page")
    setting = setting_of(request)
    if setting is None:
        return render(request, "scoreboard/nothing_yet.html", {})
    setting, of, _ = narrowed(request, METRICS["net_revenue"], setting)
    part = of or home_of(setting.user)
    content = page.build(_read(page, setting, part), setting)
    groups = [group for group in content.groups if group.parts]
    if "csv" in request.GET:
        return chart_download(request, [part for group in groups for part in group.parts])
    context = {
        "page": page, "setting": setting, "view": setting.view, "tiles": content.tiles, "groups": groups,
        "note": content.note, "of_name": names_of(setting, of),
        "foot": foot(setting.run, files=setting.user.sees_everything),
    }  # fmt: skip
    return render(request, "scoreboard/story.html", context)
