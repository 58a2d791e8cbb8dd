"""The structure of a block of delimited text, found with numpy: where records end and how many cells each has.

A quote is regular if it opens at the start of a cell, closes at its end, or is one of a doubled pair inside. In a
block of regular quotes the parity of quotes before a byte says whether the byte lies inside a quoted cell. Where a
quote is irregular the block is cut before that record, and `strict` reads on from there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]

_LF, _CR, _QUOTE = 10, 13, 34


@dataclass(frozen=True)
class Block:
    """The regular records at the start of a block of bytes.

    `starts`, `ends`: their bytes, line end included; `widths`: cells of each; `line_offsets`: physical lines before
    each; `lines`: physical lines of all; `data`: the bytes, with CR alone as line end turned into LF; `quoting`:
    whether quotes mean anything in it; `irregular`: whether the record after the last one needs the strict reader.
    """

    data: Bytes
    starts: Places
    ends: Places
    widths: Places
    line_offsets: Places
    lines: int
    quoting: bool
    irregular: bool

    @property
    def size(self) -> int:
        """Bytes the records take."""
        return int(self.ends[-1]) if len(self.ends) else 0


def scan(raw: bytes, delimiter: bytes, *, final: bool) -> Block:
    """The regular records of `raw`, which starts at a record; `final` says that nothing follows `raw`.

    `raw` must end in a line end if `final`, and must not end in CR if not (its LF may come next).
    """
    data: Bytes = np.frombuffer(raw, np.uint8)
    returns = np.flatnonzero(data == _CR) if b"\r" in raw else _NONE
    lone = returns[data[np.minimum(returns + 1, len(data) - 1)] != _LF] if len(returns) else _NONE
    if len(lone):
        data = data.copy()
        data[lone] = _LF
    separator = delimiter[0]
    if b'"' not in raw or not _opens_any(data, separator):
        places = np.flatnonzero((data == _LF) | (data == separator))
        return _block(data, places, data[places] == _LF, _NONE, quoting=False, irregular=False)
    return _scan_quoted(data, lone, separator, final=final)


_NONE: Places = np.empty(0, np.int64)


def _opens_any(data: Bytes, separator: int) -> bool:
    """Whether any quote stands at the start of a cell; otherwise all of them are ordinary characters."""
    quotes = np.flatnonzero(data == _QUOTE)
    if quotes[0] == 0:
        return True
    before = data[quotes - 1]
    return bool(((before == separator) | (before == _LF)).any())


def _scan_quoted(data: Bytes, lone: Places, separator: int, *, final: bool) -> Block:
    places = np.flatnonzero((data == _LF) | (data == separator) | (data == _QUOTE))
    kinds = data[places]
    is_quote = kinds == _QUOTE
    inside = np.bitwise_xor.accumulate(is_quote.view(np.uint8)).view(np.bool_)
    quotes = places[is_quote]
    wrong = _first_irregular(data, quotes, separator, final=final)
    outside = ~(is_quote | inside)
    kept, kinds = places[outside], kinds[outside]
    if wrong is not None:
        upto = int(np.searchsorted(kept, wrong))
        kept, kinds = kept[:upto], kinds[:upto]
    inner = places[inside & ~is_quote]
    inner = inner[data[inner] == _LF]
    block = _block(data, kept, kinds == _LF, inner, quoting=True, irregular=wrong is not None)
    swallowed = lone[np.isin(lone, inner, assume_unique=True)] if len(lone) else lone
    if len(swallowed):
        block.data[swallowed] = _CR  # a return inside quotes belongs to the value
    return block


def _first_irregular(data: Bytes, quotes: Places, separator: int, *, final: bool) -> int | None:
    """The position of the first quote that breaks the rules, None if all keep them."""
    opening, closing = quotes[0::2], quotes[1::2]
    before = data[np.maximum(opening - 1, 0)]
    good_open = (before == separator) | (before == _LF) | (opening == 0)
    good_open[1:] |= opening[1:] == closing[: len(opening) - 1] + 1
    after = data[np.minimum(closing + 1, len(data) - 1)]
    good_close = (after == separator) | (after == _LF) | (closing == len(data) - 1)
    paired = len(opening) - 1
    good_close[:paired] |= closing[:paired] + 1 == opening[1:]
    returns = np.flatnonzero(~good_close & (after == _CR))
    if len(returns):  # CR LF after a closing quote; CR alone has become LF before
        good_close[returns] = data[np.minimum(closing[returns] + 2, len(data) - 1)] == _LF
    wrong = [int(places[bad[0]]) for places, bad in (
        (opening, np.flatnonzero(~good_open)), (closing, np.flatnonzero(~good_close)),
    ) if len(bad)]  # fmt: skip
    if final and len(quotes) % 2:
        wrong.append(int(quotes[-1]))
    return min(wrong, default=None)


def _block(data: Bytes, places: Places, is_end: npt.NDArray[np.bool_], inner: Places, *, quoting: bool,
           irregular: bool) -> Block:  # fmt: skip
    """`places`: line ends and delimiters outside quotes; `inner`: line ends inside quotes."""
    last = np.flatnonzero(is_end)
    ends = places[last] + 1
    starts = np.empty_like(ends)
    starts[:1], starts[1:] = 0, ends[:-1]
    widths = np.diff(last, prepend=-1)
    line_offsets = np.arange(len(ends), dtype=np.int64)
    lines = len(ends)
    if len(inner) and len(ends):
        line_offsets += np.searchsorted(inner, starts)
        lines += int(np.searchsorted(inner, ends[-1]))
    return Block(data, starts, ends, widths, line_offsets, lines, quoting, irregular)
