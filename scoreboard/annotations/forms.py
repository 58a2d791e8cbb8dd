"""What the annotation pages send, read into typed values. What the rules say about them is in `actions`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.http import QueryDict

from core.models import User
from metrics.policy.checks import Refused
from scoreboard.models.annotations import Annotation

NAMES = ("metric", "on_date", "text", "owner", "action", "due_on", "about")


@dataclass(frozen=True)
class Form:
    """The fields as typed, and what was wrong with them."""

    metric: str = ""
    on_date: str = ""
    text: str = ""
    owner: str = ""
    action: str = ""
    due_on: str = ""
    about: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    def refused(self, error: Refused) -> Form:
        """The same with what was refused."""
        return replace(self, errors={error.field or "text": str(error)})

    @classmethod
    def read(cls, data: QueryDict) -> Form:
        """As sent by the page."""
        metric, on_date, text, owner, action, due_on, about = (data.get(name, "")[:2000] for name in NAMES)
        return cls(metric, on_date, text, owner, action, due_on, about)

    @classmethod
    def of(cls, annotation: Annotation) -> Form:
        """As it was kept."""
        due = annotation.due_on.isoformat() if annotation.due_on else ""
        return cls(
            annotation.metric, annotation.on_date.isoformat(), annotation.text, str(annotation.owner_id),
            annotation.action, due, annotation.about,
        )  # fmt: skip


def values(form: Form, owners: Collection[User]) -> dict[str, Any]:
    """The typed values that `actions.annotate` and `change_annotation` share. Raises Refused with the field."""
    on_date = day(form.on_date, "on_date")
    if on_date is None:
        raise Refused("Which day is it about?", "on_date")
    return {
        "on_date": on_date, "text": form.text, "owner": owner(form.owner, owners), "action": form.action,
        "due_on": day(form.due_on, "due_on"),
    }  # fmt: skip


def owner(text: str, owners: Collection[User]) -> User:
    """The person with that id among `owners`. Raises Refused."""
    found = next((each for each in owners if str(each.pk) == text), None)
    if found is None:
        raise Refused("Choose who looks after it.", "owner")
    return found


def day(text: str, name: str) -> date | None:
    """A day as browsers send it (2026-11-21); None if empty. Raises Refused for what is none."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise Refused(f"“{text[:40]}” is not a day: write it like 2026-09-21.", name) from None
