"""`manage.py up` and commands beside it, as processes: what runs, what comes back, what is left behind."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.services import postgres
from tests.config.processes import nothing_left, of

pytestmark = pytest.mark.services
PROJECT = Path(__file__).resolve().parents[2]
ONE = "from django.db import connection as c; k = c.cursor(); k.execute('SELECT 1'); print(k.fetchone()[0])"


def environment(home: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "ASSAY_HOME": str(home), **more}


def manage(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=PROJECT,
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def ask(home: Path) -> str:
    """A command that needs the database."""
    done = manage(home, "shell", "-v0", "-c", ONE)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_web_worker_has_loaded_every_page_before_its_first_request(tmp_path: Path) -> None:
    """Else whoever comes first to each worker waits seconds for its imports."""
    look = "import config.wsgi, sys; print('scoreboard.views.home' in sys.modules, 'coaching.views.me' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=PROJECT, env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "True"]


class Up:
    """`manage.py up --json` on a free port; `state` is what it printed when ready."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.said = home / "said"
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--json", "--bind", "127.0.0.1:0"],
                cwd=PROJECT,
                env=environment(home),
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, self.said.read_text()
        self.state: dict[str, Any] = json.loads(line)

    def answers(self) -> bool:
        """Whether the sign-in page comes, as a browser would ask for it."""
        client = http.client.HTTPConnection(self.state["url"].removeprefix("http://"), timeout=20)
        try:
            client.request("GET", "/accounts/login/")
            return client.getresponse().status == 200
        except OSError:
            return False
        finally:
            client.close()


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home that was used before: its schema is there."""
    with tempfile.TemporaryDirectory(prefix="assay-up-") as folder:
        path = Path(folder).resolve()
        path.chmod(0o755)
        assert ask(path) == "1", "a command makes what it needs in an empty home"
        assert nothing_left(path), "and leaves nothing behind"
        yield path
        assert nothing_left(path)


@pytest.fixture(scope="module")
def up(home: Path) -> Iterator[Up]:
    """One installation that runs for several tests; at the end everything stops on SIGTERM within seconds."""
    running = Up(home)
    try:
        yield running
    finally:
        running.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert running.process.wait(30) == 0, running.said.read_text()
        assert time.monotonic() - began < 15
        assert nothing_left(home)


def eventually(true: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def children(home: Path, word: str) -> set[int]:
    return {int(line.split()[0]) for line in of(home) if word in line}


def test_it_serves_pages_with_worker_and_beat_beside_it(up: Up) -> None:
    assert up.answers()
    assert set(up.state["children"]) == {"web", "beat", "worker"}
    assert up.state["embedded"] is True
    assert eventually(lambda: " ready." in (up.home / "logs" / "worker.log").read_text())


def test_a_command_beside_it_uses_the_same_servers(up: Up) -> None:
    server = postgres.running(up.home)
    assert ask(up.home) == "1"
    assert postgres.running(up.home) == server


def test_a_second_start_on_the_same_home_is_refused(up: Up) -> None:
    done = manage(up.home, "up", "--bind", "127.0.0.1:0")
    assert done.returncode == 1
    assert f"already runs on ASSAY_HOME {up.home} (process {up.process.pid})" in done.stderr
    assert "Traceback" not in done.stderr
    assert up.answers()


def test_a_taken_port_is_refused(up: Up, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with tempfile.TemporaryDirectory(prefix="assay-other-") as other:
        Path(other).chmod(0o755)
        done = manage(Path(other), "up", "--bind", up.state["url"].removeprefix("http://"))
    assert done.returncode == 1
    assert "is taken by another program" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_child_that_is_killed_is_started_again(up: Up, name: str) -> None:
    word = {"web": "gunicorn", "worker": "config.celery worker", "beat": "config.celery beat"}[name]
    before = children(up.home, word)
    assert before
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: bool(children(up.home, word)) and not children(up.home, word) & before)
    # The worker replaces a killed child of its own before it is killed itself: new processes alone prove nothing yet.
    assert eventually(lambda: f"{name} ended" in up.said.read_text())
    assert eventually(up.answers)


def test_a_postgresql_that_is_killed_is_started_again(up: Up) -> None:
    server = postgres.running(up.home)
    assert server
    os.kill(server, signal.SIGKILL)
    assert eventually(lambda: postgres.running(up.home) not in {None, server})
    assert eventually(up.answers)


def test_nothing_is_left_when_it_is_killed_itself(home: Path, up: Up) -> None:
    """Kills the installation of this module, and puts a new one in its place for the fixture's end."""
    up.process.kill()
    up.process.wait()
    assert nothing_left(home, seconds=60)  # a machine that is busy with other tests
    again = Up(home)
    up.process, up.state = again.process, again.state
    assert up.answers()


def test_a_home_that_cannot_be_written_is_refused(home: Path) -> None:
    (home / "file").write_text("")
    for command in (("up",), ("shell", "-c", "pass")):
        done = manage(home / "file" / "home", *command)
        assert done.returncode == 1
        assert "cannot be written" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_nonsense_setting_is_refused_in_a_sentence(home: Path) -> None:
    done = manage(home, "shell", "-c", "pass", ASSAY_CURRENCY="dollars")
    assert done.returncode == 1
    assert done.stderr.startswith("ASSAY_CURRENCY is 'dollars'")
    assert "Traceback" not in done.stderr


def test_a_terminated_command_leaves_nothing(home: Path, up: Up) -> None:
    """It ends through its `finally` blocks, beside an installation that goes on."""
    code = "import time; print('in', flush=True); time.sleep(60)"
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment(home), stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "in\n"
    process.terminate()
    assert process.wait(20) == 128 + signal.SIGTERM
    assert up.answers()
