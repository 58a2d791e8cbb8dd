"""Addresses of the scoreboard."""

from __future__ import annotations

from django.urls import include, path

from scoreboard.monday.views import monday_page
from scoreboard.titles.views import write as write_title
from scoreboard.views.explain import explain
from scoreboard.views.glossary import entry, glossary
from scoreboard.views.home import home
from scoreboard.views.revenue import revenue
from scoreboard.views.rows import ledger_row, metric_rows
from scoreboard.views.story import PAGES, story

app_name = "scoreboard"
urlpatterns = [
    path("", home, name="home"),
    path("revenue/", revenue, name="revenue"),
    path("", include("scoreboard.policy.urls")),
    path("", include("scoreboard.api.urls")),
    path("alerts/", include("scoreboard.alerts.urls")),
    path("digest/", include("scoreboard.digest.urls")),
    path("annotations/", include("scoreboard.annotations.urls")),
    path("meetings/", include("scoreboard.meetings.urls")),
    path("packs/", include("scoreboard.packs.urls")),
    path("monday/", monday_page, name="monday"),
    path("titles/", write_title, name="title"),
    path("", include("scoreboard.people.urls")),
    path("", include("scoreboard.search.urls")),
    path("glossary/", glossary, name="glossary"),
    path("glossary/<slug:key>/", entry, name="entry"),
    path("metric/<slug:key>/", explain, name="explain"),
    path("metric/<slug:key>/rows/", metric_rows, name="metric_rows"),
    *(path(f"{slug}/", story, {"slug": slug}, name=slug) for slug in PAGES),
    path("rows/<slug:object>/<int:id>/", ledger_row, name="row"),
]
