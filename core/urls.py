"""Addresses of core."""

from __future__ import annotations

from django.urls import path

from core import views

app_name = "core"
urlpatterns = [
    path("sign-in/<str:token>/", views.sign_in_link, name="sign_in_link"),
    path("theme/", views.theme, name="theme"),
    path("health/", views.health, name="health"),
]
