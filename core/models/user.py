"""The people who sign in, and what each role may see and do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from core.models.team import Team


class Role(models.TextChoices):
    """What a person is here for. Scope and permissions follow from it, and from nothing else."""

    OPERATOR = "operator", "Operator"
    CEO = "ceo", "CEO"
    SALES_LEADER = "sales_leader", "Sales leader"
    MARKETING_LEADER = "marketing_leader", "Marketing leader"
    SALES_MANAGER = "sales_manager", "Sales manager"
    REP = "rep", "Rep"


COMPANY_WIDE = frozenset({Role.OPERATOR, Role.CEO, Role.SALES_LEADER, Role.MARKETING_LEADER})
COACHES = frozenset({Role.CEO, Role.SALES_LEADER, Role.SALES_MANAGER})


class UserManager(BaseUserManager["User"]):
    """Makes users. There is no default password: without one, sign-in is by one-time link."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A new user; ValueError without an e-mail address."""
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)  # None makes it unusable
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An operator; Django's own command calls this name."""
        return self.create_user(email, password, **{"role": Role.OPERATOR, **fields})

    def get_by_natural_key(self, username: str | None) -> User:
        """The user with that address, in any case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. `teams` are those a manager runs, or the one a rep belongs to."""

    email = models.EmailField(unique=True)
    name = models.TextField()
    role = models.CharField(max_length=20, choices=Role.choices)
    teams = models.ManyToManyField(Team, blank=True, related_name="people")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()
    read_at = ""  # the state of the database (core.unchanged) before the person of a request was read; no column

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="core_user_email_any_case"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="core_user_role_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Whether the person runs the installation."""
        return self.role == Role.OPERATOR

    @property
    def sees_everything(self) -> bool:
        """Whether the person's scope is the whole company."""
        return self.is_active and self.role in COMPANY_WIDE

    @property
    def may_import(self) -> bool:
        """Whether the person may bring data in and take it back."""
        return self.is_active and self.role == Role.OPERATOR

    @property
    def may_coach(self) -> bool:
        """Whether the person logs coaching sessions."""
        return self.is_active and self.role in COACHES

    def team_names(self) -> tuple[str, ...]:
        """Names of the person's teams, read once per instance."""
        cached: tuple[str, ...] | None = self.__dict__.get("_team_names")
        if cached is None:
            cached = tuple(self.teams.values_list("name", flat=True))
            self.__dict__["_team_names"] = cached
        return cached

    def remember_teams(self, names: Iterable[str]) -> None:
        """The names of the person's teams, where they were read with the person."""
        self.__dict__["_team_names"] = tuple(names)
