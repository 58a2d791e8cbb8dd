"""Importing this module fills the registry: one line per topic."""

from __future__ import annotations

from metrics.definitions import acquisition as acquisition
from metrics.definitions import activity as activity
from metrics.definitions import attributed as attributed
from metrics.definitions import coaching_effect as coaching_effect
from metrics.definitions import coaching_hours as coaching_hours
from metrics.definitions import coaching_quality as coaching_quality
from metrics.definitions import cohorts as cohorts
from metrics.definitions import concentration as concentration
from metrics.definitions import cost as cost
from metrics.definitions import coverage as coverage
from metrics.definitions import deals as deals
from metrics.definitions import effort as effort
from metrics.definitions import first_sales as first_sales
from metrics.definitions import fit as fit
from metrics.definitions import forecasting as forecasting
from metrics.definitions import funnel as funnel
from metrics.definitions import growth as growth
from metrics.definitions import joint as joint
from metrics.definitions import lifetime as lifetime
from metrics.definitions import margin as margin
from metrics.definitions import motion_cost as motion_cost
from metrics.definitions import new_customers as new_customers
from metrics.definitions import productivity as productivity
from metrics.definitions import projection as projection
from metrics.definitions import pvm as pvm
from metrics.definitions import quality_share as quality_share
from metrics.definitions import recurring as recurring
from metrics.definitions import reps as reps
from metrics.definitions import revenue as revenue
from metrics.definitions import sourcing as sourcing
from metrics.definitions import stages as stages
from metrics.definitions import targets as targets
from metrics.definitions import training as training
from metrics.definitions import verdict as verdict
from metrics.definitions.base import Metric, all_metrics, get

__all__ = ["Metric", "all_metrics", "get"]
