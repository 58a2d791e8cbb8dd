"""Addresses of scoreboard."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "scoreboard"
urlpatterns: list[URLPattern] = []
