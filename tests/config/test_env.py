"""Settings are what was meant, or the start fails with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_an_unset_or_empty_variable_is_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_X", "  ")
    assert env.text("ASSAY_X", "d") == "d"
    assert env.flag("ASSAY_X", True) is True
    assert env.time_zone("ASSAY_X") == "UTC"
    assert env.currency("ASSAY_X") == "USD"
    assert env.hosts("ASSAY_X") == []
    assert env.database("ASSAY_X") is None
    assert env.redis("ASSAY_X") is None
    assert env.choice("ASSAY_X", ("a", "b")) == "a"
    assert env.integer("ASSAY_X", 3, least=1, most=9) == 3


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (env.flag, "maybe"),
        (env.time_zone, "Mars/Base"),
        (env.time_zone, "../UTC"),
        (env.currency, "usd"),
        (env.currency, "DOLLAR"),
        (env.hosts, "*"),
        (env.hosts, "https://score.example.com"),
        (env.hosts, "score.example.com:8000"),
        (env.database, "sqlite:///x"),
        (env.database, "postgresql://host"),
        (env.database, "postgresql://host:port/name"),
        (env.redis, "localhost:6379"),
        (lambda name: env.choice(name, ("a", "b")), "c"),
        (lambda name: env.integer(name, 3, least=1, most=9), "10"),
        (lambda name: env.integer(name, 3, least=1, most=9), "-1"),
    ],
)
def test_nonsense_is_refused_by_name(reader: object, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_X", value)
    with pytest.raises(ImproperlyConfigured, match="ASSAY_X"):
        reader("ASSAY_X")  # type: ignore[operator]


def test_a_refused_database_address_does_not_show_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:hunter2@host:x/name")
    with pytest.raises(ImproperlyConfigured) as refused:
        env.database("DATABASE_URL")
    assert "hunter2" not in str(refused.value)


def test_a_database_address_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://us%40er:p%2Fw@db.example:6543/as%20say")
    assert env.database("DATABASE_URL") == {
        "NAME": "as say",
        "USER": "us@er",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "6543",
    }


def test_a_database_on_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://assay@/name?host=/run/Here")
    found = env.database("DATABASE_URL") or {}
    assert (found["HOST"], found["NAME"]) == ("/run/Here", "name")


def test_the_password_may_be_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text("from-file\n")
    monkeypatch.setenv("DATABASE_URL", "postgresql://assay@db/assay")
    monkeypatch.setenv("DATABASE_PASSWORD_FILE", str(tmp_path / "password"))
    assert (env.database("DATABASE_URL") or {})["PASSWORD"] == "from-file"
    monkeypatch.setenv("DATABASE_PASSWORD_FILE", str(tmp_path / "absent"))
    with pytest.raises(ImproperlyConfigured, match="absent"):
        env.database("DATABASE_URL")


def test_celery_writes_a_redis_socket_in_its_own_way() -> None:
    assert env.broker("unix:///run/redis.sock?db=3") == "redis+socket:///run/redis.sock?virtual_host=3"
    assert env.broker("redis://host:6379/1") == "redis://host:6379/1"
