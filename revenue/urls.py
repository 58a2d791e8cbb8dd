"""Addresses of revenue."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "revenue"
urlpatterns: list[URLPattern] = []
