"""The pages of django-allauth that are in use.

Left out: sign-up, and changing one's own e-mail address. Reps are linked to their rows by address, so whoever could
choose an address could choose whose rows they see; operators change addresses. Left out too: resetting a password by
mail, since no mail leaves the server; operators give out a sign-in link instead.
"""

from __future__ import annotations

from allauth.account import views
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic.base import RedirectView

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    # The account page shows the second factors.
    path("2fa/", login_required(RedirectView.as_view(pattern_name="core:account"))),
    path("2fa/", include("allauth.mfa.urls")),
]
