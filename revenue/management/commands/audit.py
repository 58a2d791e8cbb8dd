"""`manage.py audit`: checks the whole store and says what is wrong."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError

from core.commands import AssayCommand
from revenue.audit import audit


class Command(AssayCommand):
    """Originals against their checksums, counts that must add up, references that must lead somewhere."""

    help = "Check the whole store: originals, counts, references. Exit status 0 only if nothing is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs every check and reports; CommandError if one found something."""
        checks = audit(self.say)
        words = "\n".join(f"{c.name}: {c.looked_at:,} looked at, {len(c.findings):,} findings" for c in checks)
        self.print({"checks": [asdict(c) for c in checks]}, words, options)
        wrong = [finding for check in checks for finding in check.findings]
        if wrong:
            raise CommandError("\n".join(wrong))
