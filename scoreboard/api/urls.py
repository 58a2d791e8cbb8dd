"""Addresses of the API and of the pages around it."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from scoreboard.api import coaching, feeds, imports, meetings, numbers, pages
from scoreboard.api.description import api

LOADED = (numbers, imports, coaching, meetings)  # importing them registers their operations
app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("account/tokens/", pages.tokens, name="tokens"),
    path("account/tokens/<str:kind>/<int:pk>/revoke/", pages.revoke, name="revoke"),
    path("api/", pages.docs, name="docs"),
    path("api/openapi.json", pages.openapi, name="openapi"),
    path("api/feeds/<str:secret>.csv", feeds.feed, name="feed"),
    path("api/", api.urls),
    # What is left under /api/v1/ is answered in the API's own shape.
    re_path(r"^api/v1/.*$", feeds.missing, name="missing"),
]
