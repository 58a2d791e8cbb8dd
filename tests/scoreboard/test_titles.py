"""Titles written over charts: by whom, for whom, on which numbers, and what the drafted sentence does meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from core.models import AuditEvent, User
from metrics.models import MetricRun, MetricValue
from scoreboard.models import ChartTitle
from scoreboard.titles.read import Subject
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.test_browser import enter, published
from tests.scoreboard.test_home import text_of as words_of

__all__ = ["published"]
PAGE, CHART = "/revenue/", "revenue-by-month"
OWN = "Revenue grew because of two renewals"


def text_of(html: str) -> str:
    return words_of(html.encode()).strip()


def page_of(client: Client, address: str = PAGE) -> str:
    return client.get(address).content.decode()


def title_of(html: str, chart: str = CHART) -> str:
    """What stands over the chart."""
    found = re.search(rf'<figure class="chart" id="{chart}">\s*<figcaption><b>(.*?)</b>', html, re.S)
    assert found, "the page has no such chart"
    return text_of(found[1])


def form_of(client: Client, address: str = PAGE, chart: str = CHART) -> str:
    """The signed field of the form that the page shows over the chart."""
    found = re.search(r'name="about" value="([^"]+)"', page_of(client, f"{address}?title={chart}"))
    assert found, "there is no form"
    return found[1]


def write(client: Client, text: str = OWN, **more: str) -> Any:
    return client.post("/titles/", {"about": form_of(client), "text": text, **more})


@pytest.fixture
def drafted(people: dict[str, User], run: MetricRun) -> str:
    """The sentence that the program drafts for the chart."""
    return title_of(page_of(signed_in(people["ceo"])))


def test_a_leader_writes_it_and_every_leader_reads_it_with_the_drafted_one(
    people: dict[str, User], run: MetricRun, drafted: str
) -> None:
    answer = write(signed_in(people["sales_leader"]))
    assert answer.status_code == 302
    assert urlsplit(answer.headers["Location"])[2::2] == (PAGE, CHART)
    seen = page_of(signed_in(people["ceo"]))
    assert title_of(seen) == OWN
    assert f"Title by {people['sales_leader']}" in text_of(seen)
    assert f"Drafted: {drafted}" in text_of(seen)
    assert f'aria-label="{OWN}' in seen  # who cannot see the chart is told the same
    told = AuditEvent.objects.get(verb="wrote a chart's title").detail
    assert (words_of(told["before"].encode()), told["after"], told["chart"]) == (drafted, OWN, CHART)


def test_who_sees_less_reads_the_sentence_of_their_own_numbers(people: dict[str, User], run: MetricRun) -> None:
    write(signed_in(people["ceo"]))
    for role in ("sales_manager", "rep"):
        seen = page_of(signed_in(people[role]))
        assert OWN not in seen
        assert "Edit title" not in seen
        assert 'name="about"' not in page_of(signed_in(people[role]), f"{PAGE}?title={CHART}")


def test_who_may_send(people: dict[str, User], run: MetricRun) -> None:
    about = form_of(signed_in(people["ceo"]))
    for role, person in people.items():
        sent = signed_in(person).post("/titles/", {"about": about, "text": f"By {role}"})
        assert sent.status_code == (302 if person.sees_everything else 404), role
    assert Client().post("/titles/", {"about": about, "text": "x"}).headers["Location"].startswith("/accounts/login/")
    assert signed_in(people["ceo"]).get("/titles/").status_code == 405


def test_what_no_page_showed_is_not_written_about(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["ceo"])
    about = form_of(client)
    for forged in ("", "x", about[:-1] + ("a" if about[-1] != "a" else "b")):
        assert client.post("/titles/", {"about": forged, "text": OWN}).status_code == 404
    assert not ChartTitle.objects.exists()


def test_other_numbers_bring_the_drafted_title_back_and_quote_the_old_one_for_a_month(
    people: dict[str, User], run: MetricRun, drafted: str
) -> None:
    client = signed_in(people["ceo"])
    write(client)
    months = MetricValue.objects.filter(metric="net_revenue", grain="month", dim="")
    known = {row.pk: row.value for row in months}
    months.update(value=F("value") + 70_000)
    seen = page_of(client)
    assert title_of(seen) != OWN
    assert f"on other numbers: “{OWN}”" in text_of(seen)
    ChartTitle.objects.update(written_at=timezone.now() - timedelta(days=32))
    assert OWN not in page_of(client)
    for pk, value in known.items():
        MetricValue.objects.filter(pk=pk).update(value=value)
    assert title_of(page_of(client)) == OWN  # the same numbers again, by an undone import: it holds again


def test_it_stands_over_the_same_numbers_at_another_address_and_over_no_others(
    people: dict[str, User], run: MetricRun, drafted: str
) -> None:
    client = signed_in(people["ceo"])
    write(client)
    assert title_of(page_of(client, f"{PAGE}?vs=year")) == OWN
    assert OWN not in page_of(client, f"{PAGE}?grain=quarter")
    # Going back takes it away wherever it stood.
    about = form_of(client, f"{PAGE}")
    client.post("/titles/", {"about": about, "drafted": "1", "text": OWN})
    assert title_of(page_of(client)) == title_of(page_of(client, f"{PAGE}?vs=year")) == drafted


def test_the_form_begins_with_what_stands_there(people: dict[str, User], run: MetricRun, drafted: str) -> None:
    client = signed_in(people["ceo"])
    begun = page_of(client, f"{PAGE}?title={CHART}")
    assert drafted in text_of(re.findall(r"<textarea.*?</textarea>", begun, re.S)[0])
    assert "Back to the drafted title" not in begun
    write(client)
    begun = page_of(client, f"{PAGE}?title={CHART}")
    assert OWN in re.findall(r"<textarea.*?</textarea>", begun, re.S)[0]
    assert "Back to the drafted title" in begun


def test_the_drafted_words_or_none_are_no_title(people: dict[str, User], run: MetricRun, drafted: str) -> None:
    client = signed_in(people["ceo"])
    for text in ("", "   ", drafted):
        write(client, text)
        assert not ChartTitle.objects.exists()
    assert not AuditEvent.objects.filter(verb__contains="title").exists()
    write(client)
    write(client, "")
    assert title_of(page_of(client)) == drafted
    assert AuditEvent.objects.filter(verb="went back to a chart's drafted title").count() == 1


def test_too_long_is_said_and_what_stood_there_stays(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["ceo"])
    write(client)
    client.post("/titles/", {"about": form_of(client), "text": "x" * 201})
    seen = page_of(client)
    assert "a title has at most 200" in text_of(seen)
    assert title_of(seen) == OWN


def test_what_is_written_is_text_and_never_markup(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["ceo"])
    write(client, "<script>alert(1)</script> & “both”")
    seen = page_of(client)
    assert "<script>alert(1)" not in seen
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; “both”" in seen


def test_a_table_that_is_a_finding_has_one_too(people: dict[str, User], run: MetricRun) -> None:
    client = signed_in(people["ceo"])
    for page in ("/productivity/", "/retention/", "/quality/", "/sales-marketing/"):
        tables = re.findall(r'<header id="([\w-]+)">', page_of(client, page))
        if tables:
            break
    client.post("/titles/", {"about": form_of(client, page, tables[0]), "text": OWN})
    assert re.search(rf'<header id="{tables[0]}">\s*<h\d class="table-title">{OWN}', page_of(client, page))


def test_a_signed_subject_is_read_as_it_was() -> None:
    subject = Subject("/quality/", "of=region%3AEMEA", "routes", "0" * 64, "Narrow\u202fblank")
    assert Subject.unsigned(subject.signed()) == subject
    assert subject.address == "/quality/?of=region%3AEMEA#routes"


def test_by_keyboard_in_the_browser(
    page: Page, context: BrowserContext, live_server: Any, published: dict[str, User]
) -> None:
    enter(context, published["ceo"], live_server.url)
    page.goto(f"{live_server.url}{PAGE}")
    page.locator(f"#{CHART}").get_by_role("link", name="Edit title").press("Enter")
    field = page.get_by_label("The title, until the numbers change")
    expect(field).to_be_focused()
    field.fill(OWN)
    field.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{CHART} figcaption b")).to_have_text(OWN)
    expect(page.locator(f"#{CHART} .title-note")).to_contain_text("Drafted:")
