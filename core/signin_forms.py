"""The form at the door, in our own words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as Base


class LoginForm(Base):  # type: ignore[misc]  # allauth has no types
    """Address and password: each field named once, above it; a grey copy inside it would vanish while typing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in {"login": "E-mail address", "password": "Password", "remember": "Keep me signed in"}.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].widget.attrs.pop("placeholder", None)
