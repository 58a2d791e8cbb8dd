"""What every refusal to start is: a sentence for the operator, printed without a traceback."""

from __future__ import annotations


class Refusal(Exception):
    """Says what is wrong with the surroundings and what to do about it."""
