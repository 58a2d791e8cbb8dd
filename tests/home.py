"""A temporary ASSAY_HOME for a test run, and one inside it for each of its processes; nobody's own is touched."""

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
    """Makes the home of the services, or joins that of the run, and returns it.

    Reads the settings again: pytest-django has read them too early.
    """
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
    if WORKER:
        _own(folder / WORKER)
    return folder


def _own(folder: Path) -> None:
    """The processes share the services alone: each has its own files, key and locks."""
    home.prepare(folder)
    os.environ["ASSAY_HOME"] = str(folder)
    settings.ASSAY_HOME, settings.ASSAY_FILES = folder, folder / "files"
    settings.MEDIA_ROOT, settings.STATIC_ROOT = settings.ASSAY_FILES, folder / "static"
    settings.FILE_UPLOAD_TEMP_DIR, settings.EMAIL_FILE_PATH = str(settings.ASSAY_FILES), folder / "mail"
    settings.SECRET_KEY = home.secret_key(folder)


def child_environment(database: str) -> dict[str, str]:
    """The environment of a process that shares this process's test database and its part of Redis."""
    return {
        **os.environ,
        "DATABASE_URL": f"postgresql://assay@/{database}?host={settings.DATABASES['default']['HOST']}",
        "REDIS_URL": settings.ASSAY_REDIS,
    }
