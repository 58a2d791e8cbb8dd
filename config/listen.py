"""The web server's listening socket: opened before anything else starts, kept while web servers come and go."""

from __future__ import annotations

import errno
import os
import socket

from config.refusal import Refusal


class ListenError(Refusal):
    """The address cannot be had."""


def listen(bind: str) -> socket.socket:
    """A socket that listens at `host:port` (or `[::1]:8000`; port 0 takes a free one)."""
    host, port = parse(bind)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise ListenError(_sentence(error, host, port)) from None


def parse(bind: str) -> tuple[str, int]:
    """Host and port of `host:port`."""
    host, colon, port = bind.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ListenError(f"{bind!r} is no address: write host:port, such as 127.0.0.1:8000.")
    return host.strip("[]"), int(port)


def url(listener: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_local(bind: str) -> bool:
    """Whether only this machine can reach it."""
    host, _ = parse(bind)
    return host in {"localhost", "::1"} or host.startswith("127.")


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is taken by another program. "
            f"Stop that one, or choose another port: --bind {host}:{port + 1}"
        )
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {port}: choose one above 1023, such as --bind {host}:8000"
    reason = error.strerror or os.strerror(error.errno or 0)
    return f"{host}:{port} is no address of this machine ({reason}); 127.0.0.1:8000 always is."
