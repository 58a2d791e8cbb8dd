#!/usr/bin/env python3
"""Runs a command: `manage.py up`, `manage.py ingest …`; `manage.py help` lists them."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Runs the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
