"""Every address, by app."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("core.signin_urls")),
    path("coaching/", include("coaching.urls")),
    path("imports/", include("revenue.urls")),
    path("", include("core.urls")),
    path("", include("scoreboard.urls")),
]
