"""Numbers and rows: exactly what the command prints, narrowed to the scope, tagged, and never a formula in CSV."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command

from core.models import AuditEvent, User
from metrics.definitions.registry import all_metrics
from metrics.models import MetricRun, MetricValue
from revenue.models import RevenueLine
from scoreboard.api import scopes
from tests.scoreboard import world
from tests.scoreboard.api.conftest import Call

LEADERS = {"operator", "ceo", "sales_leader", "marketing_leader"}
ROLES = LEADERS | {"sales_manager", "rep"}
MATRIX = {
    "/metrics": ROLES,
    "/metrics/net_revenue?grain=quarter": ROLES,
    "/metrics/net_revenue.csv?grain=quarter": ROLES,
    "/metrics/net_revenue?grain=quarter&by=team": ROLES,
    "/metrics/net_revenue?grain=quarter&by=segment": LEADERS,
    "/metrics/net_revenue?grain=week&where=rep=Charlie Rep": LEADERS,
    "/metrics/nothing": set(),
    "/metrics/net_revenue?as_of=99999": set(),
    "/metrics/net_revenue/rows": ROLES,
    "/metrics/net_revenue/rows?of=rep:Alice Rep": ROLES,
    "/metrics/net_revenue/rows?of=team:North": LEADERS | {"sales_manager"},
    "/metrics/net_revenue/rows?of=rep:Charlie Rep": LEADERS,
    "/metrics/net_revenue/rows?of=segment:Enterprise": LEADERS,
    "/nothing": set(),
}
# What spreadsheets run, or have run: the apostrophe in front must be the first thing they see.
PAYLOADS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"//x\")",
    "＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "−1+1", " =1+1", "\u00a0=1+1", "\u200b=1+1", "\ufeff=1+1", "\v=1+1",
    "=IMPORTXML(\"//x\",\"//a\")", "+cmd|'x'!A0", "-2+3+cmd|'x'!A0", "@A1", "=\"a\"&\"b\"", "=DDE(\"x\";\"y\")",
]  # fmt: skip


def test_the_matrix_of_roles_and_addresses(run: MetricRun, lines: list[RevenueLine], call: Call) -> None:
    found = {}
    for role in ROLES:
        caller = call(role)
        found[role] = {path: caller.get(path).status_code for path in MATRIX}
    assert found == {r: {path: 200 if r in ok else 404 for path, ok in MATRIX.items()} for r in ROLES}


def test_it_is_what_the_command_prints(run: MetricRun, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metrics.management.commands.metric.compute_due", lambda: None)
    caller = call("ceo")
    for given, query in (
        (["net_revenue", "--grain", "quarter"], "net_revenue?grain=quarter"),
        (["net_revenue", "--grain", "quarter", "--by", "team"], "net_revenue?grain=quarter&by=team"),
        (["attainment", "--grain", "month", "--from", "2026-01-01", "--to", "2026-06-01"],
         "attainment?grain=month&from=2026-01-01&to=2026-06-01"),
        (["nrr", "--grain", "year", "--as-of", str(run.pk)], f"nrr?grain=year&as_of={run.pk}"),
    ):  # fmt: skip
        out, table = io.StringIO(), io.StringIO()
        call_command("metric", *given, "--json", stdout=out)
        answer = caller.get(f"/metrics/{query}")
        assert answer.json() == json.loads(out.getvalue())
        assert answer.json()["rows"], query
        call_command("metric", *given, "--csv", stdout=table)
        csv = caller.get(f"/metrics/{query.replace('?', '.csv?')}").content.decode()
        assert csv.replace("\r\n", "\n") == table.getvalue()
        assert caller.get(f"/metrics/{query}&format=csv").content.decode() == csv


def test_the_registry_is_the_whole_registry(run: MetricRun, call: Call) -> None:
    body = call("rep").get("/metrics").json()
    assert [m["metric"] for m in body["metrics"]] == [m.key for m in all_metrics()]


def test_somebodys_whole_is_their_own_part(run: MetricRun, call: Call) -> None:
    seen = {}
    for who in ("ceo", "sales_manager", "rep", "charlie"):
        rows = call(who).get("/metrics/net_revenue?grain=year&from=2026-01-01").json()["rows"]
        seen[who] = [row["by"] for row in rows]
    assert seen == {
        "ceo": [{}],
        "sales_manager": [{"team": "North"}],
        "rep": [{"rep": "Alice Rep"}],
        "charlie": [{"rep": "Charlie Rep"}],
    }
    assert call("rep").get("/metrics/magic_number?grain=quarter").status_code == 404, "the company's alone"


def test_no_answer_names_anybody_outside_the_scope(run: MetricRun, lines: list[RevenueLine], call: Call) -> None:
    paths = [
        f"/metrics/net_revenue?grain={grain}&by={by}{rest}"
        for grain in ("week", "quarter", "all") for by in ("", "rep", "team", "team,rep")
        for rest in ("", "&where=rep=Alice Rep")
    ] + ["/metrics/net_revenue/rows?period=all", "/metrics/net_revenue/rows?period=all&format=csv"]  # fmt: skip
    for who, strangers in (("sales_manager", ("Charlie", "South", "L-3")), ("rep", ("Bob", "Charlie", "L-2", "L-3"))):
        caller = call(who)
        for path in paths:
            answer = caller.get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code in (200, 429), path
            assert not [s for s in strangers if s in body.decode()], (who, path)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?grain=day", "grain"), ("?from=soon", "from"), ("?where=team", "where"), ("?as_of=0", "as_of"),
        ("?by=colour", ""), ("?as_of=RUN&where=team=North", ""), ("?format=xml", "format"),
        ("/rows?limit=1001", "limit"), ("/rows?offset=100001", "offset"), ("/rows?period=2026Q9", "period"),
        ("/rows?period=0000-00", "period"), ("/rows?q=" + "x" * 101, "q"),
    ],
)  # fmt: skip
def test_nonsense_is_named(run: MetricRun, lines: list[RevenueLine], call: Call, query: str, field: str) -> None:
    answer = call("ceo").get(f"/metrics/net_revenue{query.replace('RUN', str(run.pk))}")
    body = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert body["detail"]
    assert [e["field"] for e in body["errors"]] == ([field] if field else [])


def test_what_has_not_changed_is_not_sent_again(people: dict[str, User], run: MetricRun, call: Call) -> None:
    caller, path = call("ceo"), "/metrics/net_revenue?grain=quarter"
    first = caller.get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Vary"] == "Authorization"
    tag = {"If-None-Match": first.headers["ETag"]}
    again = caller.get(path, headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"], "a cache learns which of its answers still holds"
    assert caller.get("/metrics/net_revenue?grain=year", headers=tag).status_code == 200
    assert call("sales_manager").get(path, headers=tag).status_code == 200, "another scope has another tag"
    MetricRun.objects.create(as_of=run.as_of, published_at=run.published_at)
    assert caller.get(path, headers=tag).status_code == 200


def test_rows_are_paged_and_typed(run: MetricRun, lines: list[RevenueLine], call: Call) -> None:
    caller = call("ceo")
    body = caller.get("/metrics/net_revenue/rows?limit=2").json()
    assert (body["count"], len(body["rows"]), body["object"]) == (3, 2, "revenue_lines")
    assert (body["start"], body["end"]) == ("2026-07-01", "2026-10-01")
    row = body["rows"][0]
    assert (row["line"], row["net"], row["booked_on"], row["currency"]) == (4, "3000", "2026-08-03", "USD")
    assert row["id"] == lines[2].pk
    rest = caller.get("/metrics/net_revenue/rows?limit=2&offset=2").json()["rows"]
    assert [r["owner"] for r in rest] == ["Alice Rep"]
    assert caller.get("/metrics/net_revenue/rows?q=bob").json()["count"] == 1


def test_no_cell_of_any_table_is_a_formula(run: MetricRun, lines: list[RevenueLine], call: Call) -> None:
    assert len(PAYLOADS) == 25
    RevenueLine.objects.all().delete()
    first = lines[0]
    for i, payload in enumerate(PAYLOADS):
        first.pk, first.key, first.route = None, f"P-{i}", payload
        first.save(force_insert=True)
        MetricValue.objects.create(
            metric="net_revenue", grain="all", dim="route", member=payload, n=1, value=1, numerator=1, run_from=run.pk
        )
    caller = call("ceo")
    table = caller.get("/metrics/net_revenue/rows?period=all&format=csv")
    cells = _cells(b"".join(table.streaming_content).decode())
    cells += _cells(caller.get("/metrics/net_revenue.csv?by=route").content.decode())
    shown = [cell for cell in cells if cell.startswith("'")]
    assert len(shown) == 2 * len(PAYLOADS)
    assert not [c for c in cells if c.lstrip(" \u00a0\u200b\ufeff\v\f")[:1] in set("=+-@\t\r\n＝＋－＠−")]
    raw = caller.get("/metrics/net_revenue.csv?by=route&raw=true").content.decode()
    assert set(PAYLOADS) <= set(_cells(raw))
    assert AuditEvent.objects.filter(verb="exported raw cells").count() == 1
    assert AuditEvent.objects.filter(verb="exported rows").count() == 1


def _cells(text: str) -> list[str]:
    import csv

    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


def test_before_anything_is_computed_it_says_so(people: dict[str, User], call: Call) -> None:
    answer = call("ceo", scopes.METRICS, scopes.ROWS).get("/metrics/net_revenue")
    assert answer.status_code == 404
    assert "Nothing has been computed" in answer.json()["detail"]
    assert world.AS_OF
