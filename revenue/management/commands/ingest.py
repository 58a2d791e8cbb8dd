"""`manage.py ingest PATH…`: imports files, folders or archives, waits, and accounts for every row."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core.commands import AssayCommand
from revenue import doubles, objects, tasks
from revenue.imports import actions, hooks, missing, originals, outcome
from revenue.models import ImportFile

# Files beside exports that are not exports.
_NOT_DATA = {".toml", ".md"}


class Command(AssayCommand):
    """Imports exports and reports what became of every row."""

    help = "Import files, folders or archives, and wait until every row is accounted for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Paths, and the answers to what a file may leave open."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--source", help="the system whose ids and names these are (default: the vendor)")
        parser.add_argument("--object", help="what the rows are: " + ", ".join(s.name for s in objects.all_objects()))
        parser.add_argument("--mapping", type=Path, help="a mapping file (TOML)")
        parser.add_argument("--as-of", type=date.fromisoformat, help="the export's own date, YYYY-MM-DD")
        order = parser.add_mutually_exclusive_group()
        order.add_argument("--day-first", action="store_const", dest="dates", const="day-first")
        order.add_argument("--month-first", action="store_const", dest="dates", const="month-first")
        parser.add_argument("--decimal-comma", action="store_const", dest="decimal", const=",")
        parser.add_argument("--encoding", help="the file's encoding, if it is not Unicode")
        parser.add_argument(
            "--answer", action="append", default=[], metavar="QUESTION=ANSWER",
            help="the answer to any other question, by its key as in the JSON; may be given again",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Imports each file, has what they touched computed, reports; CommandError unless all was done."""
        given = _options(options)
        tasks.work_off()  # what another command or a worker has left in the middle
        received = [self._receive(path, given) for path in _files(options["paths"])]
        documents = [document for file in received for document in outcome.of_file(file)]
        hooks.settle()
        self.print({"batches": documents}, "\n".join(_words(d) for d in documents), options)
        undone = [d for d in documents if not outcome.is_fulfilled(d)]
        if undone:
            raise CommandError("\n".join(outcome.why(d) for d in undone))

    def _receive(self, path: Path, given: dict[str, Any]) -> ImportFile:
        """Keeps the file and waits until it is imported, by this process or by a worker that was faster."""
        self.say(path.name)
        file = actions.receive(
            blocks=originals.blocks_of(path), name=path.name, options=given, received_from="command line", enqueue=False
        )
        tasks.work_off()
        return file


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
            yield from (p for p in found if p.suffix.lower() not in _NOT_DATA)
        elif path.is_file():
            yield path
        else:
            raise CommandError(f"{path}: there is no such file or folder")


def _options(options: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {k: options[k] for k in ("source", "object") if options[k]}
    if options["object"] and options["object"] not in {s.name for s in objects.all_objects()}:
        known = ", ".join(s.name for s in objects.all_objects())
        raise CommandError(f"there is no object {options['object']!r}; there are {known}")
    if options["mapping"]:
        try:
            given["mapping"] = options["mapping"].read_text(encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['mapping']}: {error.strerror}") from None
    if options["as_of"]:
        given["as_of"] = options["as_of"].isoformat()
    answers = {k: options[k] for k in ("dates", "decimal", "encoding") if options[k]}
    for text in options["answer"]:
        question, equals, said = text.partition("=")
        if not (question and equals and said):
            raise CommandError(f"--answer {text}: write QUESTION=ANSWER, such as interval=month")
        answers[question] = said
    if answers:
        given["format"] = answers
    return given


def _words(d: dict[str, Any]) -> str:
    name = " › ".join(x for x in (d["file"], d["table"]) if x)
    if d["status"] == "ignored":
        return f"{name}: nothing to keep. {d['error']}".rstrip()
    if d["status"] not in {"done", "duplicate"}:
        return f"{name}: {d['status'].replace('_', ' ')}"
    counts = ", ".join(
        f"{d[k]:,} {k}"
        for k in ("read", "created", "updated", "unchanged", "rejected", "skipped")
        if d[k] or k == "read"
    )
    again = " (imported before)" if d["status"] == "duplicate" else ""
    rejected = f"\n  rejected rows, with the reason of each: {d['rejects_file']}" if d["rejects_file"] else ""
    said = "".join(f"\n  {note}" for note in d["notes"] if note.startswith((doubles.MARK, missing.MARK)))
    return f"{name}: {d['object']} by {d['title']}{again}: {counts}{rejected}{said}"
