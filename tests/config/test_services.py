"""Embedded PostgreSQL and Redis: shared by all who need them, and gone with the last, however that one ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from config import home as homes
from config import services
from config.services import postgres, process, servers
from config.services import redis as redis_server
from config.services.account import ServiceError, service_account
from tests.config.processes import nothing_left, of

pytestmark = pytest.mark.services
PROJECT = Path(__file__).resolve().parents[2]
# A user of the services in a process of its own: says "in", stays until it is told to go.
USER = """
import sys, pathlib
from config import services
with services.running(pathlib.Path(sys.argv[1])):
    print("in", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home for these tests alone; making its cluster takes a second, so they share it one after the other."""
    with tempfile.TemporaryDirectory(prefix="assay-services-") as folder:
        path = Path(folder).resolve()
        path.chmod(0o755)
        yield path
        assert nothing_left(path)


class User:
    """A process that uses the services."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT,
            env={name: value for name, value in os.environ.items() if name != "ASSAY_HOME"},
            text=True,
        )
        assert self.process.stdout
        assert self.process.stdout.readline() == "in\n"

    def leave(self) -> None:
        self.process.communicate(timeout=30)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)


def query(home: Path, sql: str) -> object:
    connection = psycopg2.connect(host=str(homes.socket_folder(home)), user="assay", dbname="assay")
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            row = cursor.fetchone()
            assert row
            return row[0]
    finally:
        connection.close()


def test_they_run_inside_the_block_and_not_after_it(home: Path) -> None:
    with services.running(home):
        assert query(home, "SELECT current_setting('listen_addresses')") == ""
        assert query(home, "SELECT datlocale FROM pg_database WHERE datname = 'assay'") == "C.UTF-8"
        with redis.Redis(unix_socket_path=str(redis_server.socket_path(home))) as client:
            assert client.config_get("appendonly") == {"appendonly": "yes"}
            assert client.config_get("port") == {"port": "0"}
    assert nothing_left(home)


def test_several_users_share_them_and_the_last_stops_them(home: Path) -> None:
    first, second = User(home), User(home)
    server = postgres.running(home)
    first.leave()
    assert postgres.running(home) == server
    assert query(home, "SELECT 1") == 1
    second.leave()
    assert nothing_left(home)


def test_they_go_when_their_only_user_is_killed(home: Path) -> None:
    User(home).kill()
    assert nothing_left(home, seconds=10)


def test_they_stay_for_the_others_when_one_user_is_killed(home: Path) -> None:
    first, second = User(home), User(home)
    first.kill()
    assert query(home, "SELECT 1") == 1
    second.leave()
    assert nothing_left(home)


def test_orphans_are_taken_over_by_the_next_user(home: Path) -> None:
    user = User(home)
    keeper, server = servers.keeper(home), postgres.running(home)
    assert keeper
    os.kill(keeper, signal.SIGKILL)
    user.kill()
    assert postgres.running(home) == server, "nobody was there to stop it"
    with services.running(home):
        assert postgres.running(home) == server
    assert nothing_left(home)


def test_a_server_that_was_killed_is_started_again_with_all_that_was_committed(home: Path) -> None:
    with services.running(home):
        query(home, "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS n; COMMIT; SELECT 1")
        with redis.Redis(unix_socket_path=str(redis_server.socket_path(home))) as client:
            client.set("kept", "42")
            client.execute_command("CONFIG", "SET", "appendfsync", "always")
            client.set("kept too", "43")
        for server in (postgres.running(home), redis_server.running(home)):
            assert server
            os.kill(server, signal.SIGKILL)
            process.wait_gone(server, 10)
        assert not servers.all_running(home)
        assert services.ensure(home)
        assert query(home, "SELECT n FROM kept") == 42
        with redis.Redis(unix_socket_path=str(redis_server.socket_path(home)), decode_responses=True) as client:
            assert (client.get("kept"), client.get("kept too")) == ("42", "43")
        assert not services.ensure(home)
    assert nothing_left(home)


def test_a_server_is_started_when_the_last_process_of_a_killed_one_has_gone(home: Path) -> None:
    with services.running(home):
        server = postgres.running(home)
        assert server
        busy = psutil.Process(server).children()[0]
        busy.suspend()
        os.kill(server, signal.SIGKILL)
        process.wait_gone(server, 10)
        ending = threading.Timer(0.5, busy.kill)
        ending.start()
        assert services.ensure(home)
        assert query(home, "SELECT 1") == 1
        ending.join()
    assert nothing_left(home)


def test_a_home_with_a_long_path_has_its_sockets_in_a_short_folder(tmp_path: Path) -> None:
    home = tmp_path / ("a" * 100)
    folder = homes.socket_folder(home)
    assert folder.parent == Path("/tmp")
    assert len(str(folder)) < homes.LONGEST_SOCKET_FOLDER
    assert folder != homes.socket_folder(tmp_path / ("b" * 100))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the services as another user")
def test_root_is_told_which_folder_its_postgresql_may_not_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(ServiceError, match="may not enter"), services.running(closed / "home"):
        pytest.fail("it started")
    assert not (closed / "home").exists()
    assert closed.stat().st_mode & 0o777 == 0o700, "nothing outside the home is changed"
    assert service_account().uid != 0


def test_a_database_of_another_version_is_refused(home: Path) -> None:
    version = home / "postgres" / "PG_VERSION"
    was = version.read_text()
    version.write_text("16\n")
    try:
        with pytest.raises(ServiceError, match="was made by PostgreSQL 16"), services.running(home):
            pytest.fail("it started")
    finally:
        version.write_text(was)
    assert of(home) == []
