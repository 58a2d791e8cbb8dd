"""How the verdict is shown: word, shape, colour and reason. Its rule is in `metrics.definitions.verdict`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.periods import Grain
from metrics.definitions.verdict import Verdict
from metrics.definitions.verdict import judge as rule
from metrics.published import Values
from scoreboard.reading import Setting, history
from scoreboard.signals import change_is_noise, limits, side

BASELINE = 24  # finer periods behind the limits
FINER = {Grain.YEAR: Grain.MONTH, Grain.QUARTER: Grain.MONTH, Grain.MONTH: Grain.WEEK}


@dataclass(frozen=True)
class Shown:
    """The word, its name in the style sheet, its shape (an icon: never colour alone), and why it is this word."""

    word: str
    slug: str
    icon: str
    rule: str


SHOWN: dict[Verdict | None, Shown] = {
    Verdict.WINNING: Shown(
        "Winning", "winning", "circle",
        "The target to date is met, by revenue of which enough passes the quality policy. Without a target: such "
        "revenue is above last year's.",
    ),
    Verdict.AT_RISK: Shown(
        "At risk", "risk", "warn",
        "The target to date is missed by no more than a tenth, or revenue still grows and its fall is no signal. "
        "Without a target: revenue is not above last year's, but within the process limits; or it is above, and the "
        "share that passes the quality policy is under its floor.",
    ),
    Verdict.LOSING: Shown(
        "Losing", "losing", "square",
        "The target to date is missed by more than a tenth, and growth does not make up for it. "
        "Without a target: revenue fell below the process limits.",
    ),
    Verdict.WRONG_WAY: Shown(
        "Hitting it the wrong way", "wrong", "diamond",
        "The target to date is met, but the share of revenue that passes the quality policy is under its floor.",
    ),
    None: Shown(
        "No verdict yet", "unknown", "clock",
        "There is neither a target nor a year before to judge by. Import targets, or more of the past.",
    ),
}  # fmt: skip


def judge(
    *,
    growth: Decimal | None,
    attainment: Decimal | None,
    signal: int,
    quality: Decimal | None = None,
    floor: Decimal | None = None,
) -> Shown:
    """The verdict on published fractions (growth 0.118, attainment 1.04, quality share 0.71) and the latest signal."""
    given = [None if part is None else float(part) for part in (growth, attainment, quality, floor)]
    return SHOWN[rule(given[0], given[1], signal, given[2], given[3])]


def latest_signal(past: Values, setting: Setting) -> int:
    """1, 0 or −1: the last full month (in a month: week) of the page's period against the limits of those before it."""
    finer, calendar = FINER.get(setting.view.period.grain, Grain.WEEK), setting.calendar
    period = calendar.period(finer, min(setting.run.as_of, setting.view.period.end))
    while period.end > setting.view.period.end or period.end > setting.run.as_of:
        period = calendar.previous(period)
    if not setting.view.period.contains(period.start):
        return 0
    starts = [period.start]
    while len(starts) <= BASELINE:
        period = calendar.previous(period)
        starts.append(period.start)
    values = history(past, "net_revenue", finer, starts[::-1])
    return side(values[-1], limits([v for v in values[:-1] if v is not None]))


def growth_is_noise(past: Values, setting: Setting) -> bool:
    """Whether the period's full weeks (else months) differ from those a year before by more than they always do."""
    calendar, page, as_of = setting.calendar, setting.view.period, setting.run.as_of
    for grain in (Grain.WEEK, Grain.MONTH):
        periods = [p for p in calendar.range(grain, page.start, min(page.end, as_of)) if page.contains(p.start)]
        periods = [p for p in periods if p.end <= as_of]
        now = history(past, "net_revenue", grain, [p.start for p in periods])
        before = history(past, "net_revenue", grain, [calendar.year_before(p).start for p in periods])
        pairs = [(a, b) for a, b in zip(now, before, strict=True) if a is not None and b is not None]
        if len(pairs) >= 3:
            baseline = [calendar.previous(periods[0])]
            while len(baseline) < BASELINE:
                baseline.append(calendar.previous(baseline[-1]))
            past_values = history(past, "net_revenue", grain, [p.start for p in reversed(baseline)])
            usual = [v for v in past_values if v is not None]
            return change_is_noise([a for a, _ in pairs], [b for _, b in pairs], usual)
    return False
