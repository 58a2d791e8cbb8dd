"""One part of the company as if it were the whole: what `?of=segment:Enterprise` does to a page, or a manager's team.

Metrics with columns of their own (the reason of the quality split, the source of sourced revenue) are stored by member
under "segment,reason"; a focused page finds them under "reason", as it finds the company's.
"""

from __future__ import annotations

from collections.abc import Iterable

from metrics.compute.store import JOINT
from metrics.published import WHOLE, Number, Values

Part = tuple[str, str]


def dims_of(part: Part, own: Iterable[str] = ()) -> list[str]:
    """The stored dimensions to read for a part of the company and the own columns `own` ("reason", "model,channel")."""
    if part == WHOLE:
        return list(own)
    return [part[0], *(f"{part[0]},{name}" for name in own)]


def focus(values: Values, part: Part) -> Values:
    """The values with `part` as their whole; everything that is not of this part is left out. The company: as it is."""
    if part == WHOLE:
        return values
    dim, member = part
    within, prefix = f"{dim},", member + JOINT
    numbers: dict[tuple[str, str, object, str, str], Number] = {}
    for (metric, grain, period, name, value), number in values.numbers.items():
        if (name, value) == part:
            numbers[metric, grain, period, name, value] = number
        elif name.startswith(within) and value.startswith(prefix):
            own, label = name.removeprefix(within), value.removeprefix(prefix)
            moved = Number(**{**number.__dict__, "dim": own, "member": label})
            numbers[metric, grain, period, own, label] = moved
    return Values(values.run, part, numbers)  # type: ignore[arg-type] # the keys are those of Values
