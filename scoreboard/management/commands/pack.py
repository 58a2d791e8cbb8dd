"""`manage.py pack`: the board pack as files, of a frozen meeting or of a period."""

from __future__ import annotations

import hashlib
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core.audit import record
from core.commands import AssayCommand
from metrics.tasks import compute_due
from scoreboard.deck.build import build_deck
from scoreboard.deck.shape import Deck, Kind, sha256
from scoreboard.meetings import frozen_deck
from scoreboard.models.meetings import Meeting
from scoreboard.packs.formats import FORMATS, file_name, parse_formats, render
from scoreboard.packs.pptx.house import house_template


class Command(AssayCommand):
    """Writes the pack into a folder; all formats say the same numbers."""

    help = "Write the board pack of a meeting or a period as PPTX, PDF, XLSX and HTML."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to write, and where."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--meeting", type=int, metavar="ID", help="the deck of this meeting, as it was frozen")
        what.add_argument("--period", help="2026Q3, 2026-07, 2026, or qtd for the running quarter")
        what.add_argument("--template", action="store_true", help="write the house template, to start one's own from")
        parser.add_argument("--kind", choices=[str(kind) for kind in Kind], default=str(Kind.BOARD))
        parser.add_argument("--format", default="", metavar="LIST", help=f"of {','.join(FORMATS)}; default: all")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="made if it is not there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Writes the files, each complete or not at all."""
        folder: Path = options["out"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"--out {folder}: {error.strerror}") from None
        if options["template"]:
            write(folder / "pack.pptx", house_template())
            self.print({"template": str(folder / "pack.pptx")}, f"{folder / 'pack.pptx'}: the house template", options)
            return
        try:
            formats = parse_formats(options["format"])
            deck = self._deck(options)
            files = [self._file(deck, name, folder) for name in formats]
        except (LookupError, ValueError) as error:
            raise CommandError(str(error.args[0])) from None
        self._report(deck, files, options)

    def _deck(self, options: dict[str, Any]) -> Deck:
        if options["meeting"] is None:
            compute_due()
            return build_deck(kind=Kind(options["kind"]), period=options["period"])
        meeting = Meeting.objects.filter(pk=options["meeting"]).first()
        if meeting is None:
            raise CommandError(f"there is no meeting {options['meeting']}")
        return frozen_deck(meeting)

    def _file(self, deck: Deck, name: str, folder: Path) -> dict[str, Any]:
        began = time.perf_counter()
        self.say(f"drawing {name} …")
        content, path = render(deck, name), folder / file_name(deck, name)
        write(path, content)
        return {
            "format": name, "path": str(path), "size": len(content), "sha256": hashlib.sha256(content).hexdigest(),
            "seconds": round(time.perf_counter() - began, 2),
        }  # fmt: skip

    def _report(self, deck: Deck, files: list[dict[str, Any]], options: dict[str, Any]) -> None:
        record(verb="wrote a pack", by="manage.py pack", title=deck.title, run=deck.run,
               files={each["format"]: each["sha256"] for each in files})  # fmt: skip
        document = {
            "title": deck.title, "kind": str(deck.kind), "period": deck.period, "as_of": deck.as_of.isoformat(),
            "run": deck.run, "policy_version": deck.policy_version, "slides": len(deck.slides),
            "deck_sha256": sha256(deck), "files": files,
        }  # fmt: skip
        lines = [f"{deck.title}: {len(deck.slides)} slides. {deck.stamp}."]
        self.print(document, "\n".join([*lines, *(f"  {f['path']}  {f['size']:,} bytes" for f in files)]), options)


def write(path: Path, content: bytes) -> None:
    """Writes a file under its name only when it is complete. Raises CommandError where it cannot be written."""
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
