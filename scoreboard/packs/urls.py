"""Addresses of packs."""

from __future__ import annotations

from django.urls import path

from scoreboard.packs import views

app_name = "packs"
urlpatterns = [
    path("", views.packs, name="list"),
    path("ask/", views.ask, name="ask"),
    path("<int:id>/", views.row, name="one"),
    path("<int:id>/delete/", views.delete, name="delete"),
    path("<int:id>/<slug:format>/", views.download, name="download"),
]
