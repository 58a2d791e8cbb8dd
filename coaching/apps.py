"""The coaching app."""

from __future__ import annotations

from django.apps import AppConfig


class CoachingConfig(AppConfig):
    """Django's name for this app."""

    name = "coaching"
