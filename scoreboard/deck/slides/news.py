"""Bad news first, and at the end the decisions that follow from it."""

from __future__ import annotations

from django.utils.text import capfirst

from metrics.definitions.base import Function
from scoreboard.deck.figures import cell, number_of
from scoreboard.deck.material import Material
from scoreboard.deck.shape import Cell, Presenter, Slide, Table
from scoreboard.deck.slides.findings import Finding, findings
from scoreboard.reading import METRICS

MOST, DECISIONS, NAMED = 9, 6, 4
_COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
ASKS = {
    "net_revenue": "Agree how the gap to plan is closed, and by when",
    "quality_share": "Decide which failing revenue is no longer taken",
    "quality_coverage": "Decide who brings the costs and list prices that are missing",
    "discount_depth": "Decide who may grant more than the discount cap",
    "gross_margin": "Decide which deals are priced anew",
    "broker_share": "Decide which grey routes are closed",
    "strategic_share": "Decide what is stopped so that strategic segments get the hours",
    "early_churn": "Decide whom not to sell to any more",
    "logo_churn": "Decide which customers get a rescue plan, and from whom",
    "nrr": "Decide which customers get a rescue plan, and from whom",
    "grr": "Decide which customers get a rescue plan, and from whom",
    "a_list_retention": "Decide who answers for each of the best customers",
    "pipeline_coverage": "Agree who builds the pipeline that is missing",
    "pipeline_open": "Agree who builds the pipeline that is missing",
    "pipeline_weighted": "Decide which open deals get help, and from whom",
    "win_rate": "Decide which deals are no longer pursued",
    "sales_cycle_days": "Decide which step of a sale is made shorter",
    "icp_fit": "Agree on one ideal customer, for campaigns and calls alike",
    "coaching_hours_per_rep_week": "Free the managers' hours that coaching needs",
    "coaching_coverage": "Free the managers' hours that coaching needs",
    "prebrief_rate": "Make the pre-brief part of every customer meeting",
    "debrief_rate": "Make the debrief part of every customer meeting",
    "cost_of_sales_ratio": "Decide which cost of sales is not spent again",
    "gross_profit_per_selling_hour": "Decide which use of selling hours ends",
    "best_practice_share": "Give sales meetings back to practice",
    "new_logos": "Decide what makes acquisition steady",
}


def bad_news(m: Material) -> Slide | None:
    """All that falls short, before anything else is said; None where there is nothing to judge by."""
    found = findings(m)
    rows = tuple(
        (Cell(f.label), cell(f.key, f.value), Cell(capfirst(f.against)), Cell(f.gap, tone="bad")) for f in found[:MOST]
    )
    if not found and not _judged(m):
        return None  # to say that nothing falls short would be a judgement
    more = len(found) - MOST
    lede = "Short of its plan, floor or target, or worse than its usual range." if found else ""
    lede += f" {more} more are on the pages." if more > 0 else ""
    return Slide(
        "bad-news", "Bad news first", _title(found), lede=lede,
        table=Table(
            "falls-short", f"{m.setting.view.label} · what is not listed is at its target or within its usual range",
            ("What falls short", "Now", "Held against", "Gap"), rows,
        ) if rows else None,
        presenter=Presenter.BOTH,
        sales_part=_answers(found, Function.SALES), marketing_part=_answers(found, Function.MARKETING),
        notes="Say it before anyone asks. For each line: what happened, what was done, what is asked for at the end.",
    )  # fmt: skip


def _judged(m: Material) -> bool:
    """Whether there is anything to hold a number against."""
    known = (number_of(m, key) for key in ("attainment", "growth_yoy", "quality_share", "nrr"))
    return any(number is not None and number.value is not None for number in known)


def _title(found: tuple[Finding, ...]) -> str:
    if not found:
        return "No number is short of its target or worse than its usual range"
    first = found[0]
    said = f"{first.now} against {_the(first.against)}"
    if len(found) == 1:
        return f"One number falls short: {first.label[0].lower()}{first.label[1:]}, {said}"
    count = _COUNTS[len(found)] if len(found) < len(_COUNTS) else str(len(found))
    return f"{count} numbers fall short, first of all {first.label[0].lower()}{first.label[1:]}: {said}"


def _the(against: str) -> str:
    """What a number is held against, inside a sentence: "a floor of 70 %", "last year"."""
    for kind in ("floor", "target", "plan to date", "plan"):
        if against.startswith(f"{kind} "):
            return f"a {kind} of {against.removeprefix(f'{kind} ')}"
    return against


def _answers(found: tuple[Finding, ...], function: Function) -> str:
    """Which of the numbers that fall short a leader answers for, the first few by name."""
    own = [f.label[0].lower() + f.label[1:] for f in found if f.key in METRICS and _moves(f.key, function)]
    more = f" and {len(own) - NAMED} more" if len(own) > NAMED else ""
    return f"Answers for {', '.join(own[:NAMED])}{more}." if own else ""


def _moves(key: str, function: Function) -> bool:
    return bool({function, Function.EVERYONE} & {*METRICS[key].functions})


def decisions(m: Material) -> Slide | None:
    """One decision per finding; owners are the functions that move the number until somebody puts a name."""
    asked: dict[str, Finding] = {}
    found = findings(m)
    if not found and not _judged(m):
        return None
    for finding in found:
        label = finding.label[0].lower() + finding.label[1:]
        asked.setdefault(ASKS.get(finding.key, f"Agree what brings {label} back"), finding)
    rows = tuple(
        (Cell(ask), Cell(f"{f.label}: {f.now} against {_the(f.against)}"), Cell(_owners(f.key)))
        for ask, f in list(asked.items())[:DECISIONS]
    )
    count = _COUNTS[len(rows)].lower() if len(rows) < len(_COUNTS) else str(len(rows))
    title = f"We ask for {count} decision{'s' if len(rows) != 1 else ''}" if rows else "No decision is asked for today"
    return Slide(
        "decisions", "Decisions", title, lede="Each follows from a number that falls short." if rows else
        "Nothing that can be judged falls short; what was decided last time stays in force.",
        table=Table(
            "decisions-asked", "Drafted from the numbers; owners are the functions that move them",
            ("Decision asked", "Because", "Moved by"), rows, words=True,
        ) if rows else None,
        presenter=Presenter.BOTH, notes="Do not leave the room before each line has a name and a date, or a no.",
    )  # fmt: skip


def _owners(key: str) -> str:
    return capfirst(", ".join(str(f) for f in METRICS[key].functions)) if key in METRICS else ""
