"""Addresses of the policy's pages."""

from __future__ import annotations

from django.urls import path

from scoreboard.policy.views import line, quality

app_name = "policy"
urlpatterns = [
    path("policy/", quality.policy, name="quality"),
    path("policy/lines/<int:id>/", line.line, name="line"),
]
