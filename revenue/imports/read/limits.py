"""How large a file may be, and the one exception that turns a file away."""

from __future__ import annotations

from dataclasses import dataclass

KB, MB, GB = 1 << 10, 1 << 20, 1 << 30


class Refused(Exception):
    """A file that cannot be read, with the reason in one sentence for the person who sent it."""


@dataclass(frozen=True)
class Limits:
    """What one file may cost. Sizes in bytes, `child_memory_mb` in megabytes, `seconds` for one workbook."""

    max_bytes: int = 2 * GB
    max_workbook_bytes: int = 200 * MB
    max_inflated: int = 2 * GB
    max_workbook_inflated: int = 1 * GB
    max_ratio: int = 200  # deflate reaches about 1,030; spreadsheets of real data stay below 60
    ratio_floor: int = 16 * MB  # below this inflated size no ratio is suspicious
    max_entries: int = 10_000
    max_members: int = 200  # tables' files in one zip
    max_columns: int = 2000
    max_rows: int = 1_048_576  # of one sheet
    max_cells: int = 60_000_000  # of one workbook, filled or not
    seconds: float = 120.0
    child_memory_mb: int = 1500


def size_text(size: int) -> str:
    """`size` bytes for people: "2.0 GB", "64 KB"."""
    for unit, name in ((GB, "GB"), (MB, "MB"), (KB, "KB")):
        if size >= unit:
            return f"{size / unit:,.1f} {name}"
    return f"{size} bytes"
