"""The models of `metrics`, one file per subject."""

from metrics.models.runs import Due, MetricRun, MetricValue
from metrics.models.targets import Target

__all__ = ["Due", "MetricRun", "MetricValue", "Target"]
