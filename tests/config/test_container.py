"""The container files: valid, without a default password, nothing as root, nothing open that need not be."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from config.container.__main__ import main, make_secrets
from config.refusal import Refusal

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("secrets", "web", "worker", "beat")


def test_the_compose_file_is_valid() -> None:
    """The schema is the compose specification's, as published in docker-compose 1.29.2 (Apache License 2.0)."""
    schema = json.loads((Path(__file__).parent / "compose_spec.json").read_text())
    jsonschema.Draft7Validator(schema).validate(COMPOSE)


def test_it_has_every_part() -> None:
    assert set(SERVICES) == {*OURS, "postgres", "redis"}
    assert SERVICES["postgres"]["image"].startswith("postgres:17")
    assert "--appendonly" in SERVICES["redis"]["command"]
    assert set(COMPOSE["volumes"]) == {"home", "postgres", "redis", "secrets"}


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_watched_and_waits_for_what_it_needs(name: str) -> None:
    service = SERVICES[name]
    if name == "secrets":
        return
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"
    conditions = {part: what["condition"] for part, what in service.get("depends_on", {}).items()}
    if name in OURS:
        assert conditions == {"postgres": "service_healthy", "redis": "service_healthy"}
    if name == "postgres":
        assert conditions == {"secrets": "service_completed_successfully"}


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_runs_as_root_and_no_password_is_written_down(name: str) -> None:
    service = SERVICES[name]
    assert name in OURS or service["user"] in {"postgres", "redis"}
    assert "no-new-privileges:true" in service.get("security_opt", []) or name == "postgres"
    for key, value in service.get("environment", {}).items():
        assert "PASSWORD" not in key or key.endswith("_FILE"), f"{key} holds {value}"
    assert name == "web" or "ports" not in service
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_the_image_is_pinned_by_hashes_and_runs_as_a_user() -> None:
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    assert any("--require-hashes" in line for line in lines)
    users = [line.split()[1] for line in lines if line.startswith("USER")]
    assert users == ["10001:10001"]


def test_the_password_is_made_once(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    file = tmp_path / "postgres_password"
    password = file.read_text()
    assert len(password) >= 43, "256 bits"
    assert not stat.S_IMODE(file.stat().st_mode) & 0o222
    make_secrets(tmp_path)
    assert file.read_text() == password
    assert [p.name for p in tmp_path.iterdir()] == ["postgres_password"]


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(Refusal, match="write secrets, web, worker or beat"):
        main("web2")


def test_a_role_without_servers_says_so_in_a_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.container", "web"],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "ASSAY_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "The containers use servers of their own: set DATABASE_URL and REDIS_URL."
