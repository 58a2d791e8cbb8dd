"""`manage.py pack`."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.models import AuditEvent
from metrics.models import MetricRun
from scoreboard.deck.build import build_deck
from scoreboard.deck.shape import Kind, sha256
from scoreboard.packs.pptx.template import check


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The published run stands for what would be computed from imports."""
    monkeypatch.setattr("scoreboard.management.commands.pack.compute_due", lambda: None)


def told(*words: str) -> Any:
    """The JSON document of a call."""
    out = io.StringIO()
    call_command("pack", *words, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_it_writes_the_formats_asked_for_with_their_checksums(run: MetricRun, tmp_path: Path) -> None:
    document = told("--period", "2026Q3", "--format", "xlsx, html", "--out", str(tmp_path / "new"))
    assert (document["period"], document["run"], document["kind"]) == ("2026Q3", run.pk, "board")
    assert document["deck_sha256"] == sha256(build_deck(kind=Kind.BOARD, period="2026Q3"))
    assert [file["format"] for file in document["files"]] == ["xlsx", "html"]
    for file in document["files"]:
        content = Path(file["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])
    assert sorted(path.suffix for path in (tmp_path / "new").iterdir()) == [".html", ".xlsx"]
    assert AuditEvent.objects.get(verb="wrote a pack").actor == "manage.py pack"


def test_in_words_it_says_where_the_files_are(run: MetricRun, tmp_path: Path) -> None:
    out = io.StringIO()
    call_command(
        "pack", "--period", "2026Q3", "--kind", "weekly", "--format", "pdf", "--out", str(tmp_path), stdout=out
    )
    assert "Weekly review Q3 2026" in out.getvalue()
    assert f"{tmp_path}/the-company-weekly-review-q3-2026.pdf" in out.getvalue()


def test_the_house_template_can_be_written_and_is_accepted_back(db: None, tmp_path: Path) -> None:
    assert told("--template", "--out", str(tmp_path)) == {"template": str(tmp_path / "pack.pptx")}
    assert {layout.name for layout in check(tmp_path / "pack.pptx").slide_layouts} == {"Cover", "Finding"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--period", "soon"), "not a period"),
        (("--period", "2026Q3", "--format", "docx"), "docx: not a format; choose from pptx, pdf, xlsx, html"),
        (("--meeting", "4711"), "there is no meeting 4711"),
        ((), "one of the arguments --meeting --period --template is required"),
        (("--period", "2026Q3", "--meeting", "1"), "not allowed with argument"),
    ],
)
def test_it_says_what_is_wrong(run: MetricRun, tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("pack", *words, "--out", str(tmp_path / "none"))


def test_without_numbers_it_says_what_to_do(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="import files first"):
        call_command("pack", "--period", "2026Q3", "--out", str(tmp_path))


def test_a_folder_that_cannot_be_made_is_named(run: MetricRun, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match=r"file.*(Not a directory|exists)"):
        call_command("pack", "--period", "2026Q3", "--out", str(tmp_path / "file"))
