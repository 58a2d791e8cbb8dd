"""The lines that fail the quality policy in a period, and by which test: the largest first, as of the newest run."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import show
from core.access import for_everyone
from core.kept_pages import kept_page
from core.money import to_decimal
from core.periods import Period
from metrics.compute.runs import snapshot
from metrics.compute.setting import current_setting, world_of
from metrics.definitions.quality import FAIL, marked
from metrics.definitions.quality_policy import TESTS
from metrics.definitions.scene import Scene
from revenue.models import RevenueLine
from scoreboard.quality import REASONS
from scoreboard.reading import METRICS, Setting, setting_of
from scoreboard.rowsets import LINES, Rows, cut_rows
from scoreboard.views.cuts import names_of, narrowed

READS = ("lines", "accounts", "subscriptions")
PAGE, KEPT, MOST = 50, 24 * 3600, 5000
Failing = dict[int, tuple[str, ...]]  # line → the tests it fails, by net amount


@dataclass(frozen=True)
class Row:
    """One failing line."""

    line: RevenueLine
    net: str
    reasons: tuple[str, ...]


@for_everyone
@require_GET
@kept_page
def failing(request: HttpRequest) -> HttpResponse:
    """`/quality/lines/?period=&of=&test=`: what fails and why, within the reader's scope."""
    setting = setting_of(request)
    if setting is None:
        return render(request, "scoreboard/nothing_yet.html", {})
    setting, of, _ = narrowed(request, METRICS["net_revenue"], setting)
    parts = setting.within or ((of,) if of else ())
    asked = request.GET.get("test", "")
    found = {line: tests for line, tests in known(setting).items() if not asked or asked in tests}
    most = MOST if len(found) == MOST else 0
    rows: Rows = RevenueLine.objects.visible_to(setting.user)
    for part in parts:
        rows = cut_rows(rows, LINES, *part)
    if parts or not setting.user.sees_everything:
        within = set(rows.filter(pk__in=list(found)).values_list("pk", flat=True))
        found = {line: tests for line, tests in found.items() if line in within}
    page = Paginator(list(found), PAGE).get_page(request.GET.get("page"))
    lines = rows.select_related("account", "product", "owner").in_bulk(list(page.object_list))
    context = {
        "setting": setting, "view": setting.view, "of_name": names_of(setting, of), "page": page, "asked": asked,
        "tests": [(test, REASONS[test]) for test in TESTS],
        "rows": [_row(lines[pk], found[pk]) for pk in page.object_list if pk in lines], "most": most,
    }  # fmt: skip
    return render(request, "scoreboard/failing.html", context)


def known(setting: Setting) -> Failing:
    """The period's failing lines with their tests, by the definitions that score all lines; kept until the next run."""
    period = setting.view.period
    key = f"failing:{setting.run.pk}:{period.grain}:{period.start}"
    found: Failing | None = cache.get(key)
    if found is None:
        found = _judge(setting, period)
        cache.set(key, found, KEPT)
    return found


def _judge(setting: Setting, period: Period) -> Failing:
    definitions = replace(current_setting(), as_of=setting.run.as_of)
    scene = Scene(snapshot(READS, world_of(definitions)), definitions)
    lines, marks = scene.rows("lines"), marked(scene)
    days = lines["day"].astype("datetime64[D]")
    within = (days >= np.datetime64(period.start)) & (days < np.datetime64(period.end)) & ~lines["bookings_basis"]
    fails = {test: (marks.marks[test] == FAIL) & marks.counts[test] & within for test in TESTS}
    places = np.flatnonzero(np.logical_or.reduce(list(fails.values())))
    order = places[np.argsort(-lines["net"][places], kind="stable")][:MOST]
    return {int(lines["line_id"][i]): tuple(test for test in TESTS if fails[test][i]) for i in order}


def _row(line: RevenueLine, tests: tuple[str, ...]) -> Row:
    return Row(line, show.money_exact(to_decimal(line.net_amount), line.currency), tuple(REASONS[t] for t in tests))
