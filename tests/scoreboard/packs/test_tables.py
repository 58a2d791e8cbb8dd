"""The widths of a slide's tables."""

from __future__ import annotations

from scoreboard.deck.shape import Cell, Table
from scoreboard.packs.measure import width
from scoreboard.packs.tables import BADGE, SIDE, SIZES, column_widths


def test_a_verdict_keeps_its_line_beside_long_sentences() -> None:
    long = Cell("Retention of the best customers and of those who came this year, with every reason why " * 3)
    rows = tuple((long, Cell("Watch", tone="warn", badge=True), long) for _ in range(4))
    table = Table("t", "", ("Question", "Answer", "Evidence"), rows, words=True)
    widths = column_widths(table, 700.0)
    assert abs(sum(widths) - 700.0) < 1e-6
    assert widths[1] >= BADGE + width("Watch", SIZES[0]) + 2 * SIDE - 1e-6


def test_what_has_room_is_shared_out_after_what_it_holds() -> None:
    table = Table("t", "", ("Rep", "Revenue"), ((Cell("Ada"), Cell("$1 M")),))
    widths = column_widths(table, 600.0)
    assert abs(sum(widths) - 600.0) < 1e-6
    assert min(widths) > 200
