"""Addresses of search, keys and saved views."""

from __future__ import annotations

from django.urls import path

from scoreboard.saved.views import drop, saved
from scoreboard.search.views import search, shortcuts
from scoreboard.wall import wall

urlpatterns = [
    path("search/", search, name="search"),
    path("keys/", shortcuts, name="shortcuts"),
    path("saved/", saved, name="saved"),
    path("saved/<int:id>/drop/", drop, name="saved_drop"),
    path("wall/", wall, name="wall"),
]
