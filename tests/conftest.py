"""What all tests share: real PostgreSQL and Redis, a real Celery worker, a real Chromium, and no network."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import ConsoleMessage, Page

from config.celery import app
from tests import chromium as chromium_program
from tests import home, network

HOME = home.settle()
pytest_plugins = ["tests.mailbox"]
PROJECT = Path(__file__).resolve().parents[1]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
WORKER_SECONDS = 30


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test with a page is a browser test; nobody has to remember the mark."""
    for item in items:
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def pytest_unconfigure() -> None:
    """The process that made the home takes it away; the last to leave has stopped the services by now."""
    if not home.WORKER:
        shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Tests reach this machine alone."""
    with network.only_this_machine():
        yield


@pytest.fixture(scope="session")
def services() -> Iterator[None]:
    """Embedded PostgreSQL and Redis; the processes of a run share them."""
    from config.services import running

    with running(HOME):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(services: None, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """PostgreSQL runs before pytest-django makes the test database."""


@pytest.fixture(scope="session")
def _celery_process(django_db_setup: None) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--concurrency=2", "--loglevel=INFO"]
    log = HOME / "logs" / f"worker-{home.WORKER}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--without-gossip", "--without-mingle", f"--hostname=test{home.REDIS_NUMBER}@localhost"],
            env=home.child_environment(str(connection.settings_dict["NAME"])),
            cwd=PROJECT,
            stdout=output,
            stderr=output,
            text=True,
            start_new_session=True,
        )
    try:
        _wait_for(log, " ready", process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


@pytest.fixture(autouse=True)
def _only_who_asks_is_heard(request: pytest.FixtureRequest) -> None:
    """The worker outlives the test that started it; it must not work on the tables that another test clears."""
    app.conf.task_default_queue = "celery" if "celery_worker" in request.fixturenames else "unheard"


@pytest.fixture
def celery_worker(transactional_db: None, _celery_process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    """A real Celery worker on this test's database: what the test commits it sees, and the other way round."""
    return _celery_process


def _wait_for(log: Path, words: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + WORKER_SECONDS
    while words not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"the Celery worker did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.05)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium, or a failure that says how to get one."""
    found = chromium_program.find()
    if found is None:
        pytest.fail(chromium_program.MISSING, pytrace=False)
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:
    """How pytest-playwright starts the browser."""
    # Playwright runs an event loop in this thread, and Django would refuse the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {"executable_path": chromium, "args": CHROMIUM_ARGUMENTS, "headless": True}


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page on which an error in the console, and so each violation of the content policy, fails the test."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert not complaints, f"the browser's console has errors: {complaints}"
