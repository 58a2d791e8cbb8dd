"""A guard: no test talks to another machine."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

LOCAL_NAMES = {"", "localhost", socket.gethostname()}


class NetworkRefused(AssertionError):
    """A test tried to reach another machine."""


def is_local(address: object) -> bool:
    """Whether a socket address (path, or host and port) is on this machine."""
    if not isinstance(address, tuple):
        return True  # a UNIX socket's path
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in LOCAL_NAMES


@contextmanager
def only_this_machine() -> Iterator[None]:
    """Within the block, connecting elsewhere or asking for another machine's address raises NetworkRefused."""
    kept: list[tuple[Any, str, Callable[..., Any]]] = []

    def guard(owner: Any, name: str, position: int) -> None:
        original = getattr(owner, name)

        def guarded(*args: Any, **kwargs: Any) -> Any:
            target = args[position] if name != "getaddrinfo" else (args[0] or "", 0)
            if not is_local(target):
                raise NetworkRefused(f"a test may not reach {target!r}: tests use this machine alone")
            return original(*args, **kwargs)

        kept.append((owner, name, original))
        setattr(owner, name, guarded)

    guard(socket.socket, "connect", 1)
    guard(socket.socket, "connect_ex", 1)
    guard(socket, "getaddrinfo", 0)
    try:
        yield
    finally:
        for owner, name, original in kept:
            setattr(owner, name, original)
