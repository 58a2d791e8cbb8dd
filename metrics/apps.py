"""The metrics app."""

from __future__ import annotations

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """Django's name for this app."""

    name = "metrics"
