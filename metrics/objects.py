"""Targets, the importable object of metrics."""

from __future__ import annotations

from revenue.objects import Column, Kind, ObjectSpec, register

TARGETS = register(
    ObjectSpec(
        "targets",
        "Targets",
        "metrics.Target",
        (
            Column("metric", Kind.TEXT, required=True, help="the metric's key, such as net_revenue"),
            Column("period_start", Kind.DATE, required=True),
            Column("period_end", Kind.DATE, required=True),
            Column("amount", Kind.NUMBER, required=True),
            Column("currency", Kind.CURRENCY),
            Column("team", Kind.TEXT),
            Column("rep", Kind.REF, refers_to="reps"),
            Column("segment", Kind.TEXT),
            Column("function", Kind.TEXT),
        ),
        key=("metric", "period_start", "period_end", "team", "rep", "segment", "function"),
        unlocks="attainment, the plan beside the actual, and the verdict",
    )
)
