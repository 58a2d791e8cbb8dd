"""(d) What a first visit of the first screen weighs, compressed: the page and every file it names."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from benchmarks.place import ROOT, installation, manage

_NAMED = re.compile(r'(?:src|href)="(/static/[^"]+)"')
_INSIDE = re.compile(r"url\(['\"]?([^'\")]+\.woff2)")


def measure(folder: Path) -> list[str]:
    """The weight with the company in `folder`, file by file for the heaviest."""
    from benchmarks.recompute import first_screen_html

    with installation():
        manage("ingest", folder)
        html = first_screen_html()
    sizes = {"the page": len(gzip.compress(html.encode()))}
    for name in dict.fromkeys(_NAMED.findall(html)):
        path = ROOT / name.lstrip("/").split("?")[0]
        sizes |= _weigh(path)
    total = sum(sizes.values())
    lines = [f"first visit: {total / 1024:,.0f} KB compressed"]
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    return [*lines, *(f"  {size / 1024:,.0f} KB {name}" for name, size in largest)]


def _weigh(path: Path) -> dict[str, int]:
    data = path.read_bytes()
    packed = path.suffix in {".woff2", ".png", ".jpg"}
    sizes = {path.name: len(data) if packed else len(gzip.compress(data))}
    if path.suffix == ".css":
        for font in _INSIDE.findall(data.decode()):
            sizes |= _weigh((path.parent / font).resolve())
    return sizes
