"""The five kinds of rule. Each looks at published values (or imports) alone and is quiet inside what is usual."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate
from statistics import median

from django.db.models import Max

from core import show
from metrics.definitions.base import Metric, Unit
from revenue.models import ImportBatch, Rep, Status
from scoreboard.alerts.look import Context, Look, Point, amount, metric_of, of_part, wanted
from scoreboard.models import AlertRule
from scoreboard.models.alerts import Kind, Side
from scoreboard.sentences import against_plan
from scoreboard.signals import limits, side

WORDS = {1: Side.ABOVE, -1: Side.BELOW, 0: ""}
BEGUN = Decimal("0.25")  # of a period that must have gone by before its attainment says anything
SIGMAS = 3
PEERS, SPREAD_PEERS = 4, 6  # members that a group needs: for a proportion, and for the spread of anything else
TO_SIGMA = Decimal("1.4826")  # a normal distribution's standard deviation over its median absolute deviation
SOON = timedelta(days=1)


def look(rule: AlertRule, context: Context) -> list[Look]:
    """How the parts that the rule watches stand."""
    return _KINDS[Kind(rule.kind)](rule, context)


def threshold(rule: AlertRule, context: Context) -> list[Look]:
    """The last full period against a limit.

    A first crossing that lies inside the process limits may be chance: it waits for a second period in a row.
    """
    full = _full(rule, context)
    if not full or rule.level is None:
        return []
    last, level = full[-1], rule.level
    crossed = wanted(rule, _against(last.value, level))
    before = full[-2].value if len(full) > 1 else None
    within = limits([p.value for p in full[:-1]])
    usual = within is not None and side(last.value, within) == 0
    chance = bool(crossed) and usual and (before is None or _against(before, level) != crossed)
    name, said = metric_of(rule).label, amount(rule, last.value)
    now = f"{said} in {context.name(last.period)}, limit {amount(rule, level)}"
    if chance:
        now += "; inside the usual ups and downs, so a second period decides"
    title = f"{of_part(rule)}{name} is {crossed} {amount(rule, level)}: {said} in {context.name(last.period)}"
    return [Look(rule.dim, rule.member, "" if chance else crossed, title, now, last.period.start)]


def trend(rule: AlertRule, context: Context) -> list[Look]:
    """The last full period against the process limits of those before it (twelve at least, forty at most)."""
    full = _full(rule, context)
    within = limits([p.value for p in full[:-1]]) if full else None
    if within is None:
        return []
    last = full[-1]
    found = wanted(rule, WORDS[side(last.value, within)])
    name, said = metric_of(rule).label, amount(rule, last.value)
    usual = f"usual is {amount(rule, within.low)} to {amount(rule, within.high)}"
    word = "unusually high" if found == Side.ABOVE else "unusually low"
    title = f"{of_part(rule)}{name} was {word} in {context.name(last.period)}: {said}; {usual}"
    now = f"{said} in {context.name(last.period)}; {usual}"
    return [Look(rule.dim, rule.member, found, title, now, last.period.start)]


def goal(rule: AlertRule, context: Context) -> list[Look]:
    """Attainment to date of the running period, or of the last one until a quarter of the running one has gone by."""
    if rule.level is None:
        return []
    told = [p for p in context.points(rule) if not p.to_date or _begun(p, context) >= BEGUN]
    if not told:
        return []
    last, level = told[-1], rule.level
    ahead = level if rule.side == Side.ABOVE else 2 - level
    behind = level if rule.side != Side.ABOVE else 2 - level
    found = wanted(rule, Side.BELOW if last.value < behind else Side.ABOVE if last.value > ahead else "")
    verb = "stands" if last.to_date else "ended"
    title = f"{of_part(rule)}{context.name(last.period)} {verb} {against_plan(last.value)}"
    now = f"{against_plan(last.value)} in {context.name(last.period)}{', to date' if last.to_date else ''}"
    return [Look(rule.dim, rule.member, found, title, now, last.period.start)]


def peer(rule: AlertRule, context: Context) -> list[Look]:
    """Each member against the others of its group in the last full period: reps among the reps of their own team.

    A proportion is held against the others' typical one, within three standard errors of so many trials (funnel plot;
    Spiegelhalter, Statistics in Medicine 24, 2005), so that a small n alone is never news. Anything else is held
    against the group's median, within three standard deviations estimated from the median absolute deviation.
    """
    points = [p for p in context.points(rule, members=True) if not p.to_date and p.member]
    if not points:
        return []
    newest = points[-1].period
    groups: dict[str, list[Point]] = {}
    teams = dict(Rep.objects.values_list("name", "team")) if rule.dim == "rep" else {}
    for point in points:
        if point.period == newest:
            groups.setdefault(str(teams.get(point.member) or ""), []).append(point)
    return [_peer(rule, context, point, group) for group in groups.values() for point in group]


def stale(rule: AlertRule, context: Context) -> list[Look]:
    """Sources whose last import is older than the rule's days."""
    done = ImportBatch.objects.filter(status=Status.DONE, source__isnull=False)
    if rule.member:
        done = done.filter(source__name=rule.member)
    looks = []
    for name, newest in done.values_list("source__name").annotate(newest=Max("finished_at")).order_by("source__name"):
        days = (context.company.today() - newest.date()).days
        late = rule.level is not None and days > rule.level
        ago = f"{days} day{'' if days == 1 else 's'}"
        title = f"Nothing has come from {name} for {ago}"
        now = f"last import {show.day(newest)}, {f'{ago} ago' if days else 'today'}"
        looks.append(Look("source", name, Side.BELOW if late else "", title, now))
    return looks


