"""A page put together as gzip is the page, and its size does not depend on what its secrets are."""

from __future__ import annotations

import gzip
import secrets
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.gzipped import joined, packed


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=5), st.binary(max_size=100))
def test_what_comes_out_is_what_went_in(pieces: list[bytes], secret: bytes) -> None:
    assert gzip.decompress(joined(pieces, [packed(p) for p in pieces], secret)) == secret.join(pieces)


def test_another_program_reads_it() -> None:
    pieces = [b"<p>" + secrets.token_hex(40_000).encode(), b"<b>" * 50_000, b"</p>"]
    answer = joined(pieces, [packed(p) for p in pieces], b"token")
    assert len(answer) < sum(map(len, pieces)) / 2
    read = subprocess.run(["gzip", "-dc"], input=answer, capture_output=True, check=True)
    assert read.stdout == b"token".join(pieces)


@pytest.mark.parametrize("guess", [b"token=abcdef", b"token=uvwxyz"])
def test_a_right_guess_beside_the_secret_makes_the_page_no_smaller(
    guess: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an attacker could write into the page is no shorter for being like the secret."""
    monkeypatch.setattr(secrets, "randbelow", lambda most: 0)
    pieces, secret = [guess * 20, b"rest"], b"token=abcdef"
    blocks = [packed(p) for p in pieces]
    assert len(joined(pieces, blocks, secret)) == len(b"".join(blocks)) + 10 + 1 + 5 + len(secret) + 5 + 8


def test_the_size_of_the_same_page_differs() -> None:
    pieces = [b"page"]
    assert len({len(joined(pieces, [packed(p) for p in pieces], b"")) for _ in range(50)}) > 5
