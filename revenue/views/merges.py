"""Names that are probably one: proposed, merged or kept apart, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from core.models import User
from core.show import sentence
from revenue import merges, objects
from revenue.models import Merge
from revenue.near_misses import DIMENSIONS, known, proposal
from revenue.views.access import importer, reader

PAGE = 50
DECIDED = 50


@require_GET
@login_required
def proposals(request: HttpRequest) -> HttpResponse:
    """Near-miss names of one dimension, those with most at stake first, and what was decided before."""
    user = reader(request)
    object = request.GET.get("object", "")
    found = known()
    if object not in DIMENSIONS:
        object = max(DIMENSIONS, key=lambda name: found[name].count)
    page = Paginator(found[object].pairs, PAGE).get_page(request.GET.get("page"))
    context = {
        "object": object,
        "dimensions": [(name, objects.get(name).label, found[name].count) for name in DIMENSIONS],
        "page": page,
        "more": found[object].count - len(found[object].pairs),
        "pairs": [proposal(object, pair) for pair in page],
        "decided": Merge.objects.visible_to(user)
        .filter(object=object)
        .exclude(decision=Merge.Decision.REVERSED)[:DECIDED],
    }
    return render(request, "revenue/merges.html", context)


@require_POST
@login_required
def decide(request: HttpRequest) -> HttpResponse:
    """Merges a pair, or keeps it apart."""
    user = importer(request)
    object, alias, kept = (request.POST.get(name, "") for name in ("object", "alias", "kept"))
    if object in DIMENSIONS and alias.isdecimal() and kept.isdecimal():
        if request.POST.get("swap"):
            alias, kept = kept, alias
        _decide(request, user, object, int(alias), int(kept))
    else:
        messages.error(request, "Choose a pair from the list.")
    return redirect(f"{request.path.removesuffix('decide/')}?object={object if object in DIMENSIONS else ''}")


def _decide(request: HttpRequest, user: User, object: str, alias: int, kept: int) -> None:
    declined = request.POST.get("decision") == "decline"
    act = merges.decline if declined else merges.accept
    try:
        merge = act(object=object, alias=alias, kept=kept, actor=user)
    except ValueError as error:
        messages.error(request, sentence(error))
        return
    if declined:
        messages.success(request, f"“{merge.alias_name}” and “{merge.kept_name}” stay apart.")
    else:
        messages.success(
            request, f"“{merge.alias_name}” now counts as “{merge.kept_name}”, here and in later imports. "
            "The numbers are being computed again.",
        )  # fmt: skip


@require_POST
@login_required
def take_back(request: HttpRequest, id: int) -> HttpResponse:
    """Takes a decision back."""
    user = importer(request)
    merge = get_object_or_404(Merge.objects.visible_to(user), pk=id)
    try:
        merges.take_back(merge=merge, actor=user)
    except ValueError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, f"“{merge.alias_name}” and “{merge.kept_name}” are two again.")
    return redirect(f"/imports/merges/?object={merge.object}")
