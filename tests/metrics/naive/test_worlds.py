"""The registry against a second, naive implementation on seeded random worlds."""

from __future__ import annotations

import pytest

from metrics.definitions.registry import all_metrics
from tests.metrics.naive.compare import differences
from tests.metrics.naive.keys import NAIVE
from tests.metrics.naive.worlds import make

CUTS: tuple[tuple[str, ...], ...] = (
    (), ("segment",), ("team",), ("rep",), ("region",), ("product_family",), ("route",), ("source_function",),
    ("industry",), ("segment", "region"),
)  # fmt: skip


# Their identities and published cases are tested instead.
WITHOUT = {
    "quality_split", "growth_verdict", "coaching_adherence", "coach_rating", "prebrief_rate", "debrief_rate",
    "commitments_kept", "best_practice_share", "training_hours", "training_currency", "training_currency_topic",
    "sourced_by_field", "sourced_first_touch", "sourced_before_sales", "sourced_pipeline_by_field",
    "sourced_pipeline_first_touch", "sourced_pipeline_before_sales", "influenced", "cac", "cost_of_sales_ratio",
    "magic_number", "cac_payback_months", "revenue_per_selling_hour", "gross_profit_per_selling_hour",
    "pipeline_coverage", "pipeline_coverage_total", "attributed", "campaign_cpa", "campaign_roas", "pvm_volume",
    "pvm_mix", "pvm_price", "pvm_new", "pvm_lost", "revenue_hhi", "top10_share", "revenue_bridge", "cohort_retention",
    "cohort_retention_revenue", "survival", "a_list_retention", "pipeline_velocity", "stuck_deals", "stage_conversion",
    "win_curve", "sales_cycle_days_open", "forecast", "forecast_wape", "forecast_bias", "pipeline_movement", "p_alive",
    "expected_purchases", "clv", "ltv_cac", "funnel_conversion", "cold_call_yield", "motion_mix", "motion_win_rate",
    "motion_cycle_days", "joint_attainment", "return_on_effort", "opportunity_cost", "overtime_share", "absence_rate",
    "walkaway_risk", "rep_quality", "rogue_superstar", "coaching_effect",
}  # fmt: skip


def test_every_metric_has_a_second_implementation() -> None:
    assert {metric.key for metric in all_metrics()} == {*NAIVE, *WITHOUT}


@pytest.mark.parametrize("seed", range(200))
def test_both_implementations_agree(seed: int) -> None:
    world, as_of = make(seed)
    by = CUTS[seed % len(CUTS)]
    assert differences(world, as_of, list(NAIVE), by, fiscal=(1, 4, 7)[seed % 3]) == []
