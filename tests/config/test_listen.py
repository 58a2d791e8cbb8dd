"""Addresses to listen at, and what is said where one cannot be had."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from config import listen


@pytest.mark.parametrize("bind", ["8000", "localhost", ":8000", "localhost:", "localhost:http", "localhost:70000"])
def test_nonsense_is_refused(bind: str) -> None:
    with pytest.raises(listen.ListenError, match="such as"):
        listen.listen(bind)


def test_a_taken_port_is_named_and_another_proposed() -> None:
    with listen.listen("127.0.0.1:0") as taken:
        port = taken.getsockname()[1]
        with pytest.raises(listen.ListenError, match=f"Port {port} .* is taken.*--bind 127.0.0.1:{port + 1}"):
            listen.listen(f"127.0.0.1:{port}")


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(listen.ListenError, match="no address of this machine"):
        listen.listen("192.0.2.1:8000")


def test_the_url_is_one_a_browser_takes() -> None:
    with listen.listen("127.0.0.1:0") as listener:
        url = listen.url(listener)
        assert urlsplit(url).netloc == f"127.0.0.1:{listener.getsockname()[1]}"
    with listen.listen("0.0.0.0:0") as listener:
        assert listen.url(listener).startswith("http://localhost:")


def test_only_loopback_addresses_are_local() -> None:
    assert listen.is_local("127.0.0.1:8000")
    assert listen.is_local("[::1]:8000")
    assert not listen.is_local("0.0.0.0:8000")
