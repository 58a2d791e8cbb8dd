"""`python -m config.demo URL`: loads the demonstration company into the installation that runs at URL."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import django

SEED = 7


def load_demo(*, say: Callable[[str], None], base_url: str) -> None:
    """Writes the company's export files once, and has them imported as anyone's.

    1. The files, unless they are there: a second `make demo` starts from where the first one was.
    """
    from django.conf import settings

    write_files(settings.ASSAY_HOME / "demo", say=say)


def write_files(folder: Path, *, say: Callable[[str], None]) -> bool:
    """Writes the company's exports into `folder`, as of today; false where an earlier start has."""
    from revenue.demo.write import write_company

    if folder.exists():
        return False
    say("Writing the demonstration company's export files …")
    aside = folder.with_name(f".demo.{os.getpid()}")
    write_company(aside, seed=SEED, today=date.today())  # noqa: DTZ011 - the company lives where the machine stands
    aside.rename(folder)  # only whole sets count
    return True


def main(base_url: str) -> None:
    """Runs in a process of its own, beside `up`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    load_demo(say=lambda sentence: print(sentence, flush=True), base_url=base_url)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
