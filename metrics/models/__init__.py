"""The models of `metrics`, one file per subject."""

from metrics.models.runs import MetricRun, MetricValue
from metrics.models.targets import Target

__all__ = ["MetricRun", "MetricValue", "Target"]
