"""Meetings: prepared from published values, signed by both leaders, frozen for good, presented, and followed up.

`frozen_deck(meeting)` is what packs are made of; `deck_of(meeting)` gives the draft of one that is not frozen yet.
"""

from scoreboard.meetings.read import deck_of, frozen_deck

__all__ = ["deck_of", "frozen_deck"]
