"""The people of an installation, for operators: add, change, switch off and on, one-time links."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import people as actions
from core.access import for_operators, person
from core.forms import PersonForm
from core.models import AuditEvent, Role, Team, User

PAGE = 50
SHOWN = 10
# What each role is for, in the words of somebody who has to choose one.
ROLES = {
    Role.OPERATOR: "Runs this installation: imports, people, settings. Sees every number.",
    Role.CEO: "Sees every number, logs coaching.",
    Role.SALES_LEADER: "Sees every number, logs coaching.",
    Role.MARKETING_LEADER: "Sees every number.",
    Role.SALES_MANAGER: "Sees and coaches the teams chosen below.",
    Role.REP: "Sees their own rows: those of the rep with the same e-mail address in the imports.",
}


@for_operators
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, by name; `?q=` for some, `?role=` for a role, `?show=off` for those who are switched off."""
    search, role, show = (request.GET.get(name, "").strip()[:100] for name in ("q", "role", "show"))
    factor = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    found = User.objects.annotate(second_factor=Exists(factor)).prefetch_related("teams").order_by("name", "pk")
    found = found.filter(is_active=show != "off")
    if search:
        found = found.filter(Q(name__icontains=search) | Q(email__icontains=search) | Q(teams__name__icontains=search))
    if role in Role.values:
        found = found.filter(role=role)
    page = Paginator(found.distinct(), PAGE).get_page(request.GET.get("page"))
    off = User.objects.filter(is_active=False).count()
    context = {"page": page, "search": search, "role": role, "show": show, "roles": Role.choices, "off": off}
    return render(request, "core/people.html", context)


@for_operators
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST adds the person and shows their link, this once."""
    form = PersonForm(request.POST or None, initial={"role": Role.SALES_MANAGER})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                added = actions.add_person(actor=person(request), **form.cleaned_data)
                token = actions.issue_link(person=added, actor=person(request))
        except actions.Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            return _link_page(request, added, token, added=True)
    status = 400 if form.errors else 200
    return render(request, "core/person_add.html", {"form": form, **_choices(form)}, status=status)


@for_operators
@require_http_methods(["GET", "POST"])
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows one person, POST changes name, address, role and teams."""
    someone = get_object_or_404(User, pk=pk)
    known = {name: getattr(someone, name) for name in ("name", "email", "role")}
    form = PersonForm(request.POST or None, initial={**known, "teams": list(someone.teams.all())})
    if request.method == "POST" and form.is_valid():
        given, actor = form.cleaned_data, person(request)
        try:
            with transaction.atomic():
                actions.change_address(person=someone, email=given["email"], name=given["name"], actor=actor)
                actions.change_role(person=someone, role=given["role"], teams=given["teams"], actor=actor)
        except actions.Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, "Saved.")
            return redirect("core:person", pk=pk)
    context = {
        "someone": someone,
        "form": form,
        "factor": Authenticator.objects.filter(user=someone).exists(),
        "events": AuditEvent.objects.filter(Q(actor_id=pk) | Q(target_type="core.User", target_id=str(pk)))[:SHOWN],
        **_choices(form),
    }
    return render(request, "core/person.html", context, status=400 if form.errors else 200)


@for_operators
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switches somebody off (`to=off`) or on."""
    someone = get_object_or_404(User, pk=pk)
    off = request.POST.get("to") == "off"
    try:
        (actions.switch_off if off else actions.switch_on)(person=someone, actor=person(request))
        messages.success(request, f"{someone} is switched {'off and signed out everywhere' if off else 'on'}.")
    except actions.Refused as refused:
        messages.error(request, str(refused))
    return redirect("core:person", pk=pk)


@for_operators
@require_POST
def new_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows a new one-time link, this once."""
    someone = get_object_or_404(User, pk=pk)
    try:
        token = actions.issue_link(person=someone, actor=person(request))
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return redirect("core:person", pk=pk)
    return _link_page(request, someone, token)


@for_operators
@require_POST
def remove_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes somebody's second factor."""
    someone = get_object_or_404(User, pk=pk)
    removed = actions.remove_second_factor(person=someone, actor=person(request))
    messages.success(request, f"{someone} has no second factor any more." if removed else f"{someone} has none.")
    return redirect("core:person", pk=pk)


@sensitive_variables("token")
def _link_page(request: HttpRequest, someone: User, token: str, *, added: bool = False) -> HttpResponse:
    """Answered to the POST itself: the link is in no address, no session and no log."""
    link = request.build_absolute_uri(reverse("core:sign_in_link", args=[token]))
    context = {"someone": someone, "link": link, "added": added, "hours": actions.LINK_HOURS}
    return render(request, "core/link.html", context)


def _choices(form: PersonForm) -> dict[str, Any]:
    """Roles with their words, and all teams with whether each is chosen."""
    chosen = {str(getattr(team, "pk", team)) for team in form["teams"].value() or ()}
    return {
        "roles": [(r.value, r.label, ROLES[r]) for r in Role],
        "teams": [(team, str(team.pk) in chosen) for team in Team.objects.all()],
    }
