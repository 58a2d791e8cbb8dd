"""Addresses of core."""

from __future__ import annotations

from django.urls import path

from core.views import account, audit, company, door, people

app_name = "core"
urlpatterns = [
    path("sign-in/<str:token>/", door.sign_in_link, name="sign_in_link"),
    path("theme/", door.theme, name="theme"),
    path("health/", door.health, name="health"),
    path("account/", account.account, name="account"),
    path("account/sign-out-elsewhere/", account.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="add_person"),
    path("people/<int:pk>/", people.person_page, name="person"),
    path("people/<int:pk>/switch/", people.switch, name="switch_person"),
    path("people/<int:pk>/link/", people.new_link, name="new_link"),
    path("people/<int:pk>/second-factor/", people.remove_factor, name="remove_factor"),
    path("company/", company.company, name="company"),
    path("audit/", audit.events, name="audit"),
]
