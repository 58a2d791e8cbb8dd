"""What the rule editor sends, read into a draft, and a rule as the editor shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from core.models import User
from metrics.definitions.base import Unit
from scoreboard.alerts.actions import Draft, Refused
from scoreboard.models import AlertRule
from scoreboard.models.alerts import Kind, Side, Valence
from scoreboard.reading import METRICS

FIELDS = ("name", "kind", "metric", "grain", "dim", "member", "side", "level", "min_n", "valence", "owner")


@dataclass
class Form:
    """The texts of the editor's fields, and what was wrong with them."""

    data: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def of_rule(rule: AlertRule) -> Form:
    """A rule in the editor's texts."""
    data = {name: getattr(rule, name) for name in FIELDS if name not in ("level", "owner")}
    level = rule.level
    if level is not None and is_percent(rule.kind, rule.metric):
        level *= 100
    data |= {
        "level": "" if level is None else format(level.normalize(), "f"), "owner": str(rule.owner_id),
        "mail": rule.mail, "active": rule.active,
    }  # fmt: skip
    return Form(data)


def empty(user: User) -> Form:
    """A new rule: net revenue by week, out of its usual range."""
    return Form(
        {
            "kind": str(Kind.TREND), "metric": "net_revenue", "grain": "week", "side": str(Side.EITHER), "min_n": "0",
            "valence": str(Valence.AUTO), "owner": str(user.pk), "mail": True, "active": True,
        }
    )  # fmt: skip


def read(data: QueryDict) -> Form:
    """What was sent, as text."""
    given: dict[str, Any] = {name: data.get(name, "").replace("\0", "").strip() for name in FIELDS}
    return Form(given | {"mail": data.get("mail") == "yes", "active": data.get("active") == "yes"})


def draft_of(form: Form) -> tuple[Draft, User]:
    """The draft and its owner. Raises Refused for what cannot be read."""
    data = form.data
    owner = User.objects.filter(pk=data["owner"] if data["owner"].isdecimal() else 0, is_active=True).first()
    if owner is None:
        raise Refused("Choose who is to act on it.", "owner")
    draft = Draft(
        name=" ".join(data["name"].split()), kind=data["kind"], metric=data["metric"], grain=data["grain"],
        dim=data["dim"], member="" if data["kind"] == Kind.PEER else data["member"], side=data["side"] or Side.BELOW,
        level=_level(data), min_n=_whole(data["min_n"]), valence=data["valence"], mail=data["mail"],
        active=data["active"],
    )  # fmt: skip
    return draft, owner


def is_percent(kind: str, metric: str) -> bool:
    """Whether the limit is typed in percent: that of a rate, and of a plan."""
    return kind == Kind.GOAL or (kind == Kind.THRESHOLD and metric in METRICS and METRICS[metric].unit is Unit.RATE)


def _level(data: dict[str, Any]) -> Decimal | None:
    text = str(data["level"]).replace("%", "").replace(" ", "").replace("\u2009", "").replace(",", "")
    if not text or data["kind"] in (Kind.TREND, Kind.PEER):
        return None
    try:
        level = Decimal(text)
    except InvalidOperation:
        raise Refused(f"“{data['level'][:40]}” is not a number.", "level") from None
    return level / 100 if is_percent(data["kind"], data["metric"]) else level


def _whole(text: str) -> int:
    if text and not (text.isascii() and text.isdecimal() and len(text) < 9):
        raise Refused("Give a whole number.", "min_n")
    return int(text or 0)
