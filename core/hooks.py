"""What other apps do when people or the company change, registered from their `AppConfig.ready`.

Both run inside the transaction of the change, so that what follows is there if and only if the change is.
"""

from __future__ import annotations

from collections.abc import Callable

from core.models import User

person_changed: list[Callable[[User], None]] = []  # somebody was added, or has another e-mail address
company_changed: list[Callable[[], None]] = []  # the fiscal calendar or the time zone is another


def after_person_change(person: User) -> None:
    """Runs what follows from a new person or a new address."""
    for follow in person_changed:
        follow(person)


def after_company_change() -> None:
    """Runs what follows from another calendar."""
    for follow in company_changed:
        follow()
