"""The company's own settings: one row, seen and changed by an operator."""

from __future__ import annotations

import zoneinfo
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import JSONObject
from django.utils import timezone

from core.periods import Calendar
from core.unchanged import while_unchanged


def _known_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"{name} is not a time zone; use a name such as Europe/Berlin")


WEEKS = [
    ("", "Calendar months"),
    ("4-4-5", "Weeks, 4-4-5"),
    ("4-5-4", "Weeks, 4-5-4"),
    ("5-4-4", "Weeks, 5-4-4"),
]


class Company(models.Model):
    """Name, fiscal calendar and time zone. The currency is fixed by ASSAY_CURRENCY when the first row comes in."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.TextField(default="", blank=True)
    fiscal_start_month = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    weeks = models.TextField(default="", blank=True, choices=WEEKS)
    time_zone = models.TextField(default="UTC", validators=[_known_zone])

    class Meta:
        verbose_name_plural = "companies"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="core_company_single_row"),
            models.CheckConstraint(
                condition=models.Q(fiscal_start_month__range=(1, 12)), name="core_company_fiscal_month"
            ),
            models.CheckConstraint(
                condition=models.Q(weeks__in=[pattern for pattern, _ in WEEKS]), name="core_company_weeks"
            ),
        ]

    def __str__(self) -> str:
        return self.name or "the company"

    @classmethod
    def current(cls) -> Company:
        """The company, made with its defaults on first use. A page reads it when something has changed."""
        return while_unchanged("company", cls._read)

    @classmethod
    def _read(cls) -> Company:
        company = cls.objects.filter(id=1).first()
        if company is None:
            company, _ = cls.objects.get_or_create(id=1, defaults={"time_zone": settings.TIME_ZONE})
        return company

    @classmethod
    def as_json(cls) -> models.QuerySet[Company, dict[str, Any]]:
        """Its columns as one value, to be read along with something else; for `remember`."""
        columns = {field.attname: field.attname for field in cls._meta.concrete_fields}
        return cls.objects.filter(id=1).values(json=JSONObject(**columns))

    @classmethod
    def remember(cls, columns: dict[str, Any] | None) -> None:
        """Spares `current` its query in this request and until something changes; None: there is no row yet."""
        if columns is not None:
            names = [field.attname for field in cls._meta.concrete_fields]  # JSON does not keep their order
            while_unchanged("company", lambda: cls.from_db(None, names, [columns[name] for name in names]))

    @property
    def currency(self) -> str:
        """ISO code of the company currency."""
        return str(settings.ASSAY_CURRENCY)

    @property
    def calendar(self) -> Calendar:
        """Its fiscal calendar."""
        return Calendar(fiscal_start=self.fiscal_start_month, weeks=self.weeks)

    def today(self) -> date:
        """Today's date where the company is."""
        return timezone.now().astimezone(zoneinfo.ZoneInfo(self.time_zone)).date()
