"""Counted twice? Somebody says that it is not, and may take that back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from core.show import sentence
from revenue import different_money, doubles
from revenue.models import DifferentMoney
from revenue.views.access import importer


@require_POST
@login_required
def different(request: HttpRequest) -> HttpResponse:
    """Remembers that two kinds of lines, named by their newest imports, are different money."""
    user = importer(request)
    wanted = (request.POST.get("one", ""), request.POST.get("other", ""))
    found = next((d for d in doubles.known() if (str(d.one.batch), str(d.other.batch)) == wanted), None)
    if found is None:
        messages.error(request, "These two are not on the list any more.")
        return redirect("revenue:quality")
    try:
        different_money.say(of=found.pair, actor=user)
    except ValueError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, "Kept as different money: both count, and this is not asked again.")
    return redirect("revenue:quality")


@require_POST
@login_required
def take_back(request: HttpRequest, id: int) -> HttpResponse:
    """Takes the word back."""
    user = importer(request)
    word = get_object_or_404(DifferentMoney.objects.visible_to(user), pk=id)
    try:
        different_money.take_back(word=word, actor=user)
    except ValueError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, "Taken back. Where the two look alike it is said again.")
    return redirect("revenue:quality")
