"""Frames that are kept between readings: as long as they are what the ledger gives, and no longer."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import time_machine
from django.conf import settings

from metrics.answers import answer
from metrics.compute.runs import compute, snapshot
from metrics.compute.setting import current_setting, world_of
from metrics.definitions.frames import Frames
from metrics.frames import LOADERS, kept
from metrics.frames.digest import frame_digest
from metrics.models import MetricRun, ObjectChange
from revenue.imports import actions, hooks
from revenue.models import ImportBatch, RevenueLine
from tests.metrics.company import ACCOUNTS, REPS, bring, bring_company, lines, take_in, text

pytestmark = pytest.mark.django_db
NAMES = ("lines", "deals", "accounts")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> object:
    """Frames of any size are kept, in a folder of this test's own."""
    monkeypatch.setattr(kept, "KEPT_FROM", 0)
    monkeypatch.setattr(settings, "ASSAY_FRAMES", tmp_path / "frames")
    with time_machine.travel("2026-02-10T12:00:00Z", tick=True):
        yield


def bring_in() -> None:
    """The company's ledger, of which nothing is computed yet."""
    take_in("accounts.csv", text(ACCOUNTS))
    take_in("reps.csv", text(REPS))
    take_in("lines.csv", lines())


def lines_now(*, afresh: bool = False) -> pd.DataFrame:
    return snapshot(NAMES, world_of(current_setting()), afresh=afresh).lines


def folders() -> list[str]:
    place = Path(settings.ASSAY_FRAMES)
    return sorted(each.name for each in place.iterdir() if each.name.startswith("lines-")) if place.exists() else []


def test_a_kept_frame_is_the_frame() -> None:
    bring_in()
    first, again = lines_now(), lines_now()
    pd.testing.assert_frame_equal(first, again)
    Frames(lines=again).check()
    assert frame_digest(first) == frame_digest(again)
    assert not again["net"].to_numpy().flags.writeable, "it is mapped from its file"


def test_what_is_kept_is_read_until_a_change_is_noted() -> None:
    bring_in()
    before = lines_now()["net"].sum()
    (name,) = folders()
    RevenueLine.objects.filter(key="L1").update(net_amount=1)  # behind everyone's back
    assert lines_now()["net"].sum() == before
    assert lines_now(afresh=True)["net"].sum() != before, "a full run trusts nothing that was kept"
    hooks.after_change({"revenue_lines"})
    assert lines_now()["net"].sum() != before
    assert len(folders()) == 1
    assert folders() != [name], "of each frame one version is kept"


def test_every_object_that_a_frame_is_made_of_makes_it_another_one() -> None:
    bring_in()
    lines_now()
    for name in ("revenue_lines", "deals", "accounts", "reps", "products", "fx_rates"):
        before = folders()
        hooks.after_change({name})
        lines_now()
        assert folders() != before, name


def test_another_currency_or_policy_reads_the_ledger_again() -> None:
    bring_in()
    lines_now()
    before = folders()
    world = world_of(current_setting())
    world.stamp += "another"
    snapshot(NAMES, world)
    assert folders() != before


def test_part_of_the_ledger_is_never_kept_nor_read_from_what_is() -> None:
    bring_in()
    lines_now()
    before = folders()
    world = world_of(current_setting())
    line = RevenueLine.objects.get(key="L1")
    world.only = (line.pk, line.account_id or -1)
    assert len(snapshot(NAMES, world).lines) < len(lines_now())
    assert folders() == before


def test_a_damaged_file_is_read_from_the_ledger() -> None:
    bring_in()
    before = lines_now()
    (name,) = folders()
    place = Path(settings.ASSAY_FRAMES) / name
    (place / "3.npy").unlink()  # who has mapped it keeps it
    (place / "3.npy").write_bytes(b"\x93NUMPY")
    pd.testing.assert_frame_equal(lines_now(), before)
    shutil.rmtree(place)
    (Path(settings.ASSAY_FRAMES) / name).mkdir()
    pd.testing.assert_frame_equal(lines_now(), before)


