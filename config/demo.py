"""`python -m config.demo URL`: loads the demonstration company into the installation that runs at URL."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import django


def load_demo(*, say: Callable[[str], None], base_url: str) -> None:
    """Writes the company's export files once, imports them as anyone's, and prints a sign-in link per person."""
    say(f"nothing to load yet {base_url}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    load_demo(say=lambda sentence: print(sentence, flush=True), base_url=sys.argv[1])  # noqa: T201
