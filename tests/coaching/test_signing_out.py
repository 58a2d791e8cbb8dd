"""Signing out leaves nothing of coaching on a phone; and no page is cut off at 360 pixels."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from coaching import actions
from coaching.models import CoachingSession, PlannedSession, Training
from core.models import User
from revenue.models import Activity
from tests.coaching.conftest import World

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    "",
    "log/",
    "monday/",
    "sessions/",
    "me/",
    "training/",
    "cadence/",
    "meetings-without/",
    "effect/",
    "meetings/",
)
KEPT = "caches.keys().then((names) => names.length + Object.keys(localStorage).length)"


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A phone's screen."""
    return {**browser_context_args, "viewport": {"width": 360, "height": 740}}


def sign_in(context: BrowserContext, address: str, user: User) -> None:
    """Puts the cookie of a session of `user` into the browser."""
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])


def _sign_out(page: Page) -> None:
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()


def test_signing_out_asks_and_then_forgets(
    context: BrowserContext, page: Page, live_server: Any, world: World, today: date
) -> None:
    sign_in(context, live_server.url, world.alice)
    page.goto(f"{live_server.url}/coaching/log/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("caches.has('assay-coaching-1')")
    page.evaluate(
        "u => coachingQueue.add({key: 'k'.repeat(32), user: u, body: '', reason: 'kept'})", str(world.alice.pk)
    )
    page.locator("#commitment").fill("typed")
    page.goto(f"{live_server.url}/coaching/monday/")
    asked: list[str] = []

    def decline(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", decline)
    _sign_out(page)
    page.wait_for_timeout(200)
    assert asked == ["1 coaching session on this phone has not been sent. Sign out and discard?"]
    assert page.url.endswith("/coaching/monday/")
    assert page.evaluate(KEPT) >= 3
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Sign out").click()
    expect(page).not_to_have_url(f"{live_server.url}/coaching/monday/")
    assert page.evaluate(KEPT) == 0
    assert not CoachingSession.objects.exists()


def test_no_page_is_cut_off_on_a_phone(
    context: BrowserContext, page: Page, live_server: Any, world: World, today: date
) -> None:
    sign_in(context, live_server.url, world.clara)
    ago = today - timedelta(days=10)
    Activity.objects.create(source=world.crm, key="1", kind="meeting", rep=world.ann_rep, deal=world.deal,
                            occurred_at=timezone.now() - timedelta(days=10))  # fmt: skip
    Training.objects.create(source=world.crm, key="1", topic="Pricing", rep=world.ann_rep, held_on=ago)
    actions.log_meeting(actor=world.clara, team="North", held_on=ago, minutes=60, parts={"best_practice_minutes": 20})
    plan = actions.plan_session(actor=world.clara, rep=world.ann_rep, planned_on=today)
    PlannedSession.objects.filter(pk=plan.pk).update(planned_on=ago)
    actions.log_session(actor=world.clara, reps=[world.art_rep], kind="debrief", minutes=30, held_on=ago,
                        client_key="k" * 32, topic="Pricing", commitment="Call", due_on=today)  # fmt: skip
    for path in PAGES:
        page.goto(f"{live_server.url}/coaching/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        cut = page.eval_on_selector_all(
            ".stacked td", "all => all.filter(e => e.getBoundingClientRect().right > 361).map(e => e.textContent)"
        )
        assert cut == [], path
