"""The company's policy, as computations and pages read it. It is changed by `metrics.policy.actions` alone."""

from metrics.policy.reading import (
    BUILT_IN,
    Version,
    floor_on,
    in_force,
    load_policy,
    quality_floor,
    versions,
    weekly_hours,
)

__all__ = [
    "BUILT_IN",
    "Version",
    "floor_on",
    "in_force",
    "load_policy",
    "quality_floor",
    "versions",
    "weekly_hours",
]
