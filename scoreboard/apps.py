"""The scoreboard app."""

from __future__ import annotations

from django.apps import AppConfig


class ScoreboardConfig(AppConfig):
    """Django's name for this app."""

    name = "scoreboard"
