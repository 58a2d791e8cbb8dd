"""What the demonstration company's people wrote, decided and signed, by the actions that the pages take."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from django.db import transaction

from core import show
from core.models import Company, Role, User
from core.periods import Grain
from metrics.definitions.policy import Sourcing
from metrics.models import MetricRun
from metrics.published import read
from revenue.demo.span import Span
from revenue.demo.stories import Stories
from scoreboard.annotations.actions import annotate, settle_annotation
from scoreboard.halves import SOURCED
from scoreboard.meetings.actions import prepare, write_part
from scoreboard.meetings.compose import fingerprint
from scoreboard.meetings.following import resolve, settle_resolution
from scoreboard.meetings.read import draft_deck
from scoreboard.meetings.signing import differ, freeze_with_difference, sign
from scoreboard.models.meetings import Meeting
from scoreboard.reading import value_of
from scoreboard.views_of_time import code_of, current_quarter

WEEK = timedelta(days=7)


@transaction.atomic
def add_meetings() -> None:
    """Writes three annotations, a signed board meeting, a review frozen with a difference, and the next one's draft.

    Once: what somebody has changed or added since stays. The remarks say what the company's files hold (docs/demo.md).
    """
    run = MetricRun.newest()
    if run is None or Meeting.objects.exists():
        return
    ceo, sales, marketing = (User.objects.filter(role=r).order_by("pk").first() for r in _LEADERS)
    if ceo is None or sales is None or marketing is None:
        return
    today, calendar = run.as_of, Company.current().calendar
    quarter = current_quarter(calendar, today).period
    _annotations(today, quarter.start, sales=sales, marketing=marketing)
    _board(code_of(calendar.previous(quarter), calendar), today, ceo, sales, marketing)
    _weekly(run, quarter.start, ceo, sales, marketing)
    following = prepare(actor=sales, kind="weekly", held_on=today + WEEK)
    write_part(
        actor=sales, meeting=following, key="headline", notes="Open with the brokers, then the plan.",
        part="We are ahead of plan. Much of the gap to the floor is broker deals, and that is ours to mend.",
    )  # fmt: skip
    sign(actor=sales, meeting=following, seen=fingerprint(draft_deck(following)))


_LEADERS = (Role.CEO, Role.SALES_LEADER, Role.MARKETING_LEADER)


def _annotations(today: date, quarter: date, *, sales: User, marketing: User) -> None:
    annotate(
        actor=sales, metric="net_revenue", on_date=Stories(Span(today)).signal_date, owner=sales,
        text="Customers pulled orders forward before the price rise: this week is not a new level.",
        action="Leave the pulled-forward orders out of next month's forecast", due_on=today + 2 * WEEK,
    )  # fmt: skip
    written = annotate(
        actor=sales, metric="gross_margin", on_date=quarter - timedelta(days=3), owner=sales,
        text="Broker deals, about a third off list, closed the quarter in its last ten days.",
        action="Ask for approval of every broker deal beyond the discount cap", due_on=quarter + 4 * WEEK,
    )  # fmt: skip
    settle_annotation(actor=sales, annotation=written, done=True)
    annotate(
        actor=marketing, metric="early_churn", on_date=quarter - timedelta(days=1), owner=marketing,
        text="About half of the customers who come through brokers are gone within six months.",
        action="Show early churn by route to the brokers' managers every month", due_on=today + 3 * WEEK,
    )  # fmt: skip


def _board(period: str, today: date, ceo: User, sales: User, marketing: User) -> None:
    """The last quarter's meeting, signed by both, with a decision that was carried out."""
    held = prepare(actor=ceo, kind="board", held_on=today, period=period)
    for presenter in (sales, marketing):
        sign(actor=presenter, meeting=held, seen=fingerprint(draft_deck(held)))
    write = partial(resolve, actor=ceo, meeting=held)
    write(
        kind="decision", owner=sales,
        text="A broker deal counts towards the joint target only at or above the margin floor.",
    )  # fmt: skip
    done = write(kind="decision", owner=ceo, text="Sales and marketing carry one joint target and one bonus plan.")
    settle_resolution(actor=ceo, resolution=done, status="done")


def _weekly(run: MetricRun, quarter: date, ceo: User, sales: User, marketing: User) -> None:
    """This week's review: sales holds another number, the CEO decides, and three things are to be done."""
    held, today = prepare(actor=sales, kind="weekly", held_on=run.as_of), run.as_of
    sign(actor=marketing, meeting=held, seen=fingerprint(draft_deck(held)))
    locked, first = (SOURCED[way.value][0] for way in (Sourcing.FIELD, Sourcing.BEFORE_SALES))
    values = read(ceo, [locked, first], grains=[Grain.QUARTER], dims=["source"], since=quarter, run=run)
    currency = Company.current().currency
    shown, other = (
        show.money(value_of(values.get(key, Grain.QUARTER, quarter, of=("source", "sales"))), currency)
        for key in (locked, first)
    )
    if show.NONE not in (shown, other) and shown != other:
        differ(
            actor=sales, meeting=held, number="Sourced by sales", holds=f"{other} by who was there first",
            why="Where nobody touched the deal before our first activity it is ours, whatever the lead source says.",
        )  # fmt: skip
        freeze_with_difference(
            actor=ceo, meeting=held, why="The lead source stays the locked definition this quarter; both stand shown."
        )
    else:
        sign(actor=sales, meeting=held, seen=fingerprint(draft_deck(held)))
    write = partial(resolve, meeting=held)
    write(actor=ceo, kind="decision", owner=marketing, due_on=today + 4 * WEEK,
          text="Choose at the quarter's end whether who was there first becomes the locked definition.")  # fmt: skip
    write(actor=sales, kind="action", owner=sales, due_on=today + WEEK,
          text="One coaching session for every rep of EMEA before the next review.")  # fmt: skip
    write(actor=marketing, kind="action", owner=marketing, due_on=today + WEEK,
          text="Call the newest customers who came through brokers before their sixth month.")  # fmt: skip
