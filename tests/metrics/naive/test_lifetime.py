"""The fitted models beside a second way to the same numbers: their likelihood summed, their integrals done by rule."""

from __future__ import annotations

from math import log

import pytest

from metrics.definitions.lifetime import buyers as fitted
from metrics.definitions.policy import Setting
from metrics.definitions.scene import Scene
from tests.metrics.naive.compare import to_frames
from tests.metrics.naive.keys import View
from tests.metrics.naive.lifetime import alive, bg_nbd, buyers, expected, purchase_model
from tests.metrics.naive.market import full


@pytest.mark.parametrize("seed", [3, 17, 59])
def test_the_purchase_model_is_the_top_of_its_likelihood_and_its_forecasts_are_the_integrals(seed: int) -> None:
    world, as_of = full(seed)
    found = fitted(Scene(to_frames(world), Setting(as_of=as_of)))
    assert found is not None
    summary, model = found
    view = View(world, world, as_of, "all", 1, ())
    mine = buyers(view)
    theirs = [log(value) for value in (model.r, model.alpha, model.a, model.b)]
    assert bg_nbd(list(mine.values()), theirs) == pytest.approx(model.log_likelihood, abs=1e-6)
    # A simplex search from two places finds nothing better than this.
    assert bg_nbd(list(mine.values()), purchase_model(view)) - model.log_likelihood < 0.01
    for account, x, t_x, age in zip(
        summary.customer.tolist(), summary.frequency, summary.recency, summary.age, strict=True
    ):
        customer = mine[account]
        assert (customer.x, customer.t_x, customer.age) == (x, t_x, age)
        assert float(model.p_alive(x, t_x, age)) == pytest.approx(alive(theirs, customer), abs=1e-12)
        assert float(model.expected_purchases(52, x, t_x, age)) == pytest.approx(
            expected(theirs, customer, 52), rel=1e-8
        )
