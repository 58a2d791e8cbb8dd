"""Real export files for tests, read where they lie and never copied.

`ASSAY_TEST_DATA` names their folder; without the folder the tests that need it are skipped and say so.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("ASSAY_TEST_DATA", ROOT.parent / "shared" / "data"))


def real(path: str) -> Path:
    """The real file or folder at `path`, or a skip that says what is missing."""
    found = DATA / path
    if not found.exists():
        pytest.skip(f"real file {path} is not here; set ASSAY_TEST_DATA to the folder that has it")
    return found
