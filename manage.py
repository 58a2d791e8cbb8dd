#!/usr/bin/env python3
"""Runs a command: `manage.py up`, `manage.py ingest …`; `manage.py help` lists them."""

from __future__ import annotations

import sys

from config.commands import run

if __name__ == "__main__":
    run(sys.argv)
