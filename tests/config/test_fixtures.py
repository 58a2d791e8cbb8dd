"""The ground the other tests stand on."""

from __future__ import annotations

import socket
import subprocess

import pytest
from django.core.cache import cache
from django.db import connection
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.network import NetworkRefused


@pytest.mark.django_db
def test_the_database_is_a_real_postgresql_of_this_run_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_setting('server_version_num')::int")
        name, version = cursor.fetchone()
    assert name.startswith("test_assay")
    assert version >= 180000


def test_the_cache_is_a_real_redis(services: None) -> None:
    cache.set("k", [1, 2], 5)
    assert cache.get("k") == [1, 2]


def test_no_test_reaches_another_machine() -> None:
    with pytest.raises(NetworkRefused), socket.socket() as client:
        client.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkRefused):
        socket.getaddrinfo("example.com", 443)


def test_a_celery_worker_runs_tasks_of_this_process(celery_worker: subprocess.Popen[str]) -> None:
    from config.celery import app

    answers = app.control.ping(timeout=5) or []
    assert any(answer == {"ok": "pong"} for host in answers for answer in host.values())
    assert celery_worker.poll() is None


def test_chromium_loads_a_page(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    assert page.title()
