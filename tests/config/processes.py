"""Which processes belong to a home, asked of the kernel."""

from __future__ import annotations

import time
from pathlib import Path

import psutil


def of(home: Path) -> list[str]:
    """Command lines of the living processes that name the home in their arguments or in ASSAY_HOME."""
    found = []
    for process in psutil.process_iter():
        try:
            line = process.cmdline()
            belongs = any(str(home) in word for word in line) or process.environ().get("ASSAY_HOME") == str(home)
            if belongs and process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {' '.join(line)[:120]}")
        except psutil.Error:
            continue
    return found


def nothing_left(home: Path, seconds: float = 0) -> bool:
    """Whether no process of the home is left, or none is within `seconds`."""
    deadline = time.monotonic() + seconds
    while left := of(home):
        if time.monotonic() >= deadline:
            print("left behind:", *left, sep="\n")  # noqa: T201 - shown by pytest when the test fails
            return False
        time.sleep(0.05)
    return True
