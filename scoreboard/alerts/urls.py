"""Addresses of alerts."""

from __future__ import annotations

from django.urls import path

from scoreboard.alerts import views

app_name = "alerts"
urlpatterns = [
    path("", views.alerts, name="list"),
    path("<int:pk>/take/", views.take, name="take"),
    path("<int:pk>/close/", views.close, name="close"),
    path("rules/", views.rules, name="rules"),
    path("rules/add/", views.rule, name="add"),
    path("rules/suggested/", views.suggested, name="suggested"),
    path("rules/<int:pk>/", views.rule, name="rule"),
    path("rules/<int:pk>/delete/", views.delete, name="delete"),
]
