"""The revenue app."""

from __future__ import annotations

from django.apps import AppConfig


class RevenueConfig(AppConfig):
    """Django's name for this app."""

    name = "revenue"
