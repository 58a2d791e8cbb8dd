"""The project as an app: it holds the command that starts everything."""

from __future__ import annotations

from django.apps import AppConfig

# Imported so that a task called from a page or a command finds its broker.
from config.celery import app as celery_app

__all__ = ["ConfigConfig", "celery_app"]


class ConfigConfig(AppConfig):
    """No models; `manage.py up` lives here."""

    name = "config"
    label = "config"