def _peer(rule: AlertRule, context: Context, point: Point, group: Sequence[Point]) -> Look:
    others = [p for p in group if p is not point]
    metric, said = metric_of(rule), amount(rule, point.value)
    centre, reach = _typical(point, others) if _is_proportion(metric) else _spread(others)
    gap = Decimal(0) if centre is None else point.value - centre
    far = wanted(rule, (Side.ABOVE if gap > 0 else Side.BELOW) if centre is not None and abs(gap) > reach else "")
    against = "" if centre is None else f", the others {amount(rule, centre)}"
    when = context.name(point.period)
    title = f"{point.member}: {metric.label.lower()} far {far} its peers: {said} (n = {point.n}){against}, {when}"
    return Look(rule.dim, point.member, far, title, f"{said}{against}, {when}", point.period.start)


def _typical(point: Point, others: Sequence[Point]) -> tuple[Decimal | None, Decimal]:
    """The others' median proportion, weighted by trials, and three standard errors over the point's own trials.

    The median, because one member far away would move a pooled proportion, and make the rest look far from it.
    """
    told = sorted((p.value, p.denominator) for p in others if p.denominator)
    if len(told) + 1 < PEERS or not point.denominator:
        return None, Decimal(0)
    half = sum((n for _, n in told), Decimal(0)) / 2
    passed = accumulate(n for _, n in told)
    share = next(value for (value, _), so_far in zip(told, passed, strict=True) if so_far >= half)
    return share, SIGMAS * (max(Decimal(0), share * (1 - share)) / point.denominator).sqrt()


def _spread(others: Sequence[Point]) -> tuple[Decimal | None, Decimal]:
    """The others' median, and three of their standard deviations, robustly."""
    values = [p.value for p in others]
    if len(values) + 1 < SPREAD_PEERS:
        return None, Decimal(0)
    centre = median(values)
    deviation = median([abs(v - centre) for v in values])
    return (centre, SIGMAS * TO_SIGMA * deviation) if deviation else (None, Decimal(0))


def _is_proportion(metric: Metric) -> bool:
    """Whether it counts successes over trials: a rate whose denominator is a number of things, not money."""
    return metric.unit is Unit.RATE and metric.denominator_scale == 1


def _full(rule: AlertRule, context: Context) -> list[Point]:
    return [p for p in context.points(rule) if not p.to_date]


def _against(value: Decimal, level: Decimal) -> str:
    return Side.BELOW if value < level else Side.ABOVE if value > level else ""


def _begun(point: Point, context: Context) -> Decimal:
    """How much of the period has gone by."""
    return Decimal((context.run.as_of + SOON - point.period.start).days) / point.period.days


_KINDS: dict[Kind, Callable[[AlertRule, Context], list[Look]]] = {
    Kind.THRESHOLD: threshold, Kind.TREND: trend, Kind.PEER: peer, Kind.GOAL: goal, Kind.STALE: stale,
}  # fmt: skip
