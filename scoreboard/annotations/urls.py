"""Addresses of annotations."""

from __future__ import annotations

from django.urls import path

from scoreboard.annotations import views

app_name = "annotations"
urlpatterns = [
    path("", views.listed, name="list"),
    path("new/", views.new, name="new"),
    path("<int:id>/", views.one, name="one"),
    path("<int:id>/settle/", views.settle, name="settle"),
]
