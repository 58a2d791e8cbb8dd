"""Annotations: who writes and sees them, where they stand, how they are exported, and what is refused."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from core.models import AuditEvent, User
from metrics.models import MetricRun
from metrics.policy.checks import Refused
from revenue.models import RevenueLine
from scoreboard.annotations.actions import annotate, change_annotation, settle_annotation
from scoreboard.annotations.read import notes_on
from scoreboard.charts.shape import Chart, Kind
from scoreboard.models import Annotation
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_home import text_of

ALL = frozenset({"operator", "ceo", "sales_leader", "marketing_leader", "sales_manager", "rep"})
LEADERS = frozenset({"operator", "ceo", "sales_leader", "marketing_leader"})
WRITERS = LEADERS | {"sales_manager"}
DAY = date(2026, 8, 12)
SENT = {"metric": "net_revenue", "on_date": "2026-08-12", "text": "Price list of August", "action": "Tell partners",
        "due_on": "2026-09-01"}  # fmt: skip


@pytest.fixture
def written(people: dict[str, User], run: MetricRun) -> Annotation:
    """The CEO's remark on revenue in August, which the sales leader is to act on."""
    return annotate(
        actor=people["ceo"], metric="net_revenue", on_date=DAY, text="Price list of August",
        owner=people["sales_leader"], action="Tell partners", due_on=date(2026, 9, 1),
    )  # fmt: skip


def test_every_page_by_every_role(people: dict[str, User], written: Annotation) -> None:
    pages = {
        "/annotations/": WRITERS, "/annotations/?status=all&metric=net_revenue": WRITERS, "/annotations/new/": WRITERS,
        f"/annotations/{written.pk}/": LEADERS, "/annotations/99999/": frozenset(),
    }  # fmt: skip
    found = {path: {role: signed_in(people[role]).get(path).status_code for role in ALL} for path in pages}
    assert found == {path: {role: 200 if role in allowed else 404 for role in ALL} for path, allowed in pages.items()}


def test_who_may_send(people: dict[str, User], written: Annotation) -> None:
    for path, allowed in {
        "/annotations/new/": WRITERS, f"/annotations/{written.pk}/": LEADERS,
        f"/annotations/{written.pk}/settle/": LEADERS,
    }.items():  # fmt: skip
        found = {role: signed_in(people[role]).post(path).status_code != 404 for role in ALL}
        assert found == {role: role in allowed for role in ALL}, path
    assert signed_in(people["ceo"]).get(f"/annotations/{written.pk}/settle/").status_code == 405


def test_nobody_sees_anything_without_signing_in(db: None) -> None:
    for path in ("/annotations/", "/annotations/new/", "/annotations/1/"):
        assert Client().get(path).headers["Location"].startswith("/accounts/login/")


def test_every_address_is_in_this_matrix() -> None:
    resolver = get_resolver().namespace_dict["scoreboard"][1].namespace_dict["annotations"][1]
    assert {key for key in resolver.reverse_dict if isinstance(key, str)} == {"list", "new", "one", "settle"}


def test_a_manager_sees_what_they_wrote_or_are_to_do_and_nothing_else(
    people: dict[str, User], written: Annotation
) -> None:
    manager = people["sales_manager"]
    own = annotate(actor=manager, metric="win_rate", on_date=DAY, text="Two reps were ill", owner=manager)
    given = annotate(actor=people["ceo"], metric="win_rate", on_date=DAY, text="Why is it low?", owner=manager)
    assert set(Annotation.objects.visible_to(manager)) == {own, given}
    assert set(Annotation.objects.visible_to(people["rep"])) == set()
    assert set(Annotation.objects.visible_to(people["ceo"])) == {own, given, written}
    # What was given to them they read and close; its words stay their writer's.
    client = signed_in(manager)
    assert client.get(f"/annotations/{given.pk}/").status_code == 200
    assert client.post(f"/annotations/{given.pk}/", SENT).status_code == 404
    assert client.post(f"/annotations/{given.pk}/settle/", {"done": "yes"}).status_code == 302
    given.refresh_from_db()
    assert given.status == "done"


def figures(content: bytes) -> dict[str, Any]:
    """The page's figures by their id."""
    found = re.findall(r'<script id="figure-([^"]+)" type="application/json">(.*?)</script>', content.decode())
    return {name: json.loads(body) for name, body in found}


