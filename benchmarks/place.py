"""A temporary installation to measure in, and commands run in it with their time and memory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Done:
    """A finished command: its JSON, wall seconds, and the peak resident memory of its process in MB."""

    document: Any
    seconds: float
    megabytes: float


@contextmanager
def installation() -> Iterator[Path]:
    """An empty home with running services, gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="assay-bench-"))
    home.chmod(0o755)
    os.environ["ASSAY_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config import services

    try:
        with services.running(home):
            manage("migrate")
            import django

            django.setup()
            yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def manage(*words: object) -> Done:
    """Runs a `manage.py` command with `--json` where it knows it, and measures it from outside."""
    arguments = [str(w) for w in words]
    if arguments[0] != "migrate":
        arguments.append("--json")
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    output: list[str] = []
    reader = threading.Thread(target=lambda: output.append(process.stdout.read() if process.stdout else ""))
    reader.start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    reader.join()
    if process.returncode:
        sys.exit(f"manage.py {' '.join(arguments)} ended with {process.returncode}")
    text = output[0].strip()
    document = json.loads(text) if text.startswith("{") else None
    return Done(document, time.monotonic() - began, usage.ru_maxrss / 1024)


def visitor(role: str) -> Any:
    """A client signed in as the demonstration company's first person of this role."""
    from django.conf import settings

    from config.demo_people import add_people
    from core.models import User

    if not User.objects.filter(role=role).exists():
        add_people("http://localhost")
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return signed_in(User.objects.filter(role=role).order_by("pk")[0])


def signed_in(user: Any) -> Any:
    """A client of this person, as the product signs people in."""
    from django.test import Client

    client = Client()
    client.force_login(user, backend="core.backends.WithTeams")
    return client
