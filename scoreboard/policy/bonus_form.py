"""The joint bonus plan as its what-if page shows it in the address, and reads it back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.http import QueryDict

from core.periods import Grain
from metrics.definitions.bonus import GATES, BonusPlan
from metrics.policy.checks import CARRIERS, Refused, bonus

POINTS = 4  # of the curve
SHOWN = ("threshold", "cap", "grain", "what_if", "open")


@dataclass(frozen=True)
class Carrier:
    """One function's fields."""

    name: str
    pool: str = ""
    gate: str = ""
    least: str = ""


@dataclass(frozen=True)
class Form:
    """Every field as text, shares in percent, so that what was typed stands there again."""

    threshold: str = ""
    cap: str = ""
    grain: str = str(Grain.YEAR)
    points: tuple[tuple[str, str], ...] = ()
    carriers: tuple[Carrier, ...] = ()
    what_if: str = ""  # an attainment to try
    open: bool = False  # as if every gate were open
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """The curve's points with empty ones behind."""
        return (*self.points, *[("", "")] * max(0, POINTS - len(self.points)))

    def refused(self, error: Refused) -> Form:
        """The form with the refusal at its field."""
        return replace(self, errors={error.field or "form": str(error)})

    @property
    def query(self) -> str:
        """The address that shows this plan, to send to somebody."""
        pairs = [("threshold", self.threshold), ("cap", self.cap), ("grain", self.grain), ("what_if", self.what_if)]
        pairs += [(name, value) for row in self.points for name, value in zip(("at", "pays"), row, strict=True)]
        for each in self.carriers:
            pairs += [(f"{each.name}_pool", each.pool), (f"{each.name}_gate", each.gate)]
            pairs += [(f"{each.name}_least", each.least)]
        return urlencode([*pairs, *([("open", "yes")] if self.open else [])])


def percent(share: Decimal) -> str:
    """A share as the form shows it."""
    return f"{(share * 100).normalize():f}"


def form_of(plan: BonusPlan, what_if: str = "") -> Form:
    """The form filled with a plan."""
    carriers = []
    for name in CARRIERS:
        gate, least = plan.gates.get(name, ("", Decimal(0)))
        pool = f"{plan.pool[name].normalize():f}" if name in plan.pool else ""
        carriers.append(Carrier(name, pool, gate, percent(least) if gate else ""))
    points = tuple((percent(at), percent(pays)) for at, pays in sorted(plan.curve))
    return Form(percent(plan.threshold), percent(plan.cap), str(plan.grain), points, tuple(carriers), what_if)


def is_sent(data: QueryDict) -> bool:
    """Whether an address or a post holds a plan."""
    return "threshold" in data


def read(data: QueryDict) -> Form:
    """The form as it was sent."""

    def text(name: str) -> str:
        return data.get(name, "").strip()[:30]

    pairs = zip(data.getlist("at")[:20], data.getlist("pays")[:20], strict=False)
    carriers = tuple(
        Carrier(name, text(f"{name}_pool"), text(f"{name}_gate"), text(f"{name}_least")) for name in CARRIERS
    )
    points = tuple((at.strip()[:30], pays.strip()[:30]) for at, pays in pairs if at.strip() or pays.strip())
    return Form(
        text("threshold"), text("cap"), text("grain") or str(Grain.YEAR), points, carriers, text("what_if"),
        data.get("open") == "yes",
    )  # fmt: skip


def plan_of(form: Form) -> BonusPlan:
    """The plan of the form. Raises Refused with the field for what cannot be read or kept."""
    try:
        grain = Grain(form.grain)
    except ValueError:
        raise Refused("A bonus is for a quarter or for a year.", "grain") from None
    gates = {each.name: (each.gate, share(each.least, "gates")) for each in form.carriers if each.gate}
    if any(metric not in GATES for metric, _ in gates.values()):
        raise Refused("Choose one of the metrics for the gate.", "gates")
    return bonus(
        BonusPlan(
            threshold=share(form.threshold, "threshold"),
            cap=share(form.cap, "cap"),
            curve=tuple((share(at, "curve"), share(pays, "curve")) for at, pays in form.points),
            pool={each.name: number(each.pool, "pool") for each in form.carriers if each.pool},
            gates=gates,
            grain=grain,
        )
    )


def share(text: str, name: str) -> Decimal:
    """A share from what was typed in percent."""
    return number(text, name) / 100


def number(text: str, name: str) -> Decimal:
    """A number from what was typed, with commas or blanks between thousands."""
    plain = text.replace("%", "").replace(",", "").replace("\u202f", "").replace(" ", "")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise Refused(f"“{text}” is not a number." if text else "A number is missing.", name) from None
    if not value.is_finite() or abs(value) > 10**15:
        raise Refused(f"{text} is out of bounds.", name)
    return value
