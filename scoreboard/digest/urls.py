"""Addresses of the digest."""

from __future__ import annotations

from django.urls import path

from scoreboard.digest import views

app_name = "digest"
urlpatterns = [
    path("", views.preview, name="preview"),
    path("switch/", views.switch, name="switch"),
]
