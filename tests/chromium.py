"""The system's Chromium. `python -m tests.chromium` says how to get one where there is none."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = (
    "Chromium was not found: the browser tests need it. "
    "Install it (Debian: apt-get install chromium), or set ASSAY_CHROMIUM to its path."
)


def find() -> str | None:
    """Its path: ASSAY_CHROMIUM, else the first of the usual names; None where there is none."""
    given = os.environ.get("ASSAY_CHROMIUM", "")
    if given:
        return given if Path(given).exists() else None
    return next(filter(None, map(shutil.which, NAMES)), None)


if __name__ == "__main__":
    sys.exit(None if find() else MISSING)
