"""What the company sells: instruments, monitoring by subscription, services and consumables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from revenue.demo.stories import LAUNCHED_PRODUCT


@dataclass(frozen=True)
class Product:
    """One product; `cost` is its cost as a share of list price, `weight` how often it is sold within its family."""

    code: str
    name: str
    family: str
    list_price: int  # dollars
    cost: float
    weight: float


PRODUCTS = (
    Product("CV-100", "Corvid 100 Flow Meter", "Instruments", 4_800, 0.37, 3.0),
    Product("CV-300", "Corvid 300 Flow Meter", "Instruments", 9_600, 0.36, 2.0),
    Product("TN-200", "Tern 200 Gas Analyser", "Instruments", 18_500, 0.39, 2.0),
    Product("LY-500", "Lyra 500 Spectrometer", "Instruments", 42_000, 0.40, 1.5),
    Product("LY-700", LAUNCHED_PRODUCT, "Instruments", 58_000, 0.41, 1.5),
    Product("MC-STD", "Larkmoor Cloud Standard", "Monitoring", 1_200, 0.19, 3.0),
    Product("MC-PLUS", "Larkmoor Cloud Plus", "Monitoring", 2_900, 0.17, 2.0),
    Product("SV-CAL", "Calibration Plan", "Services", 2_400, 0.46, 2.0),
    Product("SV-COM", "Commissioning", "Services", 6_500, 0.48, 1.5),
    Product("SV-ONS", "On-site Service Day", "Services", 1_900, 0.50, 1.5),
    Product("CN-CRT", "Sensor Cartridges", "Consumables", 260, 0.38, 3.0),
    Product("CN-GAS", "Reference Gases", "Consumables", 140, 0.42, 2.0),
)
LIST_PRICE = np.array([p.list_price for p in PRODUCTS])
COST = np.array([p.cost for p in PRODUCTS])
LAUNCHED = next(i for i, p in enumerate(PRODUCTS) if p.name == LAUNCHED_PRODUCT)
_BEFORE_LAUNCH = LAUNCHED - 1  # what was bought in its place


def family(name: str) -> NDArray[np.int64]:
    """Indexes of a family's products."""
    return np.array([i for i, p in enumerate(PRODUCTS) if p.family == name])


def draw_products(
    rng: np.random.Generator, names: tuple[str, ...], days: NDArray[np.int64], launch: int
) -> NDArray[np.int64]:
    """One product of the families per day; the launched one only from its launch on, its forerunner before."""
    choice = np.concatenate([family(name) for name in names])
    weights = np.array([PRODUCTS[i].weight for i in choice])
    edges = np.cumsum(weights / weights.sum())
    drawn = choice[np.minimum(np.searchsorted(edges, rng.random(len(days)), side="right"), len(choice) - 1)]
    return np.where((drawn == LAUNCHED) & (days < launch), _BEFORE_LAUNCH, drawn)


def table(launch: int) -> pl.DataFrame:
    """`products` in the plain format."""
    old = -4_000  # days before the launch: the rest of the catalogue is old
    launched = [launch if i == LAUNCHED else launch + old + 150 * i for i in range(len(PRODUCTS))]
    return pl.DataFrame(
        {
            "product_id": [p.code for p in PRODUCTS],
            "name": [p.name for p in PRODUCTS],
            "family": [p.family for p in PRODUCTS],
            "list_price": [p.list_price for p in PRODUCTS],
            "unit_cost": [f"{p.list_price * p.cost:.2f}" for p in PRODUCTS],
            "currency": ["USD"] * len(PRODUCTS),
            "launched_on": pl.Series(launched, dtype=pl.Int32).cast(pl.Date),
        }
    )
