"""The quality policy: five tests, their thresholds, and from which day each version is in force."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

TESTS: tuple[str, ...] = ("margin", "price", "route", "fit", "durability")


@dataclass(frozen=True)
class Threshold:
    """A limit in ten-thousandths, for everything or for a product family or a segment (both: for lines with both)."""

    value: int
    product_family: str | None = None
    segment: str | None = None


@dataclass(frozen=True)
class QualityPolicy:
    """One version. Of several thresholds the most specific counts: family and segment, family, segment, general.

    Without any threshold that fits a line, the test is unknown for it. `tests` are those that count at all.
    """

    version: int = 1
    since: date = date.min
    tests: tuple[str, ...] = TESTS
    margin_floor: tuple[Threshold, ...] = (Threshold(3_000),)
    discount_cap: tuple[Threshold, ...] = (Threshold(2_000),)
    grey_routes: frozenset[str] = frozenset({"broker"})
    strategic_segments: frozenset[str] = frozenset()
    fit_line: int = 6_000  # ideal-customer fit at or above, as a share in ten-thousandths
    clv_multiple: int = 30_000  # expected lifetime value over acquisition cost, while durability cannot be known

    def __post_init__(self) -> None:
        """Raises ValueError on a test that does not exist."""
        stray = set(self.tests) - set(TESTS)
        if stray:
            raise ValueError(f"there is no quality test {', '.join(sorted(stray))}; there are {', '.join(TESTS)}")


@dataclass(frozen=True)
class Attribute:
    """One attribute of the ideal customer: accounts whose `name` is one of `members` match, with this weight.

    `name` is segment, region, industry or country (text members), or employees or annual_revenue with [low, high).
    """

    name: str
    weight: int
    members: frozenset[str] = frozenset()
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Profile:
    """The ideal customer profile."""

    attributes: tuple[Attribute, ...] = field(default=())
