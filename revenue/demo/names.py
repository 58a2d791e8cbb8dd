"""Invented names of people and companies. None is meant to be anybody's."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

FIRST = (
    "Amara", "Bastian", "Chiyo", "Davor", "Elowen", "Faisal", "Greta", "Hamid", "Ines", "Jovan", "Keziah", "Lucan",
    "Mirela", "Nadir", "Oksana", "Petra", "Quillon", "Rashida", "Soren", "Tamsin", "Ulla", "Vikram", "Wanda",
    "Xiomara", "Yusuf", "Zelda", "Anouk", "Benno", "Calista", "Dimitra", "Emeka", "Fenna", "Goran", "Hana", "Idris",
    "Jolanta", "Kofi", "Leilani", "Marek", "Noor", "Otto", "Priya", "Rosalind", "Stellan", "Thandiwe", "Umberto",
    "Vesna", "Wyatt", "Yara", "Zoran",
)  # fmt: skip
LAST = (
    "Abernoth", "Bexford", "Calderwyn", "Drossel", "Eastermoor", "Fennimar", "Galbrun", "Hollenby", "Ixworth",
    "Jessamer", "Kirrane", "Lathevar", "Mosswick", "Navarret", "Ostermill", "Pellworth", "Quenby", "Rademar",
    "Sallowby", "Tarrowen", "Ulvstrom", "Varrick", "Wexholm", "Yarrowby", "Zellinger", "Adeyoro", "Banzuela",
    "Chakravel", "Demirkol", "Endalew", "Fukumori", "Gutierroz", "Hoangvu", "Ishidaro", "Jimenoz", "Kowalczer",
    "Lindqvar", "Mbekani", "Nakasone", "Okonjara", "Petrosian", "Qureshan", "Rantanel", "Srinivar", "Tkachuron",
    "Uzomaka", "Vandermoor", "Wojtalik", "Yilmazer", "Zubairov",
)  # fmt: skip
_HEADS = (
    "Al", "Bren", "Cor", "Dal", "Es", "Fal", "Gar", "Hal", "Ist", "Jor", "Kel", "Lor", "Mar", "Nor", "Ost", "Pel",
    "Quor", "Ral", "Sel", "Tor", "Ul", "Ver", "Wex", "Yor", "Zan", "Ark", "Bel", "Cal", "Dor", "Elm",
)  # fmt: skip
_TAILS = (
    "adine", "agon", "alis", "andra", "arden", "avel", "ecta", "edra", "elis", "enta", "era", "eston", "evane", "ia",
    "idian", "igon", "ilar", "inar", "ion", "iska", "itane", "ivar", "obar", "odane", "olen", "omar", "onia", "ora",
    "oster", "ova", "uden", "ulane", "umera", "uren", "usk", "uvar", "wick", "worth", "yra", "yston",
)  # fmt: skip
KINDS = {
    "Pharmaceuticals": ("Pharma", "Biologics", "Therapeutics", "Life Sciences"),
    "Chemicals": ("Chemicals", "Polymers", "Coatings", "Specialties"),
    "Energy": ("Energy", "Power", "Refining", "Gas Networks"),
    "Food & Beverage": ("Foods", "Dairies", "Breweries", "Ingredients"),
    "Water Utilities": ("Water", "Waterworks", "Utilities", "Treatment"),
    "Semiconductors": ("Semiconductor", "Photonics", "Wafers", "Microsystems"),
    "Education": ("University Labs", "Institute", "Polytechnic", "Research Centre"),
    "Public Sector": ("Standards Office", "Environmental Agency", "Port Authority", "Inspection Service"),
}
INDUSTRIES = tuple(KINDS)


def account_names(numbers: NDArray[np.int64], industry: NDArray[np.int64]) -> pl.Series:
    """One name per account, each different: an invented word, what the industry calls itself, a number if all are used.

    `numbers` counts accounts from 0, `industry` is an index into INDUSTRIES.
    """
    words = [head + tail for head in _HEADS for tail in _TAILS]
    stride = 787  # coprime to the number of words, so that neighbours sound different
    word = pl.Series(words).gather((numbers * stride) % len(words))
    kinds = pl.Series([name for names in KINDS.values() for name in names])
    turn = numbers // len(words)
    kind = kinds.gather(industry * 4 + turn % 4)
    lap = pl.Series(turn // 4)
    tail = pl.select(pl.when(lap > 0).then(" " + (lap + 1).cast(pl.String)).otherwise(pl.lit(""))).to_series()
    return word + " " + kind + tail


def person_names(numbers: NDArray[np.int64]) -> tuple[pl.Series, pl.Series]:
    """First and last names for contacts, repeating after 2,500."""
    first = pl.Series(FIRST).gather(numbers % len(FIRST))
    last = pl.Series(LAST).gather((numbers // len(FIRST) + numbers * 7) % len(LAST))
    return first, last
