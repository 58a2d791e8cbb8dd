"""What the product's commands share: `--json`, progress on a terminal, errors as sentences."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class AssayCommand(BaseCommand):
    """A command that prints one JSON document with `--json`, and otherwise words, with progress on a terminal."""

    # Django's checks read every view and form of the product, which takes longer than most commands do. They are made
    # by `migrate`, at each start and in the tests.
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Adds `--json` to every command's own arguments."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        return parser

    def say(self, text: str) -> None:
        """A word on what is going on, on a terminal only, where it does not mix with the result."""
        if sys.stderr.isatty():
            self.stderr.write(self.style.NOTICE(text))

    def print(self, document: Any, words: str, options: dict[str, Any]) -> None:
        """The result: the document with `--json`, else the words."""
        if options["json"]:
            self.stdout.write(json.dumps(document, ensure_ascii=False))
        elif words:
            self.stdout.write(words)
