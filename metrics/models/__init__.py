"""The models of `metrics`, one file per subject."""

from metrics.models.policy import GeneralPolicy, QualityPolicyVersion
from metrics.models.pulses import Pulse
from metrics.models.runs import Due, MetricRun, MetricValue, ObjectChange
from metrics.models.targets import Target

__all__ = [
    "Due",
    "GeneralPolicy",
    "MetricRun",
    "MetricValue",
    "ObjectChange",
    "Pulse",
    "QualityPolicyVersion",
    "Target",
]
