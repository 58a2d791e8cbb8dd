"""The currency that amounts name by themselves, against the currency of their row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import polars as pl

from revenue.imports.clean.columns import Bound
from revenue.imports.clean.numbers.marks import named_codes
from revenue.imports.clean.numbers.profile import NumberProfile
from revenue.imports.shapes import Company, Plan, Source
from revenue.objects import Kind, ObjectSpec

CURRENCY = "currency"


@dataclass(frozen=True)
class Named:
    """What the amounts of a table say about their currency."""

    plan: Plan  # with the currency as a constant where every amount names the same one and no column does
    constant: str = ""
    notes: tuple[str, ...] = ()


def currency_of(bound: list[Bound], plan: Plan, spec: ObjectSpec, company: Company) -> Named:
    """The one currency that every amount of some column names, where the plan has no column for it."""
    codes: Counter[str] = Counter()
    whole = True
    for profile in _profiles(bound):
        codes.update(profile.codes)
        whole = whole and (not profile.codes or sum(profile.codes.values()) == profile.total)
    if not codes:
        return Named(plan)
    if CURRENCY not in spec.names:
        return Named(plan, notes=(f"amounts name {_list(codes)}; {spec.label.lower()} keep no currency of their own",))
    if CURRENCY in plan.columns or len(codes) > 1 or not whole:
        return Named(plan)
    code = next(iter(codes))
    note = f"every amount names {code}, and no column gives the currency: the rows are in {code}"
    columns = {**plan.columns, CURRENCY: Source(constant=code)}
    return Named(replace(plan, columns=columns), code, (note,) if code != company.currency else ())


def _profiles(bound: list[Bound]) -> list[NumberProfile]:
    return [b.part.profile for b in bound if b.column.kind is Kind.MONEY and isinstance(b.part.profile, NumberProfile)]


def _list(codes: Counter[str]) -> str:
    return " and ".join(sorted(codes))


def contradiction(bound: Bound, text: pl.Series, currency: pl.Series) -> pl.Series | None:
    """Mask of amounts that name another currency than their row's; None if there are none."""
    profile = bound.part.profile
    if bound.column.kind is not Kind.MONEY or not isinstance(profile, NumberProfile) or not profile.codes:
        return None
    other = (named_codes(text) != currency).fill_null(False)
    return other if bool(other.any()) else None
