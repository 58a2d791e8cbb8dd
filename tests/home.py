"""One temporary ASSAY_HOME for a whole test run, shared by its processes; nothing of the developer's own is touched."""

from __future__ import annotations

import importlib
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.db import connections

from config import env, home
from config import settings as module

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
# Redis has sixteen numbered databases: one for each process of the run.
REDIS_NUMBER = int(WORKER.removeprefix("gw")) % 15 + 1 if WORKER else 0


def settle() -> Path:
    """Makes the home, or joins that of the run, and reads the settings again: pytest-django has read them too early."""
    if not WORKER:
        folder = Path(tempfile.mkdtemp(prefix="assay-test-")).resolve()
        folder.chmod(0o755)  # for root, whose PostgreSQL runs as another user
        os.environ["ASSAY_HOME"] = str(folder)
        for name in ("DATABASE_URL", "REDIS_URL", "ASSAY_HTTPS", "ASSAY_HOSTS", "ASSAY_TIME_ZONE", "ASSAY_CURRENCY"):
            os.environ.pop(name, None)
    folder = home.path()
    home.prepare(folder)
    fresh = importlib.reload(module)
    for name in dir(fresh):
        if name.isupper() and name != "DATABASES":
            setattr(settings, name, getattr(fresh, name))
    settings.ASSAY_REDIS = settings.ASSAY_REDIS.replace("?db=0", f"?db={REDIS_NUMBER}")
    settings.CACHES["default"]["LOCATION"] = settings.ASSAY_REDIS
    settings.CELERY_BROKER_URL = env.broker(settings.ASSAY_REDIS)
    # Files as they are: hashed names are made by collectstatic, which tests of `up` run for real.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Django keeps these: a connection object made before has the very dictionary.
    connections.settings["default"].update(fresh.DATABASES["default"])
    caches.settings["default"].update(settings.CACHES["default"])
    return folder


def child_environment(database: str) -> dict[str, str]:
    """The environment of a process that shares this process's test database and its part of Redis."""
    return {
        **os.environ,
        "DATABASE_URL": f"postgresql://assay@/{database}?host={settings.DATABASES['default']['HOST']}",
        "REDIS_URL": settings.ASSAY_REDIS,
    }
