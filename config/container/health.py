"""`python -m config.container.health web|worker|beat`: exit 0 where that container does its work."""

from __future__ import annotations

import http.client
import os
import socket
import sys

SECONDS = 10


def web() -> bool:
    """The health page answers."""
    client = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("ASSAY_PORT", "8000")), timeout=SECONDS)
    try:
        client.request("GET", "/health/", headers={"Host": "localhost"})
        return client.getresponse().status == 200
    except OSError:
        return False
    finally:
        client.close()


def worker() -> bool:
    """The worker on this machine answers a ping that went through the broker."""
    from config.celery import app

    answers = app.control.ping(destination=[f"celery@{socket.gethostname()}"], timeout=SECONDS) or []
    return bool(answers)


def beat() -> bool:
    """The broker takes what the scheduler sends."""
    from config.celery import app

    with app.connection_for_write(connect_timeout=SECONDS) as connection:
        connection.ensure_connection(max_retries=1)
        return bool(connection.connected)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    checks = {"web": web, "worker": worker, "beat": beat}
    sys.exit(0 if checks[sys.argv[1]]() else 1)
