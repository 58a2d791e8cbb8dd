"""Changing the company's own settings."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from core import hooks
from core.audit import record
from core.models import Company, User
from core.people import Refused

CALENDAR = ("fiscal_start_month", "weeks", "time_zone")


@transaction.atomic
def change_company(*, name: str, fiscal_start_month: int, time_zone: str, actor: User, weeks: str = "") -> bool:
    """Saves the settings; true where the calendar is another, so that every number is computed anew.

    Raises Refused with the field where a value is none.
    """
    Company.current()
    company = Company.objects.select_for_update().get(id=1)
    after = {
        "name": " ".join(name.split()), "fiscal_start_month": fiscal_start_month, "weeks": weeks,
        "time_zone": time_zone,
    }  # fmt: skip
    changed = {key: value for key, value in after.items() if getattr(company, key) != value}
    if not changed:
        return False
    before = {key: getattr(company, key) for key in changed}
    for key, value in changed.items():
        setattr(company, key, value)
    try:
        company.full_clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Refused(" ".join(sentences), field) from None
    company.save()
    record(verb="changed the company", actor=actor, target=company, before=before, after=changed)
    if calendar := bool(set(CALENDAR) & set(changed)):
        hooks.after_company_change()
    return calendar
