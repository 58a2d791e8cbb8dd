"""Pages of a list that was counted elsewhere, and more cheaply."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator


class Counted(Paginator):  # type: ignore[type-arg] # takes none when it runs
    """A paginator that is told how long the list is, and so does not ask."""

    def __init__(self, rows: Any, per_page: int, *, count: int) -> None:
        """`count` rows, `per_page` on each page."""
        super().__init__(rows, per_page)
        self.__dict__["count"] = count  # where Django keeps what it has counted
