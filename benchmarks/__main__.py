"""`make bench`, or `python -m benchmarks [WHAT…] [--scale N]`: measures and prints. README.md says what there is.

Each measurement runs in a process of its own, with an installation of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from benchmarks import import_export, ingest, memory, packs, pages, paint, recompute, small_import, weight

ALL = ("ingest", "memory", "import-export", "recompute", "small-import", "pages", "weight", "packs", "paint")
LINES = {"ingest": ingest.measure, "memory": memory.measure, "import-export": import_export.measure}
TWO_SIZES = {"recompute": recompute.measure, "small-import": small_import.measure, "pages": pages.measure}
ONE_SIZE = {"weight": weight.measure, "packs": packs.measure, "paint": paint.measure}
SEED = 20


def main() -> None:
    """Runs the measurements that were asked for, all of them by default."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", default=ALL, help=" ".join(ALL))
    parser.add_argument("--scale", type=int, default=100, help="of the large company; 100 has a million revenue lines")
    parser.add_argument("--one", nargs="+", metavar="WORD", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        show(_one(*options.one))
        return
    with tempfile.TemporaryDirectory(prefix="assay-bench-files-") as temporary:
        small, large = Path(temporary) / "small", Path(temporary) / "large"
        _company(small, 1)
        if {*LINES, *TWO_SIZES} & set(options.what):
            _company(large, options.scale)
        for what in LINES:
            if what in options.what:
                _apart(what, str(large / "finance" / "revenue_lines.csv"))
        for what in TWO_SIZES:
            if what in options.what:
                _apart(what, str(small), "small company")
                _apart(what, str(large), f"company × {options.scale}")
        for what in ONE_SIZE:
            if what in options.what:
                _apart(what, str(small))


def _company(folder: Path, scale: int) -> None:
    from revenue.demo import write_company

    write_company(folder, seed=SEED, today=date(2026, 11, 21), scale=scale)


def _apart(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "benchmarks", "--one", *words], check=True)


def _one(what: str, *words: str) -> list[str]:
    if what in LINES:
        return LINES[what](Path(words[0]))
    if what in TWO_SIZES:
        return TWO_SIZES[what](Path(words[0]), words[1])
    return ONE_SIZE[what](Path(words[0]))


def show(lines: list[str]) -> None:
    """Prints figures as soon as they are there."""
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    main()
