"""A quality policy as its form shows it and sends it. What may be kept is decided by `metrics.policy.actions`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from django.http import QueryDict

from metrics.definitions.quality_policy import TESTS, QualityPolicy, Threshold
from metrics.models import MetricValue
from metrics.policy import Version
from metrics.policy.checks import MOST, Refused

SPARE = 2  # empty rows for further exceptions


@dataclass(frozen=True)
class Limit:
    """A row of the form: a percentage and what it is for."""

    value: str = ""
    family: str = ""
    segment: str = ""


@dataclass(frozen=True)
class Form:
    """Every field as text, so that what was typed stands there again."""

    since: str = ""
    whole: bool = False  # from the beginning
    tests: frozenset[str] = frozenset(TESTS)
    margin: tuple[Limit, ...] = (Limit(),)  # the first is for everything
    price: tuple[Limit, ...] = (Limit(),)
    routes: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    fit: str = ""
    multiple: str = ""
    floor: str = ""
    why: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def margin_more(self) -> tuple[Limit, ...]:
        """Exceptions with spare rows."""
        return (*self.margin[1:], *[Limit()] * SPARE)

    @property
    def price_more(self) -> tuple[Limit, ...]:
        """Exceptions with spare rows."""
        return (*self.price[1:], *[Limit()] * SPARE)


def number(units: int, places: int = 2) -> str:
    """Ten-thousandths as a form shows them: in percent with `places` 2."""
    return f"{Decimal(units).scaleb(-places).normalize():f}"


def form_of(version: Version, today: date) -> Form:
    """The form filled with a version, to begin today."""
    policy = version.policy
    return Form(
        since=today.isoformat(),
        tests=frozenset(policy.tests),
        margin=_rows(policy.margin_floor),
        price=_rows(policy.discount_cap),
        routes=policy.grey_routes,
        segments=policy.strategic_segments,
        fit=number(policy.fit_line),
        multiple=number(policy.clv_multiple, 4),
        floor=number(version.row.quality_floor) if version.row else "",
    )


def _rows(limits: Sequence[Threshold]) -> tuple[Limit, ...]:
    general = [t for t in limits if t.product_family is None and t.segment is None]
    others = [t for t in limits if t not in general]
    first = Limit(number(general[0].value)) if general else Limit()
    return (first, *(Limit(number(t.value), t.product_family or "", t.segment or "") for t in others))


def read(data: QueryDict) -> Form:
    """The form as it was sent."""
    return Form(
        since=data.get("since", "").strip(),
        whole=data.get("whole") == "yes",
        tests=frozenset(data.getlist("tests")) & frozenset(TESTS),
        margin=_sent(data, "margin"),
        price=_sent(data, "price"),
        routes=_names(data, "routes"),
        segments=_names(data, "segments"),
        fit=data.get("fit", "").strip(),
        multiple=data.get("multiple", "").strip(),
        floor=data.get("floor", "").strip(),
        why=data.get("why", ""),
    )


def _sent(data: QueryDict, name: str) -> tuple[Limit, ...]:
    values = [value.strip() for value in data.getlist(f"{name}_value")[: MOST + 1]]
    families, segments = data.getlist(f"{name}_family"), data.getlist(f"{name}_segment")
    rows = [
        Limit(value, *(column[place].strip() if place < len(column) else "" for column in (families, segments)))
        for place, value in enumerate(values[1:])
    ]
    return (Limit(values[0] if values else ""), *(row for row in rows if row != Limit()))


def _names(data: QueryDict, name: str) -> frozenset[str]:
    typed = data.get(f"{name}_other", "").split(",")
    return frozenset(each.strip() for each in (*data.getlist(name), *typed) if each.strip())


def draft_of(form: Form) -> tuple[QualityPolicy, Decimal]:
    """The policy and its floor. Raises Refused with the field for what cannot be read."""
    return (
        QualityPolicy(
            since=date.min if form.whole else _day(form.since),
            tests=tuple(test for test in TESTS if test in form.tests),
            margin_floor=_thresholds(form.margin, "margin_floor"),
            discount_cap=_thresholds(form.price, "discount_cap"),
            grey_routes=form.routes,
            strategic_segments=form.segments,
            fit_line=_units(form.fit, "fit_line"),
            clv_multiple=_units(form.multiple, "clv_multiple", 4),
        ),
        Decimal(_units(form.floor, "quality_floor")).scaleb(-4),
    )


def refused(form: Form, error: Refused) -> Form:
    """The form with the refusal at its field."""
    return replace(form, errors={error.field or "form": str(error)})


def _thresholds(rows: Sequence[Limit], name: str) -> tuple[Threshold, ...]:
    found = []
    for place, row in enumerate(rows):
        if not row.value and place == 0:
            continue  # without a general one, only the exceptions can be decided
        if place and not (row.family or row.segment):
            raise Refused("An exception needs a product family or a segment.", name)
        found.append(Threshold(_units(row.value, name), row.family or None, row.segment or None))
    return tuple(found)


def _units(text: str, name: str, places: int = 2) -> int:
    """Ten-thousandths from what was typed in percent (`places` 2) or as a plain number (4)."""
    try:
        value = Decimal(text.replace("%", "").replace("\u2212", "-").strip())
    except InvalidOperation:
        raise Refused(f"“{text[:20]}” is not a number." if text else "A number is missing.", name) from None
    if not value.is_finite() or abs(value) > 10_000:
        raise Refused(f"{text[:20]} is out of bounds.", name)
    scaled = value.scaleb(places)
    if scaled != scaled.to_integral_value():
        raise Refused(f"{text[:20]} has more than {places} decimals.", name)
    return int(scaled)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("From which day on?", "since") from None


@dataclass(frozen=True)
class Known:
    """Names to choose from: those of the newest run and those already chosen."""

    families: tuple[str, ...]
    segments: tuple[str, ...]
    routes: tuple[str, ...]


def known(form: Form) -> Known:
    """Product families, segments and routes of the published revenue, in one query."""
    rows = MetricValue.objects.filter(
        metric="net_revenue", grain="all", dim__in=["product_family", "segment", "route"], run_to=None
    ).exclude(member="")
    found: dict[str, set[str]] = {"product_family": set(), "segment": set(form.segments), "route": set(form.routes)}
    for dim, member in rows.values_list("dim", "member"):
        if member.lower() not in {name.lower() for name in found[dim]}:
            found[dim].add(member)
    return Known(*(tuple(sorted(found[dim])) for dim in ("product_family", "segment", "route")))
