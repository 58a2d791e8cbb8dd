"""Fitted models as a run keeps them, so that one customer can be scored by the model of all without fitting it anew."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from metrics.definitions.lifetime import LifetimeModel
from metrics.definitions.statistics.btyd import BgNbd, GammaGamma


def to_json(model: LifetimeModel) -> dict[str, Any]:
    """Plain numbers; JSON keeps every digit of a double."""
    told = asdict(model)
    if told["purchases"]:
        told["purchases"].pop("log_likelihood")
    return told


def from_json(told: dict[str, Any]) -> LifetimeModel:
    """The reverse of `to_json`."""
    return LifetimeModel(
        margin=told["margin"],
        contract=told["contract"],
        purchases=BgNbd(**told["purchases"]) if told["purchases"] else None,
        spend=GammaGamma(**told["spend"]) if told["spend"] else None,
        cost=told["cost"],
    )
