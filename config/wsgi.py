"""What gunicorn serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# All pages with what they import: each worker's first request would wait seconds for it, and whoever comes with it.
get_resolver().url_patterns  # noqa: B018 - read for what reading does
