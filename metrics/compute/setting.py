"""The setting of a computation: the company's calendar and policy, and the day."""

from __future__ import annotations

from core.models import Company
from metrics.compute.digests import setting_digest
from metrics.definitions.policy import Setting, Sourcing
from metrics.frames.world import World
from metrics.models import GeneralPolicy
from metrics.policy import load_policy


def current_setting() -> Setting:
    """The company's setting today."""
    company, general = Company.current(), GeneralPolicy.current()
    return Setting(
        as_of=company.today(),
        calendar=company.calendar,
        currency=company.currency,
        policy=load_policy(general),
        sourcing=Sourcing(general.sourcing),
    )


def world_of(setting: Setting) -> World:
    """What frames are loaded with."""
    return World(
        currency=setting.currency, time_zone=Company.current().time_zone, policy=setting.policy, as_of=setting.as_of,
        calendar=setting.calendar, stamp=setting_digest(setting),
    )  # fmt: skip
