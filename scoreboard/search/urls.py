"""Addresses of search, keys, saved views, the wall and the lines that fail."""

from __future__ import annotations

from django.urls import path

from scoreboard.failing import failing
from scoreboard.saved.views import drop, saved
from scoreboard.search.views import search, shortcuts
from scoreboard.wall import wall

urlpatterns = [
    path("search/", search, name="search"),
    path("keys/", shortcuts, name="shortcuts"),
    path("saved/", saved, name="saved"),
    path("saved/<int:id>/drop/", drop, name="saved_drop"),
    path("wall/", wall, name="wall"),
    path("quality/lines/", failing, name="failing"),
]
