"""Works on the next chunk while the database takes the one before: polars and the driver release the interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(chunks: Iterator[T]) -> Iterator[T]:
    """The same chunks in the same order, each made in another thread while the one before is worked on.

    At most one chunk waits. `chunks` must not use the database, whose connection belongs to the caller's thread.
    """
    done = object()
    with ThreadPoolExecutor(1, "ahead") as thread:
        coming = thread.submit(next, chunks, done)
        while (chunk := coming.result()) is not done:
            coming = thread.submit(next, chunks, done)
            yield chunk  # type: ignore[misc]  # whatever is not `done` came from `chunks`
