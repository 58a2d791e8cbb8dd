"""Seeded randomness, one independent stream per part, so that a change in one file leaves the others as they were."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray


def stream(seed: int, part: str, chunk: int = 0) -> np.random.Generator:
    """The random stream of one part of the company."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(part.encode()), chunk]))


def pick(rng: np.random.Generator, weights: NDArray[np.float64] | list[float], size: int) -> NDArray[np.int64]:
    """`size` indexes drawn with the given weights."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    found: NDArray[np.int64] = np.searchsorted(edges, rng.random(size) * edges[-1], side="right").astype(np.int64)
    return found


def pick_rows(rng: np.random.Generator, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """One index per row of a table of weights (rows × choices)."""
    edges = np.cumsum(weights, axis=1)
    found: NDArray[np.int64] = (rng.random(len(weights))[:, None] * edges[:, -1:] >= edges).sum(axis=1)
    return found


def sample_evenly(rng: np.random.Generator, chances: NDArray[np.float64]) -> NDArray[np.bool_]:
    """True for each row with its chance, so evenly that any run of rows has its expected number, give or take one.

    Systematic sampling: a small company then shows the rates it is meant to show, not the luck of one seed.
    """
    steps = np.floor(np.cumsum(chances) + rng.random())
    return np.diff(steps, prepend=0.0) >= 1.0


def positions(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, … within each group of the given sizes: the partner of `np.repeat(values, counts)`."""
    ends = np.cumsum(counts)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts)
