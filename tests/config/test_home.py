"""The home and its secret key."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config import home


def test_the_key_is_made_once_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "home"
    home.prepare(folder)
    key = home.secret_key(folder)
    assert len(key) >= 64
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    home.prepare(folder)
    assert home.secret_key(folder) == key


def test_two_first_starts_agree_on_one_key(tmp_path: Path) -> None:
    def start(_: int) -> str:
        home.prepare(tmp_path)
        return home.secret_key(tmp_path)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(32)))) == 1


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    home.prepare(tmp_path / "a")
    home.prepare(tmp_path / "b")
    assert home.secret_key(tmp_path / "a") != home.secret_key(tmp_path / "b")


def test_customers_files_are_closed_to_others(tmp_path: Path) -> None:
    home.prepare(tmp_path)
    for name in home.FOLDERS:
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(home.HomeError, match=r"ASSAY_HOME .*file/home cannot be written"):
        home.prepare(tmp_path / "file" / "home")


def test_where_the_home_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path))
    assert home.path() == tmp_path
    monkeypatch.delenv("ASSAY_HOME")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert home.path() == Path("/var/lib/assay")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert home.path() == tmp_path / "state" / "assay"
