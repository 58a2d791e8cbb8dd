"""`manage.py createoperator EMAIL`: the first operator, or a new way in for one; never a web page."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction
from django.urls import reverse

from core import people
from core.audit import record
from core.commands import AssayCommand
from core.models import Role, User

BY = "createoperator"


class Command(AssayCommand):
    """Makes an operator, or gives a known one a new way in. Whoever may run it owns the installation anyway."""

    help = "Make an operator and print a one-time sign-in link; for a known operator, print a new link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom, and how they sign in."""
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", default="", help="the person's name (default: the part before the @)")
        parser.add_argument(
            "--base-url",
            default="http://127.0.0.1:8000",
            metavar="URL",
            help="where people reach this server (default %(default)s)",
        )
        parser.add_argument("--password", action="store_true", help="ask for a password here instead of making a link")
        parser.add_argument(
            "--remove-second-factor",
            action="store_true",
            help="also remove the operator's second factor (a lost phone)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Makes or finds the operator, then prints the link or sets the password."""
        base = _base_url(options["base_url"])
        try:
            person, made = self._operator(options)
            if options["remove_second_factor"]:
                people.remove_second_factor(person=person, by=BY)
            if options["password"]:
                link = None
                words = f"{person.email} signs in at {base}{reverse('account_login')} with this password."
            else:
                link = base + reverse("core:sign_in_link", args=[people.issue_link(person=person, by=BY)])
                words = f"{person.email} signs in here, once, within {people.LINK_HOURS} hours:\n{link}"
        except people.Refused as refused:
            raise CommandError(str(refused)) from None
        said = f"{person.name} is {'now an' if made else 'an'} operator. {words}"
        self.print({"email": person.email, "name": person.name, "created": made, "link": link}, said, options)

    def _operator(self, options: dict[str, Any]) -> tuple[User, bool]:
        """The operator, switched on, and whether they are new. Asks for the password before anything is changed."""
        known = User.objects.filter(email__iexact=options["email"].strip()).first()
        if known and known.role != Role.OPERATOR:
            raise CommandError(
                f"{known.email} is known as {known.name}, {known.get_role_display()}: an operator can change the role "
                "on the page People. Or give another address."
            )
        unsaved = known or User(email=options["email"], name=options["name"])
        password = _ask_password(unsaved) if options["password"] else None
        with transaction.atomic():
            person = known or people.add_person(email=options["email"], name=options["name"], role=Role.OPERATOR, by=BY)
            if not person.is_active:
                people.switch_on(person=person, by=BY)
                self.stderr.write(f"{person.email} was switched off and may sign in again.")
            if password is not None:
                person.set_password(password)
                person.save(update_fields=["password"])
                record(verb="set a password", by=BY, target=person)
        return person, known is None


def _ask_password(person: User) -> str:
    """A password typed twice on the terminal, checked as the web pages check theirs. Raises CommandError."""
    if not sys.stdin.isatty():
        raise CommandError("--password asks on a terminal; run it in one, or leave it out to get a sign-in link.")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Again: "):
        raise CommandError("the two passwords differ; nothing was changed.")
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages) + " Nothing was changed.") from None
    return password


def _base_url(given: str) -> str:
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise CommandError(f"--base-url is {given!r}: write an address such as https://score.example.com")
    return given.rstrip("/")
