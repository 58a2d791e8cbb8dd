"""Addresses of reps and accounts (accounts/ is the door's)."""

from __future__ import annotations

from django.urls import path

from scoreboard.people.views import account, rep, rep_by_name

urlpatterns = [
    path("reps/", rep_by_name, name="rep_by_name"),
    path("reps/<int:id>/", rep, name="rep"),
    path("customers/<int:id>/", account, name="account"),
]