def test_it_stands_on_each_chart_of_its_metric_with_marker_and_text(
    people: dict[str, User], written: Annotation
) -> None:
    client = signed_in(people["marketing_leader"])
    for path, chart, category in (
        ("/", "revenue-by-month", "August 2026"), ("/revenue/", "revenue-by-month", "August 2026"),
        ("/revenue/?grain=quarter", "revenue-by-quarter", "Q3 2026"),
        ("/metric/net_revenue/?period=2026-09", "over-time", "Aug ’26"),
        ("/metric/net_revenue/?period=2026W37", "over-time", "10 Aug ’26"),
    ):  # fmt: skip
        response = client.get(path)
        layout = figures(response.content)[chart]["layout"]
        assert [(mark["x"], mark["text"]) for mark in layout["annotations"]] == [(category, "1")], path
        # A column that carries its value carries the mark above it: a line would cross the value.
        labelled = any(trace.get("mode") == "text" for trace in figures(response.content)[chart]["data"])
        crossed = any(shape.get("x0") == category for shape in layout["shapes"])
        assert (crossed, layout["annotations"][0]["yref"]) == ((False, "y") if labelled else (True, "paper")), path
        assert "1 12 Aug 2026 Price list of August → Tell partners, Sales leader Person, due 1 Sep 2026" in text_of(
            response.content
        ), path


def test_other_metrics_and_other_times_are_without_it(people: dict[str, User], written: Annotation) -> None:
    client = signed_in(people["ceo"])
    for path in ("/metric/win_rate/", "/metric/net_revenue/?period=2026W20", "/quality/"):
        layouts = [figure["layout"] for figure in figures(client.get(path).content).values()]
        assert not any(layout.get("annotations") for layout in layouts), path


def test_a_rep_and_a_manager_see_their_charts_without_the_companys_remarks(
    people: dict[str, User], written: Annotation
) -> None:
    for role in ("sales_manager", "rep"):
        assert "Price list of August" not in text_of(signed_in(people[role]).get("/metric/net_revenue/").content)


def test_the_explain_page_lists_all_of_them(people: dict[str, User], written: Annotation) -> None:
    page = text_of(signed_in(people["ceo"]).get("/metric/net_revenue/?period=2026W20").content)
    assert "What was said about it" in page
    assert "Price list of August" in page


def test_the_csv_of_a_chart_carries_them(people: dict[str, User], written: Annotation) -> None:
    lines = signed_in(people["ceo"]).get("/?csv=revenue-by-month").content.decode().splitlines()
    assert lines[0].endswith(",Annotations")
    (august,) = [line for line in lines if line.startswith("August 2026")]
    assert (
        "2026-08-12: Price list of August (Sales leader Person; action: Tell partners, due 2026-09-01; open)" in august
    )
    assert signed_in(people["ceo"]).get("/metric/win_rate/?csv=over-time").content.decode().count("Annotations") == 0


def test_a_chart_without_time_has_it_below(people: dict[str, User], written: Annotation) -> None:
    client = signed_in(people["ceo"])
    path = "/metric/net_revenue/?by=segment&period=2026Q3"
    assert not figures(client.get(path).content)["by-segment"]["layout"].get("annotations")
    *members, below = client.get(f"{path}&csv=by-segment").content.decode().splitlines()
    assert members[1].startswith("Enterprise,")
    assert members[1].endswith(",")
    assert "2026-08-12: Price list of August" in below


def test_the_list_as_a_file_is_written_into_the_audit(people: dict[str, User], written: Annotation) -> None:
    annotate(actor=people["ceo"], metric="win_rate", on_date=DAY, text="=HYPERLINK(1)", owner=people["ceo"])
    body = signed_in(people["ceo"]).get("/annotations/?status=all&format=csv").content.decode()
    assert "Net revenue,2026-08-12,Price list of August,Sales leader Person,open,Tell partners,2026-09-01" in body
    assert "\n=HYPERLINK" not in body
    assert ",=HYPERLINK" not in body
    assert AuditEvent.objects.filter(verb="exported annotations").count() == 1


