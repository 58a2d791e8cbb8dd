"""A phone of 360 pixels: a session in at most six taps, kept without a network, sent once when it is back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Route, expect

from coaching import actions
from coaching.models import Attendance, CoachingSession, Commitment, Notes, Topic
from core.models import Company, User
from core.money import SCALE
from tests.coaching.conftest import World

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 740}
SECONDS_PER_TAP = 2.5  # to look, decide and reach: slower than people are measured to be
SECONDS_PER_LETTER = 0.25


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A phone's screen, touched."""
    return {**browser_context_args, "viewport": PHONE, "has_touch": True, "is_mobile": True}


@pytest.fixture
def phone(context: BrowserContext, live_server: Any, world: World) -> Iterator[Page]:
    """Alice's phone, signed in. Its console may complain of the network that the tests switch off, of nothing else."""
    Topic.objects.create(name="Discovery")
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" and not meant(m.text) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(context, live_server.url, world.alice)
    page.goto(f"{live_server.url}/coaching/log/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    yield page
    assert complaints == []


def meant(text: str) -> bool:
    """Whether the browser speaks of what these tests do to it: no network, or a session that is refused."""
    return "net::ERR_" in text or "(Bad Request)" in text


def sign_in(context: BrowserContext, address: str, user: User) -> None:
    """Puts the cookie of a session of `user` into the browser."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])


def wait_for(count: int) -> None:
    """Until the server has so many sessions."""
    end = time.monotonic() + 10
    while CoachingSession.objects.count() != count and time.monotonic() < end:
        time.sleep(0.05)
    assert CoachingSession.objects.count() == count


def tap(page: Page, name: str, value: str) -> None:
    """Taps a choice where a thumb would: on its label."""
    page.locator(f'label:has(input[name="{name}"][value="{value}"])').tap()


def log(page: Page, world: World, minutes: str = "45") -> None:
    """The shortest way through the page: rep, minutes, save."""
    tap(page, "rep", str(world.ann_rep.pk))
    tap(page, "minutes", minutes)
    page.get_by_role("button", name="Save").tap()


def test_a_session_takes_six_taps_and_thirty_seconds(phone: Page, world: World) -> None:
    words = "Send the proposal"
    taps: list[Callable[[], object]] = [
        lambda: tap(phone, "rep", str(world.ann_rep.pk)),
        lambda: tap(phone, "kind", "debrief"),
        lambda: tap(phone, "minutes", "15"),
        lambda: tap(phone, "topic", "Discovery"),
        lambda: phone.locator("#commitment").tap(),
        lambda: phone.get_by_role("button", name="Save").tap(),
    ]
    for do in taps[:-1]:
        do()
    phone.keyboard.type(words)
    taps[-1]()
    expect(phone.get_by_text("Saved.")).to_be_visible()

    session = CoachingSession.objects.get()
    today = Company.current().today()
    assert (session.kind, session.minutes, session.topic) == ("debrief", 15 * SCALE, "Discovery")
    assert session.held_on == today
    assert [a.rep for a in session.attendances.all()] == [world.ann_rep]
    promise = Commitment.objects.get()
    assert (promise.what, promise.due_on.weekday()) == (words, 4)
    assert timedelta(0) < promise.due_on - today <= timedelta(7)
    assert len(taps) <= 6
    assert len(taps) * SECONDS_PER_TAP + len(words) * SECONDS_PER_LETTER <= 30


def test_every_target_is_large_enough_and_nothing_is_cut_off(phone: Page, world: World) -> None:
    sizes = phone.eval_on_selector_all(
        ".log label.choice, .log button, .log input:not([type=hidden]):not([type=radio]):not([type=checkbox])",
        "all => all.filter(e => e.offsetParent).map(e => [e.textContent || e.name, e.getBoundingClientRect().height])",
    )
    assert [s for s in sizes if s[1] < 44] == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    save = phone.get_by_role("button", name="Save").bounding_box()
    assert save is not None
    assert save["y"] + save["height"] <= PHONE["height"], "Save is under the thumb without scrolling"


def test_what_belongs_to_the_rep_appears_with_the_rep(phone: Page, world: World) -> None:
    today = Company.current().today()
    actions.log_session(
        actor=world.alice, reps=[world.ann_rep], kind="group", minutes=5, held_on=today, client_key="k" * 32,
        commitment="Call Acme", due_on=today,
    )  # fmt: skip
    phone.reload()
    expect(phone.get_by_text("Call Acme")).to_be_hidden()
    tap(phone, "rep", str(world.ann_rep.pk))
    expect(phone.get_by_text("Call Acme")).to_be_visible()
    tap(phone, f"kept-{Commitment.objects.get().pk}", "yes")
    phone.get_by_text("Link a deal of Ann").tap()
    tap(phone, "deal", str(world.deal.pk))
    phone.get_by_role("button", name="Save").tap()
    wait_for(2)
    assert CoachingSession.objects.latest("pk").deal == world.deal
    assert Commitment.objects.get().kept is True


def test_offline_and_back_it_is_sent_exactly_once(phone: Page, world: World, context: BrowserContext) -> None:
    context.set_offline(True)
    phone.reload()  # the page opens all the same
    phone.locator("summary", has_text="Notes").tap()
    phone.locator("#notes").fill("only for us")
    log(phone, world)
    expect(phone.get_by_text("1 session kept on this phone")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("1 session kept on this phone")).to_be_visible()
    assert CoachingSession.objects.count() == 0
    context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    wait_for(1)
    phone.reload()
    expect(phone.locator("#queue")).to_be_hidden()
    assert CoachingSession.objects.count() == Attendance.objects.count() == 1
    assert Notes.objects.get().body == "only for us"


def test_an_answer_that_is_lost_does_not_log_it_twice(phone: Page, world: World) -> None:
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)  # the server has it, the phone never hears of it
            route.abort("connectionreset")
        else:
            route.continue_()

    phone.route("**/coaching/log/", lose)
    log(phone, world)
    expect(phone.get_by_text("1 session kept on this phone")).to_be_visible()
    assert lost == [200]
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.locator("#queue")).to_have_text("Saved.")
    assert CoachingSession.objects.count() == 1


def test_two_sessions_kept_offline_are_two(phone: Page, world: World, context: BrowserContext) -> None:
    context.set_offline(True)
    log(phone, world, "15")
    log(phone, world, "60")
    expect(phone.get_by_text("2 sessions kept on this phone")).to_be_visible()
    context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    wait_for(2)
    assert sorted(CoachingSession.objects.values_list("minutes", flat=True)) == [15 * SCALE, 60 * SCALE]


def test_what_was_typed_is_still_there_after_a_reload(phone: Page, world: World) -> None:
    tap(phone, "rep", str(world.ann_rep.pk))
    phone.locator("#commitment").fill("Half a sentence")
    phone.reload()
    expect(phone.locator("#commitment")).to_have_value("Half a sentence")
    expect(phone.locator(f'input[name="rep"][value="{world.ann_rep.pk}"]')).to_be_checked()


def test_a_queue_is_never_sent_as_somebody_else(
    phone: Page, world: World, context: BrowserContext, live_server: Any
) -> None:
    context.set_offline(True)
    log(phone, world)
    expect(phone.get_by_text("1 session kept on this phone")).to_be_visible()
    sign_in(context, live_server.url, world.clara)
    context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.get_by_text("Sign in again to send")).to_be_visible()
    phone.goto(f"{live_server.url}/coaching/log/")
    expect(phone.locator("#queue")).to_be_hidden()
    assert CoachingSession.objects.count() == 0
    sign_in(context, live_server.url, world.alice)
    phone.goto(f"{live_server.url}/coaching/log/")
    wait_for(1)


def test_a_session_the_server_refuses_is_kept_to_be_mended(phone: Page, world: World, context: BrowserContext) -> None:
    phone.locator("#minutes_other").fill("999")
    tap(phone, "rep", str(world.ann_rep.pk))
    phone.get_by_role("button", name="Save").tap()
    expect(phone.get_by_text("999 minutes cannot be right")).to_be_visible()
    phone.get_by_role("button", name="Mend it").tap()
    expect(phone.locator("#minutes_other")).to_have_value("999")
    phone.locator("#minutes_other").fill("20")
    phone.get_by_role("button", name="Save").tap()
    wait_for(1)
    assert CoachingSession.objects.get().minutes == 20 * SCALE


def test_it_can_be_installed(phone: Page, live_server: Any) -> None:
    cdp = phone.context.new_cdp_session(phone)
    assert cdp.send("Page.getAppManifest")["errors"] == []
    hindrances = {e["errorId"] for e in cdp.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert hindrances <= {"in-incognito"}  # the browser of the tests, not the page
    scope = phone.evaluate("navigator.serviceWorker.ready.then((r) => r.scope)")
    assert scope == f"{live_server.url}/coaching/"


def test_without_javascript_it_is_a_plain_form(browser: Any, live_server: Any, world: World) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    sign_in(context, live_server.url, world.alice)
    page = context.new_page()
    page.goto(f"{live_server.url}/coaching/log/?rep={world.ann_rep.pk}")
    page.locator('label:has(input[name="minutes"][value="60"])').click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert CoachingSession.objects.get().minutes == 60 * SCALE
    context.close()
