"""Targets and collaboration pulses, the importable objects of metrics."""

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
PULSES = register(
    ObjectSpec(
        "pulses",
        "Collaboration pulses",
        "metrics.Pulse",
        (
            Column("rep", Kind.REF, required=True, refers_to="reps", help="whom the answer is about"),
            Column("given_on", Kind.DATE, required=True),
            Column(
                "score",
                Kind.CHOICE,
                required=True,
                choices=("1", "2", "3", "4", "5"),
                help="1–5: how good it is to work with them",
            ),
        ),
        key=("rep", "given_on", "score"),
        content_key=True,
        unlocks="collaboration beside a rep's revenue, from five answers on",
    )
)
