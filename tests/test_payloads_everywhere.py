"""Names that would be formulas, links or markup: by every way in, and out by every way there is.

One company whose accounts, reps, teams, products, stages, sources and segments are called so, and whose people write
so in every form. What comes out is opened as a spreadsheet, a browser or a mail program would open it. The addresses
are those of the resolver, so that a new table is looked at without being named here.
"""

from __future__ import annotations

import csv as tables
import io
import os
import re
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest
import time_machine
import xlsxwriter
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from pypdf import PdfReader

from coaching import export, monday_mail
from coaching import tables as coaching_tables
from coaching.models import CoachingSession, Commitment, PlannedSession
from core.models import Company, Team, User
from metrics.compute.runs import compute
from metrics.models import QualityPolicyVersion, Target
from revenue import tasks
from revenue.imports import inbox
from revenue.models import (
    Account,
    Deal,
    DifferentMoney,
    ImportBatch,
    ImportFile,
    MissingDecision,
    Rep,
    RevenueLine,
    SavedMapping,
    Source,
)
from scoreboard.alerts import mail as alert_mail
from scoreboard.api import keys, scopes
from scoreboard.deck.build import build_deck
from scoreboard.deck.shape import Kind
from scoreboard.digest import draw
from scoreboard.digest.send import send_due
from scoreboard.meetings import frozen_deck
from scoreboard.models import Alert, AlertRule, Annotation, Meeting, SavedView
from scoreboard.models.meetings import Resolution
from scoreboard.packs import jobs
from scoreboard.packs.formats import FORMATS, render
from tests.payloads import PAYLOADS, elements, formulas, is_formula, more, words
from tests.scoreboard import world
from tests.scoreboard.conftest import signed_in
from tests.scoreboard.meetings.conftest import signed_by
from tests.scoreboard.packs.readers import chart_book, html_page, members, pptx_charts, xlsx_cells
from tests.test_other_ids import EVERY, WITH_ID, _paths

MONDAY = datetime(2026, 3, 16, 7, tzinfo=UTC)
OURS = re.compile(r"SUM\([A-Z]\d+:[A-Z]\d+\)|[A-Z]\d+[-/][A-Z]\d+|Sheet1!\$[A-Z]\$\d+(:\$[A-Z]\$\d+)?")
WRITTEN = re.compile(r"[+\u2212][$€£]?[\d.,]+\s?(%|pt|[KMB×]|days|hours)?")  # a difference that we write


@dataclass
class Poisoned:
    """The company: its people, the ids of its rows by sort, and its frozen meeting."""

    people: dict[str, User]
    ids: dict[str, int]
    meeting: Meeting


def of(place: int) -> str:
    """A payload: all of them in turn."""
    return PAYLOADS[place % len(PAYLOADS)]


def csv(heading: list[str], rows: list[list[str]]) -> bytes:
    """A CSV file with whatever stands in its cells."""
    out = io.StringIO(newline="")
    tables.writer(out).writerows([heading, *rows])
    return out.getvalue().encode()


