"""The importable objects of coaching, in the plain format."""

from __future__ import annotations

from revenue.objects import Column, Kind, ObjectSpec, register

SESSION_KINDS = ("one_on_one", "pre_brief", "debrief", "ride_along", "call_review", "role_play", "group")
CHANGE_KINDS = ("product", "vertical", "competitor", "buying_habit")

COACHING_SESSIONS = register(
    ObjectSpec(
        "coaching_sessions",
        "Coaching sessions",
        "coaching.CoachingSession",
        (
            Column("manager", Kind.REF, required=True, refers_to="reps"),
            Column("rep", Kind.TEXT, required=True, help="rep id, exact name or e-mail; several separated by ;"),
            Column("held_on", Kind.DATE, required=True),
            Column("minutes", Kind.NUMBER, required=True),
            Column("kind", Kind.CHOICE, required=True, choices=SESSION_KINDS),
            Column("deal_id", Kind.ID, refers_to="deals"),
            Column("topic", Kind.TEXT),
            Column("planned", Kind.BOOLEAN),
            Column("useful", Kind.INTEGER, help="1–5, the rep's own answer"),
        ),
        key=("manager", "rep", "held_on", "kind"),
        content_key=True,
        unlocks="coaching hours beside the pipeline",
    )
)
TRAININGS = register(
    ObjectSpec(
        "trainings",
        "Trainings",
        "coaching.Training",
        (
            Column("topic", Kind.TEXT, required=True),
            Column("rep", Kind.REF, required=True, refers_to="reps"),
            Column("held_on", Kind.DATE, required=True),
            Column("hours", Kind.NUMBER),
            Column("course", Kind.TEXT),
            Column("cost", Kind.MONEY),
            Column("currency", Kind.CURRENCY),
        ),
        key=("topic", "rep", "held_on"),
        content_key=True,
        unlocks="who is current on what",
    )
)
CHANGE_EVENTS = register(
    ObjectSpec(
        "change_events",
        "Change events",
        "coaching.ChangeEvent",
        (
            Column("kind", Kind.CHOICE, required=True, choices=CHANGE_KINDS),
            Column("name", Kind.TEXT, required=True),
            Column("on_date", Kind.DATE, required=True),
            Column("topics", Kind.TEXT, help="training topics made stale, separated by ;"),
        ),
        key=("kind", "name", "on_date"),
        unlocks="training that a change has made stale",
    )
)
SALES_MEETINGS = register(
    ObjectSpec(
        "sales_meetings",
        "Sales meetings",
        "coaching.SalesMeeting",
        (
            Column("held_on", Kind.DATE, required=True),
            Column("team", Kind.TEXT, required=True),
            Column("minutes", Kind.NUMBER, required=True),
            Column("best_practice_minutes", Kind.NUMBER),
            Column("productivity_minutes", Kind.NUMBER),
            Column("deal_review_minutes", Kind.NUMBER),
            Column("anecdote_minutes", Kind.NUMBER),
        ),
        key=("held_on", "team"),
        content_key=True,
        unlocks="how much of the meetings is about practice",
    )
)
