"""The page that the CEO opens on Monday."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import show
from core.access import for_company
from core.kept_pages import kept_page
from scoreboard.monday.changes import counted
from scoreboard.monday.page import Monday, monday
from scoreboard.pin import pin_from
from scoreboard.provenance import foot
from scoreboard.reading import setting_of
from scoreboard.views.download import chart_download
from scoreboard.views_of_time import current_quarter


@for_company
@require_GET
@kept_page
def monday_page(request: HttpRequest) -> HttpResponse:
    """Verdict, what changed and what is noise, what is at risk, what waits, and coaching beside pipeline."""
    setting = setting_of(request)
    if setting is None:
        return render(request, "scoreboard/nothing_yet.html", {})
    # Monday is about now, whatever period the address names.
    setting = replace(setting, view=current_quarter(setting.calendar, setting.run.as_of), problem="")
    page = monday(setting)
    if "csv" in request.GET:
        return chart_download(request, [change.chart for change in page.judged.changes])
    request.assay_pin = pin_from(page.values, setting.view)  # type: ignore[attr-defined]
    context = {
        "page": page, "setting": setting, "view": setting.view, "today": setting.company.today(), "title": title(page),
        "week": show.span(page.week.start, page.week.end - timedelta(days=1)),
        "groups": (page.coaching, page.pipeline), "new_risks": sum(risk.new for risk in page.risks),
        "foot": foot(setting.run, files=True),
        "first_lower": f"{setting.view.label[0].lower()}{setting.view.label[1:]}",
    }  # fmt: skip
    return render(request, "meetings/monday.html", context)


def title(page: Monday) -> str:
    """How many measures changed, as a sentence."""
    if not page.judged.measures:
        return "No week has been measured yet"
    return counted(len(page.judged.changes))
