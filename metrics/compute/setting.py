"""The setting of a computation: the company's calendar and policy, and the day."""

from __future__ import annotations

from core.models import Company
from metrics.definitions.policy import Policy, Setting
from metrics.frames.world import World


def current_setting() -> Setting:
    """The company's setting today."""
    company = Company.current()
    return Setting(as_of=company.today(), calendar=company.calendar, currency=company.currency, policy=Policy())


def world_of(setting: Setting) -> World:
    """What frames are loaded with."""
    return World(currency=setting.currency, time_zone=Company.current().time_zone, policy=setting.policy)
