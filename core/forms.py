"""Forms of the operators' pages. They read what was typed; whether it may be is decided by the actions."""

from __future__ import annotations

import calendar
import zoneinfo

from django import forms

from core.models import Role, Team
from core.models.company import WEEKS

MONTHS = [(number, calendar.month_name[number]) for number in range(1, 13)]


class PersonForm(forms.Form):
    """Somebody's address, name, role and teams."""

    name = forms.CharField(max_length=200, label="Name")
    email = forms.EmailField(max_length=254, label="E-mail address")
    role = forms.ChoiceField(choices=Role.choices, label="Role")
    teams = forms.ModelMultipleChoiceField(queryset=Team.objects.all(), required=False, label="Teams")


class CompanyForm(forms.Form):
    """The company's name and calendar."""

    name = forms.CharField(max_length=200, required=False, label="Name")
    fiscal_start_month = forms.TypedChoiceField(choices=MONTHS, coerce=int, label="The fiscal year begins in")
    weeks = forms.ChoiceField(choices=WEEKS, required=False, label="Months are")
    time_zone = forms.ChoiceField(label="Time zone")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["time_zone"].choices = [(zone, zone.replace("_", " ")) for zone in zones()]  # type: ignore[attr-defined]


class AuditFilter(forms.Form):
    """What part of the audit is shown."""

    q = forms.CharField(max_length=100, required=False)
    verb = forms.CharField(max_length=100, required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)


def zones() -> list[str]:
    """The time zones people live in, and UTC; the database's other names are aliases and fixed offsets."""
    known = zoneinfo.available_timezones()
    return ["UTC", *sorted(z for z in known if "/" in z and not z.startswith(("Etc/", "SystemV/", "posix/", "right/")))]
