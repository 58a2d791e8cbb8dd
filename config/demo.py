"""`python -m config.demo URL`: loads the demonstration company into the installation that runs at URL."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

SEED = 20
Say = Callable[[str], None]


def load_demo(*, say: Say, base_url: str) -> None:
    """Loads the company as anyone's files would be loaded, and prints a one-time sign-in link per person.

    1. Writes the export files, unless they are there: a second `make demo` starts from where the first one was.
    2. Sets the company's quality policy, so that the first numbers are judged by it.
    3. Hands the files to the worker and waits, with progress, until all are in and their numbers are published.
    4. Makes the company's people and a link for each, the alert rules that they own, and the meetings that they held.
    """
    from django.conf import settings

    from config.demo_meetings import add_meetings
    from config.demo_people import add_people
    from config.demo_policy import add_alert_rules, add_policy
    from core.models import Company

    folder = Path(settings.ASSAY_HOME) / "demo"
    if write_files(folder, say=say):
        Company.current()
        Company.objects.filter(id=1, name="").update(name="Larkmoor Instruments")
    add_policy()
    _import(folder, say)
    _wait_for_numbers(say)
    links = add_people(base_url)
    add_alert_rules()
    add_meetings()
    say("")
    say(f"The demonstration company is at {base_url}. Sign in as one of its people (each link works once):")
    for who, link in links:
        say(f"  {who:<50}{link}")


def write_files(folder: Path, *, say: Say) -> bool:
    """Writes the company's exports into `folder`, as of today; False where an earlier start has."""
    from core.models import Company
    from revenue.demo import write_company

    if folder.exists():
        return False
    say("Writing the demonstration company's export files …")
    aside = folder.with_name(f".demo.{os.getpid()}")
    write_company(aside, seed=SEED, today=Company.current().today())
    aside.rename(folder)  # only whole sets count
    return True


def _import(folder: Path, say: Say) -> None:
    """Sends every file of the company to the worker, once."""
    from revenue.imports import actions, originals
    from revenue.models import ImportFile

    files = sorted(p for p in folder.rglob("*.csv"))
    known = set(ImportFile.objects.filter(received_from="demonstration").values_list("name", flat=True))
    new = [p for p in files if p.name not in known]
    for path in new:
        actions.receive(blocks=originals.blocks_of(path), name=path.name, received_from="demonstration")
    waiting = ImportFile.objects.filter(received_from="demonstration", finished_at=None)
    left = waiting.count()
    if left:
        say(f"Importing {left} files …")
    while left:
        time.sleep(1)
        now = waiting.count()
        if now != left:
            say(f"  {len(files) - now} of {len(files)} files are in")
        left = now


def _wait_for_numbers(say: Say) -> None:
    """Waits until what was imported is published."""
    from metrics.models import Due, MetricRun
    from metrics.tasks import ring

    said = False
    while MetricRun.newest() is None or Due.objects.exists():
        if not said:
            say("Computing the metrics …")
            ring()
            said = True
        time.sleep(1)


def main(base_url: str) -> None:
    """Runs in a process of its own, beside `up`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    load_demo(say=lambda sentence: print(sentence, flush=True), base_url=base_url)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
