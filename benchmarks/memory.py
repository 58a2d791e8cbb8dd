"""Peak memory of one import alone, without the computation that follows: of the lines once, and of three times as many.

Each in an installation of its own; the process measured reads, types, stages and promotes the file, and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.place import ROOT, installation

TIMES = (1, 3)
_IMPORT = """
import sys, pathlib, django
django.setup()
from revenue import tasks
from revenue.imports import actions, originals
path = pathlib.Path(sys.argv[1])
actions.receive(blocks=originals.blocks_of(path), name=path.name, enqueue=False)
tasks.work_off()
from revenue.models import ImportBatch
print(sum(ImportBatch.objects.filter(status="done").values_list("accepted", flat=True)))
"""


def measure(lines: Path) -> list[str]:
    """One sentence for each size of the file `lines`."""
    return [_one(lines, times) for times in TIMES]


def _one(lines: Path, times: int) -> str:
    with tempfile.TemporaryDirectory(prefix="assay-bench-lines-") as folder:
        file = Path(folder) / "revenue_lines.csv"
        rows = _repeat(lines, file, times)
        with installation():
            began = time.monotonic()
            command = [sys.executable, "-c", _IMPORT, str(file)]
            environment = os.environ | {"PYTHONPATH": str(ROOT)}
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
            said = process.stdout.read() if process.stdout else ""  # it speaks once, at its end
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.monotonic() - began
    accepted = int(said.split()[-1]) if said.split() else 0
    if process.returncode or accepted != rows:
        sys.exit(f"the import of {rows:,} lines accepted {accepted:,} and ended with {process.returncode}")
    peak = usage.ru_maxrss / 1024
    return f"import of {rows:,} lines: peak {peak:,.0f} MB, {seconds:.0f} s, {rows / seconds:,.0f} rows a second"


def _repeat(lines: Path, to: Path, times: int) -> int:
    """The file so many times over, each time with other ids; returns how many lines it has."""
    rows = 0
    with to.open("wb") as out:
        for number in range(times):
            with lines.open("rb") as file:
                heading = file.readline()
                if not number:
                    out.write(heading)
                for line in file:
                    out.write(b"%d-%s" % (number, line) if number else line)
                    rows += 1
    return rows
