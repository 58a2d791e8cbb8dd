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
    quoting = raw.startswith(b'"') or any(before + b'"' in raw for before in (delimiter, b"\n", b"\r"))
    separators = (data == _LF) | (data == delimiter[0])
    if not quoting:  # no quote starts a cell: all of them are ordinary characters
        places = np.flatnonzero(separators)
        ends = np.flatnonzero(data[places] == _LF)
        return _block(data, places[ends] + 1, np.diff(ends, prepend=-1), _NONE)
    block = _scan_quoted(data, separators, final=final)
    if len(lone):  # a return inside quotes belongs to the value
        inside = lone[_inside(data, lone)]
        block.data[inside] = _CR
    return block


_NONE: Places = np.empty(0, np.int64)


def _inside(data: Bytes, places: Places) -> npt.NDArray[np.bool_]:
    """Whether each place lies inside quotes."""
    quotes = np.flatnonzero(data == _QUOTE)
    odd: npt.NDArray[np.bool_] = np.searchsorted(quotes, places) % 2 == 1
    return odd


def _scan_quoted(data: Bytes, separators: npt.NDArray[np.bool_], *, final: bool) -> Block:
    places = np.flatnonzero(separators | (data == _QUOTE))
    kinds = data[places]
    is_quote = kinds == _QUOTE
    inside = np.bitwise_xor.accumulate(is_quote.view(np.uint8)).view(np.bool_)  # after the place itself
    is_line_end = kinds == _LF
    ends = np.flatnonzero(is_line_end & ~inside)
    wrong = _first_irregular(data, places, kinds, is_quote, inside, final=final)
    if wrong is not None:
        ends = ends[: np.searchsorted(ends, wrong)]
    inner = places[is_line_end & inside]
    widths = _NONE
    if len(ends):
        counted = ~(is_quote | inside)[: ends[-1] + 1]
        starts = np.empty_like(ends)
        starts[0], starts[1:] = 0, ends[:-1] + 1
        widths = np.add.reduceat(counted, starts, dtype=np.int64)
    return _block(data, places[ends] + 1, widths, inner, quoting=True, irregular=wrong is not None)


def _first_irregular(
    data: Bytes, places: Places, kinds: Bytes, is_quote: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_],
    *, final: bool,
) -> int | None:  # fmt: skip
    """The index in `places` of the first quote that breaks the rules, None if all keep them.

    `places` are the quotes, separators and line ends. An opening quote must touch the one before it (a separator, a
    line end, or the other half of a doubled quote), a closing one the one after it, or CR LF.
    """
    apart = np.diff(places) != 1
    before = np.concatenate(([places[0] != 0], apart))  # the first place opens well only at the start of the data
    after = np.concatenate((apart, [places[-1] != len(data) - 1]))
    wrong = np.flatnonzero(is_quote & np.where(inside, before, after))
    if len(wrong):
        following = np.minimum(wrong + 1, len(places) - 1)
        at_return = (
            ~inside[wrong] & (places[following] == places[wrong] + 2) & (kinds[following] == _LF)
            & (data[np.minimum(places[wrong] + 1, len(data) - 1)] == _CR)
        )  # fmt: skip
        wrong = wrong[~at_return]
    candidates = wrong[:1].tolist()
    if final and inside[-1]:
        candidates.append(int(np.flatnonzero(is_quote)[-1]))
    return min(candidates, default=None)


def _block(data: Bytes, ends: Places, widths: Places, inner: Places, *, quoting: bool = False,
           irregular: bool = False) -> Block:  # fmt: skip
    """`ends`: bytes after each record's line end; `inner`: places of line ends inside quotes."""
    starts = np.empty_like(ends)
    starts[:1], starts[1:] = 0, ends[:-1]
    line_offsets = np.arange(len(ends), dtype=np.int64)
    lines = len(ends)
    if len(inner) and len(ends):
        line_offsets += np.searchsorted(inner, starts)
        lines += int(np.searchsorted(inner, ends[-1]))
    return Block(data, starts, ends, widths, line_offsets, lines, quoting, irregular)
