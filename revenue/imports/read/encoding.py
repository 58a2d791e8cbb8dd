"""How a text's bytes become characters: as a fact where the bytes prove it, as a question where they do not."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from revenue.imports.read.content import BLOCK, Content
from revenue.imports.read.limits import Refused
from revenue.imports.shapes import Question

_MARKS = (  # UTF-32 before UTF-16: its little-endian mark starts with the other's
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
_SINGLE_BYTE = ("cp1252", "iso-8859-1", "iso-8859-15", "mac_roman", "cp1250", "cp1251", "cp1253", "cp850")
_MULTI_BYTE = ("shift_jis", "gb18030", "big5", "euc_kr")
_SAMPLE = 1 << 20
_WORD = re.compile(rb"[^\r\n,;|\t\"]*[\x80-\xff][^\r\n,;|\t\"]*")


def mark(head: bytes) -> tuple[str, str, int] | None:
    """Name for people, codec and length of the byte order mark that `head` starts with."""
    for bom, name, codec in _MARKS:
        if not head.startswith(bom):
            continue
        if name == "utf-16" and (wide := unmarked_wide(head[2:])) and wide.startswith("utf-32"):
            return "utf-32", wide, 2  # Salesforce's Data Loader writes UTF-32 behind the mark of UTF-16
        return name, codec, len(bom)
    return None


def unmarked_wide(head: bytes) -> str | None:
    """The UTF-16 or UTF-32 codec of text without a mark, where its zero bytes prove it.

    Text of mostly Latin letters has a zero in every other byte (three of four in UTF-32) and none in between.
    """
    data = np.frombuffer(head[: len(head) // 4 * 4][:65536], np.uint8).reshape(-1, 4)
    if len(data) < 2:
        return None
    zeros = (data == 0).mean(axis=0)
    patterns = {
        "utf-32-le": (0, 1, 1, 1),
        "utf-32-be": (1, 1, 1, 0),
        "utf-16-le": (0, 1, 0, 1),
        "utf-16-be": (1, 0, 1, 0),
    }
    for codec, pattern in patterns.items():
        if all(share > 0.9 if zero else share == 0 for share, zero in zip(zeros, pattern, strict=True)):
            return codec
    return None


def first_bad_utf8(content: Content) -> int | None:
    """The position of the first byte that is not UTF-8, None if all are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = 0
    pending = False
    for block in content.blocks(BLOCK):
        if pending or not block.isascii():
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return offset + error.start
            pending = bool(decoder.getstate()[0])
        offset += len(block)
    return max(0, offset - 1) if pending else None


def transcoded(content: Content, codec: str, limit: int) -> Content:
    """The text in UTF-8, in a temporary file. Refused where a byte is not of `codec`, or the codec is unknown."""
    return Content.of_blocks(_utf8_blocks(content, codec), limit)


def _utf8_blocks(content: Content, codec: str) -> Iterator[bytes]:
    try:
        decoder = codecs.getincrementaldecoder(codec)()
    except LookupError:
        raise Refused(f"no encoding is called {codec!r}; try utf-8, cp1252, iso-8859-1 or mac_roman") from None
    line = 1
    try:
        for block in content.blocks(BLOCK):
            text = decoder.decode(block)
            line += text.count("\n")
            yield text.encode("utf-8", errors="surrogatepass") if codec.startswith("utf") else text.encode("utf-8")
        yield decoder.decode(b"", True).encode("utf-8")
    except UnicodeError as error:
        raise Refused(f"it is not valid {codec}: {_reason(error)} near line {line}") from None


def _reason(error: UnicodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"the byte 0x{error.object[error.start]:02x} cannot be read"
    return "a character cannot be read"


def question(content: Content, name: str) -> Question:
    """Which encoding? With the file's own values in each that its bytes allow. Equal readings are given once."""
    used, sample = _non_ascii(content)
    values = list(dict.fromkeys(m[0].strip() for m in _WORD.finditer(sample)))[:400]
    readings: list[dict[str, Any]] = []
    seen: set[tuple[str, ...]] = set()
    for codec in (*_SINGLE_BYTE, *_MULTI_BYTE):
        decoded = _decoded(values, used, sample, codec)
        if decoded is None or decoded in seen:
            continue
        seen.add(decoded)
        readings.append({"answer": codec, "decoded": decoded})
    shown = _telling([r["decoded"] for r in readings], len(values))
    for reading in readings:
        decoded = reading.pop("decoded")
        reading["examples"] = [[_raw(values[i]), decoded[i]] for i in shown]
    text = (
        f"{name} is not UTF-8 and does not say how its letters are encoded. "
        "Choose the reading in which names look right; it is kept for this source."
    )
    return Question("encoding", "", text, tuple(readings))


def _non_ascii(content: Content) -> tuple[bytes, bytes]:
    """All byte values above 127 that occur, and the lines around the first of them (at most 1 MB)."""
    counts = np.zeros(256, np.int64)
    sample = b""
    for block in content.blocks(BLOCK):
        if block.isascii():
            continue
        counts += np.bincount(np.frombuffer(block, np.uint8), minlength=256)
        if len(sample) < _SAMPLE:
            lines = [part for part in block.splitlines(keepends=True) if not part.isascii()]
            sample += b"".join(lines)[: _SAMPLE - len(sample)]
    return bytes(i for i in range(128, 256) if counts[i]), sample


def _decoded(values: list[bytes], used: bytes, sample: bytes, codec: str) -> tuple[str, ...] | None:
    """The values read as `codec`; None where some byte of the file has no meaning in it."""
    try:
        if codec in _SINGLE_BYTE:
            if any(0x80 <= ord(c) < 0xA0 for c in used.decode(codec)):
                return None  # control characters: nobody writes them
        else:
            codecs.getincrementaldecoder(codec)().decode(sample)  # its last character may be cut
        return tuple(value.decode(codec) for value in values)
    except UnicodeDecodeError:
        return None


def _telling(decodings: list[tuple[str, ...]], count: int, limit: int = 6) -> list[int]:
    """Positions of the values that tell the readings apart best."""
    order = sorted(range(count), key=lambda i: -len({decoded[i] for decoded in decodings}))
    return sorted(order[:limit])


def _raw(value: bytes) -> str:
    """The bytes as written, those above 127 as \\xNN."""
    return value.decode("ascii", errors="backslashreplace")
