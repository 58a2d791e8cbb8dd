"""A page as gzip, put together from pieces that were compressed once and secrets that are never compressed.

A deflate stream (RFC 1951) is a row of blocks. A piece compressed on its own, and flushed to a whole byte, can stand
between any others; a secret stands between them as a block that is stored as it is. So an answer costs no compression,
and the size of an answer says nothing about a secret in it (the attack called BREACH). As in Django's own middleware, a
file name of random length in the header (RFC 1952) hides what the size might tell of the rest.
"""

from __future__ import annotations

import secrets
import struct
import zlib
from collections.abc import Sequence

LEVEL = 6
LONGEST_NAME = 100
_NAMED = b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\xff"  # gzip, deflate, a name follows, no time, system unknown
_END = b"\x01\x00\x00\xff\xff"  # the last block, empty


def packed(piece: bytes) -> bytes:
    """The piece as deflate blocks that refer to nothing outside of it and end on a whole byte."""
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(piece) + deflate.flush(zlib.Z_FULL_FLUSH)


def joined(pieces: Sequence[bytes], packed_pieces: Sequence[bytes], secret: bytes) -> bytes:
    """`secret.join(pieces)` as gzip; `packed_pieces` are the pieces by `packed`. The secret has fewer than 64 KB."""
    block = struct.pack("<BHH", 0, len(secret), len(secret) ^ 0xFFFF) + secret
    crc = zlib.crc32(pieces[0])
    for piece in pieces[1:]:
        crc = zlib.crc32(piece, zlib.crc32(secret, crc))
    size = sum(map(len, pieces)) + len(secret) * (len(pieces) - 1)
    name = secrets.token_hex(LONGEST_NAME // 2)[: secrets.randbelow(LONGEST_NAME)].encode() + b"\0"
    tail = struct.pack("<II", crc, size & 0xFFFFFFFF)
    return b"".join((_NAMED, name, block.join(packed_pieces), _END, tail))
