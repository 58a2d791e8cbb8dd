"""What gunicorn serves."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# All pages with what they import: each worker's first request would wait seconds for it, and whoever comes with it.
get_resolver().url_patterns  # noqa: B018 - read for what reading does
# What was loaded lives as long as the worker: to look for garbage in it again and again costs a twentieth of each page.
gc.collect()
gc.freeze()
