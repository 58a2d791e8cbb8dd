"""The company's own settings, for operators."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.access import for_operators, person
from core.company import change_company
from core.forms import CompanyForm
from core.models import Company
from core.people import Refused


@for_operators
@require_http_methods(["GET", "POST"])
def company(request: HttpRequest) -> HttpResponse:
    """GET shows the settings, POST saves them."""
    current = Company.current()
    known = {name: getattr(current, name) for name in ("name", "fiscal_start_month", "weeks", "time_zone")}
    form = CompanyForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            recomputes = change_company(actor=person(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, "Saved. All numbers are being computed anew." if recomputes else "Saved.")
            return redirect("core:company")
    status = 400 if form.errors else 200
    return render(request, "core/company.html", {"form": form, "company": current}, status=status)