def test_an_import_an_undo_and_a_full_run_agree_with_frames_that_are_kept() -> None:
    """Each run after a change uses what is kept of the rest; a run that trusts nothing finds the same values."""
    bring_company()
    compute()
    bring("more.csv", lines([("L6", "A2", "2026-02-01", "1000", "400", "", "R2")]))
    newest = MetricRun.newest()
    assert newest is not None
    assert newest.metrics
    assert compute().changed_count == 0
    actions.undo(batch=ImportBatch.objects.latest("pk"), actor=None)
    hooks.settle(wait=True)
    assert compute().changed_count == 0


def test_after_an_import_of_lines_the_frame_grows_by_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """New lines come, changed ones change, and what is kept has the fingerprint of what the ledger gives."""
    bring_in()
    before = len(lines_now())
    read = LOADERS["lines"]
    monkeypatch.setitem(LOADERS, "lines", replace(read, load=lambda world: pytest.fail("the whole ledger was read")))
    more = [("L6", "A2", "2026-02-01", "1000", "400", "", "R2"), ("L2", "A3", "2025-03-03", "7", "", "", "R1")]
    take_in("more.csv", lines(more))
    take_in("again.csv", lines([("L6", "A2", "2026-02-02", "900", "400", "", "R2")]))
    grown = lines_now()
    monkeypatch.setitem(LOADERS, "lines", read)
    told = json.loads((Path(settings.ASSAY_FRAMES) / folders()[0] / "frame.json").read_text())
    assert len(grown) == before + 1
    assert told["digest"] == frame_digest(grown) == frame_digest(lines_now(afresh=True))


def test_a_frame_grows_by_nothing_but_lines() -> None:
    """What takes rows away, or gives others another label, has the ledger read again."""
    bring_in()
    lines_now()
    batch = take_in("more.csv", lines([("L6", "A2", "2026-02-01", "1000", "400", "", "R2")]))
    lines_now()
    actions.undo(batch=batch, actor=None)
    assert frame_digest(lines_now()) == frame_digest(lines_now(afresh=True))
    take_in("named.csv", lines([("L7", "A2", "2026-02-01", "1", "", "", "Rosa")]), source="other")
    assert frame_digest(lines_now()) == frame_digest(lines_now(afresh=True)), "another Rosa: both have longer labels"
    take_in("accounts.csv", text([{**ACCOUNTS[0], "segment": "Mid"}]))
    assert frame_digest(lines_now()) == frame_digest(lines_now(afresh=True))


def test_lines_that_wait_for_a_rate_leave_the_frame() -> None:
    bring_in()
    lines_now()
    table = lines([("L1", "A1", "2025-01-15", "100.00", "60.00", "120.00", "R1")]).decode().splitlines()
    take_in("abroad.csv", f"{table[0]},currency\n{table[1]},CHF\n".encode())
    assert frame_digest(lines_now()) == frame_digest(lines_now(afresh=True))


def test_an_answer_is_computed_once_for_one_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    bring_company()
    asked = {"by": ["segment", "rep"], "where": {"segment": "Enterprise"}}
    first = answer("net_revenue", **asked)  # type: ignore[arg-type]
    monkeypatch.setattr("metrics.answers.evaluate_filtered", None)
    assert answer("net_revenue", **asked) == first  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        answer("net_revenue", by=["segment", "team"])
    monkeypatch.undo()
    bring("more.csv", lines([("L6", "A1", "2026-02-01", "1000", "400", "", "R2")]))
    assert answer("net_revenue", **asked) != first  # type: ignore[arg-type]


def test_a_version_never_comes_back() -> None:
    hooks.after_change({"deals"})
    one = kept.versions()["deals"]
    ObjectChange.objects.all().delete()
    hooks.after_change({"deals"})
    assert kept.versions()["deals"] != one
    assert kept.version_of(LOADERS["touches"].objects, {}) == ""
