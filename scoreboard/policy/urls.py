"""Addresses of the policy's pages."""

from __future__ import annotations

from django.urls import path

from scoreboard.policy.views import bonus, line, profile, quality, restatements, targets

app_name = "policy"
urlpatterns = [
    path("policy/", quality.policy, name="quality"),
    path("policy/lines/<int:id>/", line.line, name="line"),
    path("profile/", profile.profile, name="profile"),
    path("bonus/", bonus.bonus, name="bonus"),
    path("restatements/", restatements.restatements, name="restatements"),
    path("restatements/waiting/", restatements.held, name="held"),
    path("targets/", targets.targets, name="targets"),
    path("targets/<int:id>/", targets.edit, name="edit_target"),
]