def xlsx(heading: list[str], rows: list[list[str]]) -> bytes:
    """A workbook whose cells are text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("=1+1")
    for row, cells in enumerate([heading, *rows]):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell)
    book.close()
    return out.getvalue()


def files() -> dict[str, bytes]:
    """A file for each way in; what it holds is in its name."""
    count = len(PAYLOADS)
    accounts = [[f"A{i}", of(i), of(i + 1), of(i + 2), of(i + 3), f"{of(i + 4)}@x.test"] for i in range(count)]
    reps = [[f"R{i}", of(i), f"r{i}@example.com", of(i + 5), of(i + 6)] for i in range(count)]
    products = [[f"P{i}", of(i), of(i + 7)] for i in range(count)]
    lines = [
        [f"{of(i)} {month} {i}", f"A{i}", f"2026-0{month}-1{i % 10}", str(1000 + i), str(300 + 40 * i), "2000",
         f"P{i}", f"R{i}", of(i), of(i + 1), of(i + 2)]
        for i in range(count) for month in (1, 2, 3)
    ]  # fmt: skip
    lines += [[of(i), "A1", "2026-01-01", of(i), of(i), of(i), "P1", "R1", of(i), of(i), of(i)] for i in range(count)]
    deals = [
        [f"{of(i)} {i}", of(i), f"A{i}", f"R{i}", of(i), str(5000 + i), "2026-01-05", f"2026-0{2 + i % 5}-20",
         "yes" if i % 5 < 1 else "no", "yes" if i % 5 < 1 else "no", of(i + 1), of(i + 2), of(i + 3), of(i + 4)]
        for i in range(count)
    ]  # fmt: skip
    campaigns = [[f"C{i}", of(i), of(i + 1), "marketing", "2026-01-01"] for i in range(count)]
    return {
        "reps.xlsx": xlsx(["rep_id", "name", "email", "team", "role"], reps),
        "accounts.csv": csv(["account_id", "name", "segment", "region", "industry", "=1+1"], accounts),
        "products.csv": csv(["product_id", "name", "family"], products),
        "campaigns.csv": csv(["campaign_id", "name", "channel", "function", "starts_on"], campaigns),
        "deals.xlsx": xlsx(
            ["deal_id", "name", "account_id", "owner", "stage", "amount", "created_on", "close_on", "is_closed",
             "is_won", "lead_source", "route", "lost_reason", "next_step"], deals,
        ),
        "=1+1 lines.csv": csv(
            ["line_id", "account_id", "booked_on", "net_amount", "cost", "list_amount", "product", "owner", "route",
             "segment", "region"], lines,
        ),
    }  # fmt: skip


def send_in(operator: User, folder: Path) -> None:
    """Two files by the inbox, two by the page, two by the API."""
    given = list(files().items())
    for name, data in given[:2]:
        path = inbox.folder() / name
        path.write_bytes(data)
        os.utime(path, (time.time() - 60, time.time() - 60))
    assert tasks.watch_inbox() == "2 taken in, 0 moved on"
    tasks.work_off()
    page = signed_in(operator)
    for name, data in given[2:4]:
        sent = page.post("/imports/upload/", {"files": SimpleUploadedFile(name, data)})
        assert sent.status_code == 302
        tasks.work_off()
    api = with_token(operator)
    for name, data in given[4:]:
        body = {"file": SimpleUploadedFile(name, data), "source": "crm"}
        assert api.post("/api/v1/imports", body, content_type=MULTIPART_CONTENT).status_code == 202
        tasks.work_off()
    done = dict(ImportBatch.objects.values_list("object", "status"))
    assert done == dict.fromkeys(("reps", "accounts", "products", "campaigns", "deals", "revenue_lines"), "done")
    mapped = csv([of(0), of(1), "Day", "Sum", of(14)], [[of(i), of(i), "2026-02-02", str(i), of(i)] for i in range(9)])
    page.post("/imports/upload/", {"files": SimpleUploadedFile("shop.csv", mapped)})
    tasks.work_off()
    file = ImportFile.objects.latest("pk")
    form = {"object": "revenue_lines", "table": "", "name": of(0), "from-line_id": of(0), "from-account": of(1),
            "from-booked_on": "Day", "from-net_amount": "Sum", "from-region": of(14)}  # fmt: skip
    assert page.post(f"/imports/files/{file.pk}/map/", {**form, "action": "save"}).status_code == 302
    tasks.work_off()


def with_token(user: User) -> Client:
    """A client that has all that the person may have by API, and asks as often as it likes."""
    _, secret = keys.make_token(user=user, name=of(0), wanted=tuple(scopes.offered(user)), days=30)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def write_everywhere(people: dict[str, User]) -> Meeting:
    """Every form, with a payload in each of its texts."""
    ceo, operator, manager = (signed_in(people[who]) for who in ("ceo", "operator", "sales_manager"))
    rep = Rep.objects.get(key="R3")
    person = str(people["sales_leader"].pk)
    for i, text in enumerate(PAYLOADS):
        remark = {"metric": "net_revenue", "on_date": f"2026-0{1 + i % 2}-15", "text": text, "owner": person,
                  "action": text, "due_on": "2026-09-01"}  # fmt: skip
        assert ceo.post("/annotations/new/", remark).status_code == 302, text
        assert ceo.post("/saved/", {"name": text, "address": "/revenue/", "shared": "on"}).status_code == 302
        added = {"name": text, "email": f"p{i}@example.com", "role": "ceo"}
        assert operator.post("/people/add/", added).status_code == 200, text
        target = {"metric": "net_revenue", "period": "2026Q1", "amount": str(1000 + i), "segment": text, "team": of(i),
                  "how": "whole", "do": "save"}  # fmt: skip
        assert ceo.post("/targets/", target).status_code == 302, text
        session = {"rep": str(rep.pk), "kind": "one_on_one", "minutes": "30", "held_on": "2026-03-02",
                   "topic_other": text, "commitment": text, "due": "week", "notes": text, "share": "yes",
                   "client_key": f"{i:032d}"}  # fmt: skip
        assert manager.post("/coaching/log/", session).status_code == 302, text
    leader = people["sales_leader"]
    changed = {"name": of(14), "email": leader.email, "role": leader.role}
    assert operator.post(f"/people/{leader.pk}/", changed).status_code == 302
    plan = {"rep": str(rep.pk), "planned_on": "2026-04-01", "kind": "one_on_one", "minutes": "30", "topic": of(13)}
    manager.post("/coaching/plans/", plan)
    why = {"do": "save", "since": "2026-01-01", "tests": ["margin", "price", "route"], "margin_value": ["35"],
           "price_value": ["25"], "routes_other": ",".join(p for p in PAYLOADS if "," not in p), "fit": "60",
           "segments": [of(1)], "multiple": "3", "floor": "70", "why": of(13)}  # fmt: skip
    assert ceo.post("/policy/", why).status_code == 302
    operator.post("/company/", {"name": of(15), "fiscal_start_month": "1", "weeks": "", "time_zone": "UTC"})
    compute()
    for text in PAYLOADS:
        rule = {"name": text, "kind": "threshold", "metric": "net_revenue", "grain": "month", "dim": "segment",
                "member": text.strip(), "side": "below", "level": "1000000", "min_n": "0",
                "owner": str(people["ceo"].pk), "valence": "", "mail": "yes", "active": "yes"}  # fmt: skip
        assert ceo.post("/alerts/rules/add/", rule).status_code == 302, text
    asked = {"kind": "board", "title": of(13), "held_on": "2026-03-16", "period": "2026Q1"}
    assert operator.post("/meetings/prepare/", asked).status_code == 302
    return Meeting.objects.get()


def write_the_meeting(meeting: Meeting, people: dict[str, User]) -> Meeting:
    """Titles, parts, notes, a decision and an action; then both sign."""
    sales, ceo = signed_in(people["sales_leader"]), signed_in(people["ceo"])
    where = f"/meetings/{meeting.pk}"
    for i, key in enumerate(meeting.slides.values_list("key", flat=True)):
        sales.post(f"{where}/slides/{key}/", {"do": "title", "title": of(i)})
        sales.post(f"{where}/slides/{key}/", {"do": "part", "part": of(i + 12), "notes": of(i + 13)})
    for i, kind in enumerate(("decision", "action")):
        written = {"kind": kind, "text": of(i + 14), "owner": str(people["ceo"].pk), "due_on": "2026-12-01"}
        ceo.post(f"{where}/resolutions/", written)
    kept = signed_by(meeting, people["sales_leader"], people["marketing_leader"])
    pack = jobs.ask(actor=people["ceo"], kind="board", period="2026Q1", formats=("html",), meeting=kept)
    jobs.make_next()
    pack.refresh_from_db()
    assert pack.status == "done", pack.error
    return kept


def ids_of(meeting: Meeting, people: dict[str, User]) -> dict[str, int]:
    """A row of each sort that addresses take."""
    newest: dict[str, Any] = {
        "session": CoachingSession, "commitment": Commitment, "plan": PlannedSession, "target": Target,
        "rule": AlertRule, "alert": Alert, "annotation": Annotation, "resolution": Resolution, "account": Account,
        "deal": Deal, "view": SavedView,
    }  # fmt: skip
    batch = ImportBatch.objects.get(object="revenue_lines", rejected__gt=0)
    found = {sort: model.objects.order_by("-pk").values_list("pk", flat=True)[0] for sort, model in newest.items()}
    rep = Rep.objects.get(key="R3")
    own = Source.objects.get(pk=batch.source_id or 0)
    word = DifferentMoney.objects.create(one_source=own, one_title="=1+1", other_source=own, other_title="b")
    decision = MissingDecision.objects.create(batch=batch, kind="keep", records=1)
    return found | {
        "decision": decision.pk, "word": word.pk,
        "rep": rep.pk, "file": batch.file_id, "batch": batch.pk, "person": User.objects.latest("pk").pk,
        "line": RevenueLine.objects.latest("pk").pk, "token": people["ceo"].pk, "feed": people["ceo"].pk,
        "meeting": meeting.pk, "pack": meeting.packs.get().pk,
    }  # fmt: skip


@pytest.fixture
def poisoned(db: None, settings: Any, tmp_path: Path) -> Iterator[Poisoned]:
    """The company, everything of it called like a payload."""
    settings.ASSAY_HOME, settings.ASSAY_MAIL = tmp_path, True
    with time_machine.travel("2026-03-15 12:00Z", tick=True):
        people = world.people()
        send_in(people["operator"], tmp_path)
        people["sales_manager"].teams.add(*Team.objects.all())
        meeting = write_the_meeting(write_everywhere(people), people)
        cache.clear()
        yield Poisoned(people, ids_of(meeting, people), meeting)


def test_nothing_runs_or_opens_on_its_way_out(poisoned: Poisoned, monkeypatch: pytest.MonkeyPatch) -> None:
    """1. The ways in have kept it. 2. Pages, tables and the API. 3. Packs. 4. Mails and their pictures."""
    assert {*Account.objects.values_list("name", flat=True)} >= {"=1+1", "=cmd|' /C calc'!A0", "＝1+1"}
    assert Annotation.objects.filter(action=of(13)).exists()
    assert QualityPolicyVersion.objects.filter(why=of(13)).exists()
    assert Alert.objects.count() > 3
    assert Company.current().name == of(15)
    wrong, kinds = _pages(poisoned)
    assert wrong == []
    assert kinds["text/csv"] >= 60, kinds
    assert kinds["text/html"] >= 60, kinds
    assert kinds["text/calendar"] == 1
    assert _packs(poisoned) == []
    assert _mails(poisoned, monkeypatch) == []
    for saved in SavedMapping.objects.all():
        assert tomllib.loads(saved.toml)["columns"]["line_id"] == of(0)


def _pages(held: Poisoned) -> tuple[list[str], dict[str, int]]:
    """What is wrong in all answers, and how many there are of each type."""
    wrong: list[str] = []
    kinds: dict[str, int] = {}
    calendar = signed_in(held.people["sales_manager"])
    calendar.post("/coaching/calendar/")
    feed = str(calendar.session["coaching_calendar"]).removeprefix("http://testserver")
    readers = {who: signed_in(held.people[who]) for who in ("operator", "sales_manager")}
    readers["token"] = with_token(held.people["operator"])
    for who, client in readers.items():
        asked = _addresses(held, api=who == "token")
        offered: list[str] = []
        for path in [*asked, *([feed] if who == "operator" else [])]:
            kind, body = _read(client, path, wrong)
            kinds[kind] = kinds.get(kind, 0) + 1
            if kind == "text/html":
                offered += [urljoin(path, each) for each in more(body.decode())]
        for path in dict.fromkeys(each for each in offered if each not in asked):
            kind, _ = _read(client, path, wrong)
            kinds[kind] = kinds.get(kind, 0) + 1
    return wrong, kinds


def _read(client: Client, path: str, wrong: list[str]) -> tuple[str, bytes]:
    """Type and body of an answer; what is wrong with it is added. The type is empty where there is none."""
    cache.clear()  # no limit of requests
    answer: Any = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.status_code != 200:
        return "", b""
    kind = str(answer.headers.get("Content-Type", "")).partition(";")[0]
    name = re.search(r'filename="?([^"]*)', str(answer.headers.get("Content-Disposition", "")))
    wrong += [f"{path}: {each!r}" for each in _problems(kind, body)]
    wrong += [f"{path}: is called {name[1]}" for _ in [0] if name and is_formula(name[1])]
    return kind, body


def _addresses(held: Poisoned, *, api: bool) -> list[str]:
    """Every address of the API, or of the pages, with an example of what it takes."""
    every = [(name, route) for name, route in EVERY if ("api/v1" in route) is api and "logout" not in route]
    found = [f"/{route}" for _, route in every if "<" not in route and "^" not in route]
    found += [path for pair in every if pair in WITH_ID for _, path, _ in _paths(*pair, held.ids)]
    keyed = [f"/{route}" for _, route in every if re.search(r"<(slug:)?key>", route) and "<int" not in route]
    found += [re.sub(r"<(slug:)?key>", key, path) for path in keyed for key in ("net_revenue", "bookings", "fresh")]
    if api:
        found += [f"{path}?format=csv" for path in found]
        found += [
            f"/api/v1/metrics/net_revenue.csv?by={dim}" for dim in ("segment", "rep", "team", "region", "product")
        ]
    else:
        found += [f"/coaching/export/{name}.csv" for name in (*export.NAMES, *coaching_tables.NAMES)]
    return [*dict.fromkeys(found)]


def _problems(kind: str, body: bytes) -> list[str]:
    if kind == "text/csv":
        return formulas(body.decode())
    if kind == "text/html":
        return elements(body.decode())
    if kind == "text/calendar":
        unfolded = body.decode().replace("\r\n ", "")
        known = re.compile(
            r"(BEGIN|END|VERSION|PRODID|X-WR-CALNAME|UID|DTSTAMP|DTSTART|DTEND|SUMMARY|STATUS|TRANSP)[:;]"
        )
        return [line for line in unfolded.split("\r\n") if line and not known.match(line)]
    return []


def _packs(held: Poisoned) -> list[str]:
    """What is wrong in the four formats of the frozen meeting and of its period."""
    wrong: list[str] = []
    frozen = frozen_deck(held.meeting)
    assert any(slide.title == of(13) for slide in frozen.slides) or frozen.title == of(13)
    decks = {"meeting": frozen, "period": build_deck(kind=Kind.BOARD, period="2026Q1")}
    for name, deck in decks.items():
        made = {each: render(deck, each) for each in FORMATS}
        for each in ("xlsx", "pptx"):
            wrong += [f"{name} {each} {said}" for said in _office(made[each])]
        cells = [cell for rows in xlsx_cells(made["xlsx"], formulas=True).values() for row in rows for cell in row]
        wrong += [f"{name} xlsx {c!r}" for c in cells if isinstance(c, str) and not _is_ours(c) and is_formula(c)]
        books = [cell for chart in pptx_charts(made["pptx"]).values() for row in chart_book(chart) for cell in row]
        wrong += [f"{name} chart {c!r}" for c in books if isinstance(c, str) and is_formula(c)]
        pdf = made["pdf"]
        assert len(PdfReader(io.BytesIO(pdf)).pages) == len(deck.slides) + 1
        wrong += [f"{name} pdf {sign!r}" for sign in (b"/URI", b"/JavaScript", b"/Launch") if sign in pdf]
        page = html_page(made["html"])
        wrong += [
            f"{name} html <{tag}>" for tag, held_ in page.tags
            if tag in ("img", "iframe", "form", "link") or "src" in held_
            or not str(held_.get("href") or "#").startswith("#") or any(key.startswith("on") for key in held_)
        ]  # fmt: skip
    return wrong


def _is_ours(cell: str) -> bool:
    return bool(OURS.fullmatch(cell.removeprefix("=")) or WRITTEN.fullmatch(cell))


def _office(content: bytes) -> Iterator[str]:
    for name, text in members(content):
        held = re.findall(r"<f>(.*?)</f>", text) if "sheet" in name else []
        yield from (f"{name} {formula}" for formula in held if not OURS.fullmatch(formula))
        signs = ("<hyperlink", "hlinkClick", "hlinkHover", 'TargetMode="External"', "ddeLink", "x.test/a</a:hlink")
        yield from (f"{name} {sign}" for sign in signs if sign in text)


def _mails(held: Poisoned, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Digest, alerts and the Monday list: no element of a name, its words in both parts, no header of a name."""
    drawn: list[str] = []
    make = draw.png

    def seen(svg: str) -> bytes:
        drawn.append(svg)
        return make(svg)

    monkeypatch.setattr(draw, "png", seen)
    mail.outbox.clear()
    assert send_due(MONDAY) >= 3
    assert alert_mail.send_all() == 1
    assert monday_mail.send_lists(MONDAY) >= 1
    wrong = [f"picture {tag}" for svg in drawn for tag in _svg_problems(svg)]
    assert drawn
    alerted = 0
    for sent in mail.outbox:
        assert isinstance(sent, EmailMultiAlternatives)
        raw = sent.message()
        wrong += [f"{sent.subject}: {name}" for name in raw.keys() if "x.test" in name]  # noqa: SIM118
        wrong += [f"{sent.subject}: header" for value in raw.values() if "\n" in str(value).replace("\n ", " ")]
        html = "".join(str(content) for content, kind in sent.alternatives if kind == "text/html")
        wrong += [f"{sent.subject}: {each}" for each in elements(html)]
        alerted += of(13) in words(html) and of(13) in str(sent.body)
    assert alerted >= 1, "the names are in the mail as words"
    return wrong


def _svg_problems(svg: str) -> list[str]:
    return [
        each.tag for each in ElementTree.fromstring(svg).iter()  # noqa: S314
        if each.tag.rpartition("}")[2] not in ("svg", "title", "defs", "pattern", "rect", "text")
    ]  # fmt: skip
