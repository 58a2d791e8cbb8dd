"""A small published company: eighteen months of weeks, months and quarters whose numbers can be checked by hand.

Revenue is 100 000 a week up to the end of 2025 and 110 000 from then on, except for one week of 200 000; the plan is
105 000 a week. The run's day is Sunday 20 September 2026, so the third quarter is running.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from core.models import Role, Team, User
from core.periods import Calendar, Grain
from metrics.models import MetricRun, MetricValue
from revenue.models import ImportBatch, ImportFile, Rep, RevenueLine, Source, Status

AS_OF = date(2026, 9, 20)
FIRST = date(2025, 3, 31)  # a Monday
SIGNAL_WEEK = date(2026, 7, 20)
CALENDAR = Calendar()
GRAINS = (Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR)
Part = tuple[str, str]
SHARES: dict[Part, Decimal] = {
    ("", ""): Decimal(1),
    ("segment", "Enterprise"): Decimal("0.6"),
    ("segment", "Mid-market"): Decimal("0.4"),
    ("source_function", "sales"): Decimal("0.5"),
    ("source_function", "marketing"): Decimal("0.3"),
    ("source_function", "partner"): Decimal("0.2"),
    ("team", "North"): Decimal("0.7"),
    ("team", "South"): Decimal("0.3"),
    ("rep", "Alice Rep"): Decimal("0.4"),
    ("rep", "Bob Rep"): Decimal("0.3"),
    ("rep", "Charlie Rep"): Decimal("0.3"),
}
RATES = {
    "gross_margin": Decimal("0.58"),
    "discount_depth": Decimal("0.12"),
    "nrr": Decimal("1.06"),
    "win_rate": Decimal("0.27"),
    "coaching_hours_per_rep_week": Decimal("0.42"),
    "coaching_coverage": Decimal("0.64"),
}


def day_revenue(day: date) -> Decimal:
    """Revenue of one day."""
    week = Decimal(100_000) if day < date(2026, 1, 1) else Decimal(110_000)
    if SIGNAL_WEEK <= day < SIGNAL_WEEK + timedelta(days=7):
        week = Decimal(210_000)
    return week / 7


def revenue(start: date, end: date) -> Decimal:
    """Revenue of the days from `start` up to and excluding `end`, to date."""
    last = min(end, AS_OF + timedelta(days=1))
    days = (max(start, FIRST) + timedelta(days=i) for i in range(max(0, (last - max(start, FIRST)).days)))
    return sum((day_revenue(day) for day in days), Decimal(0)).quantize(Decimal("0.0001"))


def plan(start: date, end: date) -> Decimal:
    """The plan: 105 000 a week."""
    return (Decimal(105_000) / 7 * (end - start).days).quantize(Decimal("0.0001"))


def publish() -> MetricRun:
    """One published run with all values."""
    run = MetricRun.objects.create(as_of=AS_OF, published_at=timezone.now())
    MetricValue.objects.bulk_create(_values(run), batch_size=2000)
    return run


def _values(run: MetricRun) -> Iterator[MetricValue]:
    for grain in GRAINS:
        for period in CALENDAR.range(grain, FIRST, AS_OF):
            running = period.end > AS_OF + timedelta(days=1)
            for (dim, member), share in _parts(grain):
                common = {
                    "grain": str(grain), "period": period.start, "dim": dim, "member": member, "n": 40,
                    "status": "to date" if running else "ok", "run_from": run.pk,
                }  # fmt: skip
                net = revenue(period.start, period.end) * share
                yield MetricValue(metric="net_revenue", numerator=net, value=net, **common)
                if grain is Grain.WEEK:
                    continue
                yield from _compared(period.start, period.end, net, share, common)
                for key, rate in RATES.items():
                    yield MetricValue(metric=key, numerator=rate * 100, denominator=100, value=rate, **common)
    yield from _pipeline(run)


def _parts(grain: Grain) -> list[tuple[Part, Decimal]]:
    """All parts by quarter and year; by week and month only what somebody's first screen reads."""
    whole = {("", ""), ("team", "North"), ("rep", "Alice Rep"), ("rep", "Charlie Rep")}
    return [(part, share) for part, share in SHARES.items() if grain in (Grain.QUARTER, Grain.YEAR) or part in whole]


def _compared(start: date, end: date, net: Decimal, share: Decimal, common: dict[str, object]) -> Iterator[MetricValue]:
    till = min(end, AS_OF + timedelta(days=1))
    goal, whole = plan(start, till) * share, plan(start, end) * share
    yield MetricValue(metric="attainment", numerator=net, denominator=goal, value=net / goal, **common)
    yield MetricValue(metric="target", numerator=whole, value=whole, **common)
    shift = timedelta(days=364)
    base = revenue(start - shift, till - shift) * share
    if start - shift >= FIRST and base:
        gap = net - base
        yield MetricValue(metric="growth_yoy", numerator=gap, denominator=base, value=gap / base, **common)


def _pipeline(run: MetricRun) -> Iterator[MetricValue]:
    period = CALENDAR.next(CALENDAR.period(Grain.QUARTER, AS_OF))
    for key, amount in (("pipeline_open", Decimal(3_600_000)), ("pipeline_weighted", Decimal(1_200_000))):
        yield MetricValue(
            metric=key, grain="quarter", period=period.start, numerator=amount, value=amount, n=30, run_from=run.pk
        )


def people() -> dict[str, User]:
    """One person per role; the manager runs team North, Alice Rep is in it, Charlie in team South."""
    north, south = Team.objects.get_or_create(name="North")[0], Team.objects.get_or_create(name="South")[0]
    made = {
        role.value: User.objects.create_user(f"{role.value}@example.com", name=f"{role.label} Person", role=role)
        for role in Role
    }
    made["sales_manager"].teams.add(north)
    made["rep"].teams.add(north)
    made["charlie"] = User.objects.create_user("charlie@example.com", name="Charlie Rep", role=Role.REP)
    made["charlie"].teams.add(south)
    source = Source.objects.get_or_create(name="crm")[0]
    for name, team, user in (
        ("Alice Rep", "North", made["rep"]),
        ("Bob Rep", "North", None),
        ("Charlie Rep", "South", made["charlie"]),
    ):
        Rep.objects.create(source=source, key=name, name=name, team=team, user=user)
    return made


def ledger() -> list[RevenueLine]:
    """Three revenue lines of one import, one per rep."""
    source = Source.objects.get(name="crm")
    file = ImportFile.objects.create(name="lines.csv", sha256="a" * 64, size=120, finished_at=timezone.now())
    batch = ImportBatch.objects.create(
        file=file, source=source, object="revenue_lines", title="Plain format", identity="b" * 64, status=Status.DONE,
        read=3, accepted=3, created=3, finished_at=timezone.now(), as_of=timezone.now(),
    )  # fmt: skip
    return [
        RevenueLine.objects.create(
            source=source, key=f"L-{i}", batch=batch, created_batch=batch, line=i + 1, booked_on=date(2026, 8, i),
            net_amount=1_000_0000 * i, currency="USD", owner=rep, segment="Enterprise", region=f"=R{i}",
        )
        for i, rep in enumerate(Rep.objects.order_by("name"), start=1)
    ]  # fmt: skip
