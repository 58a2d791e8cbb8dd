"""Addresses of coaching."""

from __future__ import annotations

from django.urls import URLPattern, path

from coaching.views import (
    answer,
    around,
    cadence,
    effect,
    install,
    log,
    me,
    meetings,
    monday,
    overview,
    plans,
    sessions,
    training,
)

app_name = "coaching"
urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="overview"),
    path("log/", log.log, name="log"),
    path("log/token/", log.token, name="token"),
    path("log/rep/<int:pk>/", log.rep_details, name="rep_details"),
    path("app.webmanifest", install.manifest, name="manifest"),
    path("sw.js", install.service_worker, name="service_worker"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/<int:pk>/", sessions.edit, name="edit"),
    path("sessions/<int:pk>/delete/", sessions.delete, name="delete"),
    path("sessions/<int:pk>/share/", sessions.share, name="share"),
    path("sessions/<int:pk>/rate/", me.rate, name="rate"),
    path("sessions/<int:pk>/ask/", sessions.ask, name="ask"),
    path("useful/<str:token>/", answer.answer, name="answer"),
    path("commitments/<int:pk>/", me.settle, name="settle"),
    path("me/", me.me, name="me"),
    path("monday/", monday.monday_list, name="monday"),
    path("plans/", plans.plan, name="plan"),
    path("plans/<int:pk>/cancel/", plans.cancel, name="cancel_plan"),
    path("calendar/", plans.new_calendar, name="new_calendar"),
    path("calendar/<str:token>.ics", plans.calendar, name="calendar"),
    path("training/", training.training, name="training"),
    path("training/log/", training.log_training, name="log_training"),
    path("training/change/", training.log_change, name="log_change"),
    path("training/half-life/", training.half_life, name="half_life"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings-without/", around.meetings_without, name="meetings_without"),
    path("cadence/", cadence.cadence, name="cadence"),
    path("effect/", effect.effect, name="effect"),
    path("export/<str:name>.csv", sessions.export, name="export"),
]