def test_writing_changing_and_closing_are_audited(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["sales_leader"])
    owner = str(people["sales_leader"].pk)
    response = client.post("/annotations/new/", SENT | {"owner": owner})
    assert response.headers["Location"] == "/metric/net_revenue/#annotations"
    row = Annotation.objects.get()
    assert (row.text, row.on_date, row.due_on, row.status) == ("Price list of August", DAY, date(2026, 9, 1), "open")
    client.post(f"/annotations/{row.pk}/", SENT | {"owner": owner, "text": "Price list, late"})
    client.post(f"/annotations/{row.pk}/settle/", {"done": "yes", "next": "//evil.example/"})
    client.post(f"/annotations/{row.pk}/settle/", {"done": "yes"})
    events = AuditEvent.objects.filter(target_type="scoreboard.Annotation").order_by("id")
    assert [event.verb for event in events] == [
        "annotated a metric", "changed an annotation", "closed an annotation",
    ]  # fmt: skip
    assert events[1].detail == {"before": {"text": "Price list of August"}, "after": {"text": "Price list, late"}}


@pytest.mark.parametrize(
    ("change", "field"),
    [({"metric": "no_such"}, "metric"), ({"text": "  "}, "text"), ({"due_on": "2026-08-01"}, "due_on"),
     ({"on_date": "yesterday"}, "on_date"), ({"on_date": ""}, "on_date"), ({"owner": "0"}, "owner"),
     ({"action": ""}, "action"), ({"on_date": "1066-10-14"}, "on_date"), ({"text": "x" * 501}, "text")],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_field(
    change: dict[str, str], field: str, people: dict[str, User], run: MetricRun
) -> None:
    client = signed_in(people["ceo"])
    response = client.post("/annotations/new/", SENT | {"owner": str(people["ceo"].pk)} | change)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert not Annotation.objects.exists()


def test_a_rep_is_no_owner(people: dict[str, User], run: MetricRun) -> None:
    with pytest.raises(Refused, match="somebody who may open annotations"):
        annotate(actor=people["ceo"], metric="net_revenue", on_date=DAY, text="x", owner=people["rep"])


def test_an_action_about_a_record_stands_on_its_page(
    people: dict[str, User], run: MetricRun, lines: list[RevenueLine]
) -> None:
    client, about = signed_in(people["ceo"]), f"/rows/revenue_lines/{lines[0].pk}/"
    form = client.get("/annotations/new/", {"about": about}).context["form"]
    assert (form.metric, form.about) == ("net_revenue", about)
    sent = SENT | {"owner": str(people["ceo"].pk), "about": about}
    assert client.post("/annotations/new/", sent).headers["Location"] == about
    assert "Tell partners" in text_of(client.get(about).content)
    # A manager cannot tie a remark to a record of another team, nor anybody to an address of somewhere else.
    charlies = f"/rows/revenue_lines/{lines[2].pk}/"
    for given in (charlies, "https://evil.example/", "/rows/no_such/1/"):
        manager = people["sales_manager"]
        kept = annotate(actor=manager, metric="net_revenue", on_date=DAY, text="x", owner=manager, about=given)
        assert kept.about == ""


def test_nothing_changes_where_nothing_is_new(people: dict[str, User], written: Annotation) -> None:
    before = AuditEvent.objects.count()
    same: dict[str, Any] = {"on_date": DAY, "text": written.text, "owner": written.owner, "action": written.action}
    assert not change_annotation(actor=people["ceo"], annotation=written, due_on=written.due_on, **same)
    assert not settle_annotation(actor=people["ceo"], annotation=written, done=False)
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize(
    ("kind", "category"), [(Kind.COLUMNS, 0), (Kind.LINE, 0), (Kind.BARS, None), (Kind.BRIDGE, None)]
)
def test_a_day_is_a_place_on_a_chart_of_time_alone(kind: Kind, category: int | None) -> None:
    """A chart by structure of one bar has as many bounds as a chart of one period."""
    chart = Chart(
        key="one", title="One", kind=kind, unit="money", currency="USD", period="2026", source="revenue lines",
        categories=("North",), series=(), metric="net_revenue", bounds=(date(2026, 7, 1), date(2026, 10, 1)),
    )  # fmt: skip
    note = Annotation(pk=1, metric="net_revenue", on_date=DAY, text="Price list", owner=User(name="Ann"))
    assert [each.category for each in notes_on(chart, [note])] == [category]
