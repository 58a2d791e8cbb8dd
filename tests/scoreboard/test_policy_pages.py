"""The policy's pages: who reads, who changes, what a draft shows before it is kept, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver

from core.models import AuditEvent, Company, User
from core.periods import Grain
from metrics.compute.runs import snapshot
from metrics.compute.setting import current_setting, world_of
from metrics.definitions.quality import marked
from metrics.definitions.quality_policy import TESTS, QualityPolicy
from metrics.definitions.quality_share import REASONS, _reason
from metrics.definitions.scene import Scene
from metrics.models import Due, MetricRun, MetricValue, QualityPolicyVersion
from metrics.policy.actions import set_quality_policy
from metrics.policy.answers import READS, answers
from revenue.models import RevenueLine
from tests.metrics.company import LINES, bring, bring_company
from tests.metrics.company import lines as company_lines
from tests.scoreboard.conftest import signed_in

pytestmark = pytest.mark.django_db
ALL = frozenset({"operator", "ceo", "sales_leader", "marketing_leader", "sales_manager", "rep"})
LEADERS = frozenset({"operator", "ceo", "sales_leader", "marketing_leader"})
PAGES = {
    "/policy/": ALL,
    "/targets/": ALL,
    "/targets/?kind=rep&metric=net_revenue&year=2026": ALL,
    "/profile/": ALL,
    "/restatements/": ALL,
    "/restatements/?parts=yes&csv=yes": ALL,
    "/bonus/": LEADERS,
    "/restatements/waiting/": LEADERS,
    "/bonus/?threshold=90&cap=150&at=90&pays=50&at=100&pays=100&sales_pool=1000&what_if=104": LEADERS,
}
SENDS = {"/policy/": LEADERS, "/targets/": LEADERS, "/profile/": LEADERS, "/bonus/": LEADERS}
DRAFT = {
    "do": "preview", "since": "2026-10-01", "tests": ["margin", "price", "route"], "margin_value": ["35", "20", ""],
    "margin_family": ["", ""], "margin_segment": ["SMB", ""], "price_value": ["25"], "routes": ["broker"],
    "routes_other": "grey market, ", "segments": ["Enterprise"], "fit": "60", "multiple": "3", "floor": "70",
    "why": "New terms with resellers",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel("2026-09-20 12:00Z", tick=False):
        yield


def text_of(content: bytes) -> str:
    words = re.sub(r"<[^>]+>", " ", content.decode()).replace("\u202f", " ")
    return re.sub(r"\s+", " ", words)


def test_every_page_by_every_role(people: dict[str, User], run: MetricRun) -> None:
    found = {path: {role: signed_in(people[role]).get(path).status_code for role in ALL} for path in PAGES}
    assert found == {path: {role: 200 if role in allowed else 404 for role in ALL} for path, allowed in PAGES.items()}


def test_who_may_send(people: dict[str, User], run: MetricRun) -> None:
    found = {path: {role: signed_in(people[role]).post(path).status_code != 404 for role in ALL} for path in SENDS}
    assert found == {path: {role: role in allowed for role in ALL} for path, allowed in SENDS.items()}


def test_nobody_sees_anything_without_signing_in(db: None) -> None:
    for path in PAGES:
        response = Client().get(path)
        assert (response.status_code, response.headers["Location"][:16]) == (302, "/accounts/login/"), path


def test_every_address_is_in_this_matrix() -> None:
    resolver = get_resolver().namespace_dict["scoreboard"][1].namespace_dict["policy"][1]
    assert {key for key in resolver.reverse_dict if isinstance(key, str)} == {
        "quality", "line", "targets", "edit_target", "profile", "bonus", "restatements", "held",
    }  # fmt: skip


def test_pages_are_not_kept_by_caches(people: dict[str, User], run: MetricRun) -> None:
    assert "no-store" in signed_in(people["ceo"]).get("/policy/").headers["Cache-Control"]


def test_the_bonus_is_said_once_as_published_and_once_as_tried(people: dict[str, User], run: MetricRun) -> None:
    client, plan = signed_in(people["ceo"]), "threshold=90&cap=150&at=90&pays=50&at=100&pays=100&sales_pool=1000&grain="
    for asked in (f"/bonus/?{plan}quarter", f"/bonus/?{plan}year"):
        assert text_of(client.get(asked).content).count("As published, to date") == 1, asked
    MetricValue.objects.create(
        metric="joint_attainment", grain="quarter", period=Company.current().calendar.period(
            Grain.QUARTER, Company.current().today()).start, dim="", member="", numerator=102, denominator=100,
        value="1.02", n=3, run_from=run.pk,
    )  # fmt: skip
    page = text_of(client.get(f"/bonus/?{plan}quarter").content)
    assert page.count("As published, to date") == 1
    assert "There is no joint target" not in page
    lines = client.get(f"/bonus/?{plan}quarter&csv=curve").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "attainment,payout"
    assert len(lines) > 3
    assert "At the attainment you try" in text_of(client.get(f"/bonus/?{plan}quarter&what_if=104").content)


def test_the_policy_in_words_is_there_for_everyone(people: dict[str, User], run: MetricRun) -> None:
    page = text_of(signed_in(people["rep"]).get("/policy/").content)
    assert "gross margin at or above 30 %" in page
    assert "Draft the next version" not in page
    assert "Draft the next version" in text_of(signed_in(people["marketing_leader"]).get("/policy/").content)


def test_a_preview_scores_the_quarters_and_keeps_nothing(people: dict[str, User]) -> None:
    bring_company()
    before = (MetricRun.objects.count(), AuditEvent.objects.count())
    response = signed_in(people["ceo"]).post("/policy/", DRAFT)
    page = text_of(response.content)
    assert response.status_code == 200
    rows = {row.name: row for row in response.context["preview"].rows}
    # L1: margin 40 %, discount 16.7 %; L5: 55 % and 20 %. Neither has a route, which the draft asks for.
    assert rows["Q1 2026"].net == "$200"
    assert rows["Q1 2026"].cells[1].amount == "$200"
    assert not rows["Q1 2026"].judged
    assert "its own days begin after them" in page
    assert 'value="New terms' not in page
    assert "New terms with resellers" in page
    assert (MetricRun.objects.count(), AuditEvent.objects.count()) == before
    assert not QualityPolicyVersion.objects.exists()


def test_a_preview_says_what_would_be_published(people: dict[str, User]) -> None:
    """The same numbers that a run publishes once the draft is kept."""
    from metrics.compute.runs import compute
    from metrics.models import MetricValue

    bring_company()
    draft = DRAFT | {"tests": ["margin", "price"], "whole": "yes"}
    seen = signed_in(people["ceo"]).post("/policy/", draft).context["preview"].rows
    signed_in(people["ceo"]).post("/policy/", draft | {"do": "save"})
    compute()
    value = MetricValue.objects.get(
        metric="quality_share", grain="quarter", period=date(2026, 1, 1), dim="", run_to=None
    ).value
    assert (seen[-1].name, seen[-1].draft, value) == ("Q1 2026", "100.0 %".replace(" ", "\u202f"), Decimal(1))


def test_saving_keeps_the_version_and_says_so(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["sales_leader"])
    response = client.post("/policy/", DRAFT | {"do": "save"}, follow=True)
    row = QualityPolicyVersion.objects.get()
    assert (row.number, row.since, row.tests) == (1, date(2026, 10, 1), ["margin", "price", "route"])
    assert row.margin_floor == [
        {"value": 3500, "product_family": None, "segment": None},
        {"value": 2000, "product_family": None, "segment": "SMB"},
    ]
    assert row.grey_routes == ["broker", "grey market"]
    assert (row.quality_floor, row.changed_by) == (7000, "sales_leader@example.com")
    assert Due.objects.exists()
    page = text_of(response.content)
    assert "Version 1 is kept" in page
    assert "begins later" in page
    assert "New terms with resellers" in page
    assert "The policy that Assay comes with is in force" in page


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"why": " "}, "why"),
        ({"since": "soon"}, "since"),
        ({"since": "2031-01-01"}, "since"),
        ({"tests": []}, "tests"),
        ({"margin_value": ["lots"]}, "margin_floor"),
        ({"margin_value": ["40", "30"], "margin_family": [""], "margin_segment": [""]}, "margin_floor"),
        ({"margin_value": ["40.001"]}, "margin_floor"),
        ({"price_value": ["101"]}, "discount_cap"),
        ({"price_value": ["1e999"]}, "discount_cap"),
        ({"price_value": ["NaN"]}, "discount_cap"),
        ({"fit": ""}, "fit_line"),
        ({"multiple": "0"}, "clv_multiple"),
        ({"floor": "-1"}, "quality_floor"),
        ({"routes_other": "x\x00y"}, "grey_routes"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    change: dict[str, object], field: str, people: dict[str, User], run: MetricRun
) -> None:
    response = signed_in(people["ceo"]).post("/policy/", DRAFT | {"do": "save"} | change)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert "Not kept yet" in text_of(response.content)
    assert not QualityPolicyVersion.objects.exists()


def test_a_version_that_leaves_another_nothing_to_judge_says_so(people: dict[str, User], run: MetricRun) -> None:
    set_quality_policy(draft=QualityPolicy(since=date(2026, 11, 1)), floor=Decimal("0.7"), why="later", by="test")
    page = text_of(signed_in(people["ceo"]).post("/policy/", DRAFT).content)
    assert "leaves version 1 nothing to judge" in page


def test_names_of_segments_and_routes_cannot_break_the_page(people: dict[str, User], run: MetricRun) -> None:
    name = '"><script>alert(1)</script>'
    response = signed_in(people["ceo"]).post("/policy/", DRAFT | {"routes_other": name, "do": "save"}, follow=True)
    assert b"<script>alert" not in response.content


def test_without_revenue_the_preview_teaches(people: dict[str, User]) -> None:
    page = text_of(signed_in(people["ceo"]).post("/policy/", DRAFT).content)
    assert "There is no revenue yet that a policy could score" in page


def test_a_line_is_seen_by_whoever_may_see_its_rep(people: dict[str, User], lines: list[RevenueLine]) -> None:
    paths = [f"/policy/lines/{line.pk}/" for line in lines]
    seen = {
        name: [signed_in(people[name]).get(path).status_code for path in paths]
        for name in ("ceo", "sales_manager", "rep", "charlie")
    }
    assert seen == {
        "ceo": [200, 200, 200],
        "sales_manager": [200, 200, 404],
        "rep": [200, 404, 404],
        "charlie": [404, 404, 200],
    }
    assert signed_in(people["ceo"]).get("/policy/lines/99999/").status_code == 404
    assert signed_in(people["ceo"]).post(paths[0]).status_code == 405


def test_a_line_opens_to_its_five_answers(people: dict[str, User]) -> None:
    bring_company()
    keep = {"margin_value": ["45", "30"], "margin_family": [""], "margin_segment": ["Enterprise"], "why": "x"}
    signed_in(people["ceo"]).post("/policy/", DRAFT | keep | {"do": "save", "whole": "yes", "tests": list(TESTS)})
    line = RevenueLine.objects.get(key="L1")
    page = text_of(signed_in(people["ceo"]).get(f"/policy/lines/{line.pk}/").content)
    assert "It cannot be judged yet" in page
    assert "Margin 40.0 % (net $100.00 less cost $60.00) against a floor of 30 % for Enterprise." in page
    assert "Discount 16.7 % (list $120.00, net $100.00) against a cap of 25 %." in page
    assert "The route is not known." in page
    assert "Segment Enterprise, strategic." in page
    assert "6 months on, on 15 Jul 2025, the customer was still active." in page
    assert "Judged by version 1 , in force from the beginning" in page
    bare = text_of(signed_in(people["ceo"]).get(f"/policy/lines/{RevenueLine.objects.get(key='L4').pk}/").content)
    assert "The list price of this line is not known." in bare
    assert "Margin 0.0 % (net $70.00 less cost $70.00) against a floor of 45 %." in bare


def test_the_heading_of_a_line_names_every_test_that_it_fails(people: dict[str, User]) -> None:
    bring_company()
    keep = {"margin_value": ["45"], "margin_family": [""], "margin_segment": [""], "price_value": ["10"], "why": "x"}
    signed_in(people["ceo"]).post("/policy/", DRAFT | keep | {"do": "save", "whole": "yes", "tests": list(TESTS)})
    page = text_of(signed_in(people["ceo"]).get(f"/policy/lines/{RevenueLine.objects.get(key='L1').pk}/").content)
    assert "It fails on margin and price" in page


def test_the_answers_of_each_line_are_those_that_all_lines_are_scored_by(people: dict[str, User]) -> None:
    """A line is answered from its account's rows alone: that must say what the whole company's frames say."""
    bring_company()
    extra = [
        ("L6", "A2", "2025-06-20", "40.00", "10.00", "41.00", "R2"),
        ("L7", "A2", "2025-09-20", "40.00", "39.00", "90.00", "R2"),
    ]
    bring("more.csv", company_lines([*LINES, *extra]))
    for since, tests in (("2025-02-10", ["margin"]), ("2025-08-01", ["margin", "price", "fit", "durability"])):
        draft = DRAFT | {"do": "save", "since": since, "tests": tests, "why": since}
        assert signed_in(people["ceo"]).post("/policy/", draft).status_code == 302
    setting = current_setting()
    frames = snapshot(READS, world_of(setting))
    scene = Scene(frames, setting)
    whole = dict(zip(frames.lines["line_id"], [REASONS[code] for code in _reason(scene)], strict=True))
    marks = marked(scene).marks
    place = {pk: i for i, pk in enumerate(frames.lines["line_id"])}
    rows = list(RevenueLine.objects.values_list("pk", "account_id"))
    assert len(rows) == 7
    for pk, account in rows:
        found = answers(pk, account)
        assert found is not None
        assert found.outcome == whole[pk]
        assert {t: -1 if m is None else int(m) for t, m in found.marks.items()} == {
            t: int(marks[t][place[pk]]) for t in TESTS
        }
    assert set(whole.values()) >= {"quality", "margin", "unknown"}


def test_a_line_without_an_exchange_rate_says_what_to_bring(people: dict[str, User], lines: list[RevenueLine]) -> None:
    RevenueLine.objects.filter(pk=lines[0].pk).update(currency="EUR")
    page = text_of(signed_in(people["ceo"]).get(f"/policy/lines/{lines[0].pk}/").content)
    assert "Import fx_rates" in page


def test_versions_and_profile_are_had_as_files(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["ceo"])
    head, *rows = client.get("/policy/?csv=versions").content.decode("utf-8-sig").splitlines()
    assert head == "Version,In force,State,Test,Asks,Floor,Why,By,At"
    assert len(rows) >= 5
    assert all("The policy that Assay comes with." in row for row in rows)
    given = {"do": "save", "why": "who stays", "name": "segment", "weight": "3", "members": "Enterprise",
             "low": "", "high": ""}  # fmt: skip
    assert client.post("/profile/", given).status_code == 302
    rows = client.get("/profile/?csv=profile").content.decode("utf-8-sig").splitlines()
    assert rows == ["Attribute,Wanted,Weight", "Segment,Enterprise,3"]
