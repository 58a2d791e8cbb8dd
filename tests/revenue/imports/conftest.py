"""What tests of imports share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.revenue.imports.exports import Found, found


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Reads a file of one table as the pipeline does, without a ledger; keyword arguments are answers."""

    def found_in(name: str, data: str | bytes, **answers: str) -> Found:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return found(path, **answers)

    return found_in
