"""The ideal customer profile as its form shows it and sends it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.http import QueryDict

from metrics.definitions.quality_policy import Attribute, Profile
from metrics.policy.checks import MOST, NUMBER_ATTRIBUTES, TEXT_ATTRIBUTES, Refused, attribute
from scoreboard.policy.bonus_form import number

SPARE = 2
MONEY = frozenset({"annual_revenue"})  # kept in ten-thousandths
NAMES = {
    "segment": "Segment", "industry": "Industry", "region": "Region", "country": "Country", "employees": "Employees",
    "annual_revenue": "Annual revenue",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One attribute as text."""

    name: str = ""
    weight: str = ""
    members: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Form:
    """All attributes and why."""

    rows: tuple[Row, ...] = ()
    why: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def more(self) -> tuple[Row, ...]:
        """The rows with spare ones behind."""
        return (*self.rows, *[Row()] * SPARE)

    def refused(self, error: Refused) -> Form:
        """The form with the refusal at its field."""
        return replace(self, errors={error.field or "form": str(error)})


def form_of(profile: Profile) -> Form:
    """The form filled with a profile."""
    return Form(tuple(_row(each) for each in profile.attributes))


def _row(each: Attribute) -> Row:
    def edge(value: int | None) -> str:
        if value is None:
            return ""
        return f"{(Decimal(value).scaleb(-4) if each.name in MONEY else Decimal(value)).normalize():f}"

    return Row(each.name, str(each.weight), ", ".join(sorted(each.members)), edge(each.low), edge(each.high))


def words_of(each: Attribute) -> str:
    """What an attribute asks for, in words."""
    row = _row(each)
    if row.members:
        return row.members
    low, high = (f"{Decimal(edge):,f}" if edge else "" for edge in (row.low, row.high))
    edges = (f"from {low}" if low else "", f"under {high}" if high else "")
    return ", ".join(edge for edge in edges if edge)


def read(data: QueryDict) -> Form:
    """The form as it was sent; empty rows are left out."""
    columns = [data.getlist(name)[: MOST + 1] for name in ("name", "weight", "members", "low", "high")]
    size = len(columns[0])
    cells = [[*column, *[""] * size][:size] for column in columns]
    rows = (Row(*(cell.strip() for cell in row)) for row in zip(*cells, strict=True))
    return Form(tuple(row for row in rows if row.name), data.get("why", ""))


def profile_of(form: Form) -> Profile:
    """The profile of the form. Raises Refused for what cannot be kept."""
    return Profile(tuple(attribute(_attribute(row)) for row in form.rows))


def _attribute(row: Row) -> Attribute:
    if row.name not in TEXT_ATTRIBUTES + NUMBER_ATTRIBUTES:
        raise Refused("Choose an attribute.", "profile")
    try:
        weight = int(row.weight or "1")
    except ValueError:
        raise Refused(f"“{row.weight[:20]}” is no weight: write a whole number.", "profile") from None
    if row.name in TEXT_ATTRIBUTES:
        return Attribute(row.name, weight, frozenset(m.strip() for m in row.members.split(",") if m.strip()))
    return Attribute(row.name, weight, low=_edge(row, row.low), high=_edge(row, row.high))


def _edge(row: Row, text: str) -> int | None:
    if not text:
        return None
    value = number(text, "profile")
    return int(value * 10_000) if row.name in MONEY else int(value)
