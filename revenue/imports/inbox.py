"""The watched folder `ASSAY_HOME/inbox`: what is put there is imported and moved on, with a report beside it.

```
inbox/deals.csv  →  inbox/working/17/deals.csv  →  inbox/done/17/deals.csv + report.json   (or inbox/failed/17/…)
```
17 is the file's number in Assay. The original is in the store before the file is moved, so that a kill at any moment
loses nothing: at worst the same content is received twice, which changes nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from revenue.imports import actions, originals, outcome
from revenue.models import ImportFile

QUIET = 5.0  # seconds for which a file must not have changed: whoever copies it may not be done
REPORT = "report.json"
_PASSING = (".part", ".tmp", ".crdownload", ".filepart")


def folder() -> Path:
    """The watched folder; made if it is not there."""
    found = Path(settings.ASSAY_HOME) / "inbox"
    found.mkdir(parents=True, exist_ok=True)
    return found


def take_in() -> list[ImportFile]:
    """Receives the files that lie in the folder and have been quiet; workers import them."""
    received = []
    for path in sorted(_quiet_files()):
        file = actions.receive(blocks=originals.blocks_of(path), name=path.name, received_from="inbox")
        target = folder() / "working" / str(file.pk)
        target.mkdir(parents=True)
        path.replace(target / path.name)
        received.append(file)
    return received


def _quiet_files() -> Iterator[Path]:
    now = time.time()
    for path in folder().iterdir():
        if path.name.startswith(".") or path.suffix.lower() in _PASSING or path.is_symlink() or not path.is_file():
            continue
        if now - path.stat().st_mtime >= QUIET:
            yield path


def move_on() -> list[Path]:
    """Moves what is finished to `done` or `failed`, its report first. Returns where to."""
    moved = []
    for place in sorted((folder() / "working").glob("*/")):
        file = ImportFile.objects.filter(pk=int(place.name)).first() if place.name.isdigit() else None
        if file is None or file.finished_at is None:
            continue
        documents = outcome.of_file(file)
        good = bool(documents) and all(map(outcome.is_fulfilled, documents))
        (place / REPORT).write_text(json.dumps({"batches": documents}, ensure_ascii=False, indent=1), encoding="utf-8")
        target = folder() / ("done" if good else "failed") / place.name
        target.parent.mkdir(exist_ok=True)
        moved.append(place.replace(target))
    return moved
