"""One JSON document with --json, words otherwise, and errors as a sentence with a status of 1."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db(transaction=True)

LINES = "line_id,account_id,booked_on,net_amount\n"


def called(*arguments: object) -> str:
    """What the command prints."""
    out = StringIO()
    call_command(*[str(a) for a in arguments], stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """A file with one good and one wrong row."""
    path = tmp_path / "lines.csv"
    path.write_text(LINES + "L1,A1,2025-01-15,1\nL2,A1,never,2\n")
    return path


def test_json_is_one_document(lines: Path) -> None:
    (batch,) = json.loads(called("ingest", lines, "--json", "--as-of", "2025-02-01"))["batches"]
    assert {k: batch[k] for k in ("file", "source", "object", "status", "read", "accepted", "created", "rejected")} == {
        "file": "lines.csv", "source": "plain", "object": "revenue_lines", "status": "done",
        "read": 2, "accepted": 1, "created": 1, "rejected": 1,
    }  # fmt: skip
    assert "never" in Path(batch["rejects_file"]).read_text()
    undone = json.loads(called("undo", batch["id"], "--json"))
    assert (undone["batch"], undone["removed"], undone["again"]) == (batch["id"], 1, [])


def test_words_say_what_became_of_every_row(lines: Path) -> None:
    said = called("ingest", lines)
    assert "lines.csv: revenue_lines by Plain format: revenue lines: 2 read, 1 created, 1 rejected" in said
    assert "(imported before): 2 read, 1 unchanged, 1 rejected" in called("ingest", lines)


def test_a_question_ends_with_a_sentence_and_its_answers(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(LINES + "L1,A1,03/04/2025,1\n")
    with pytest.raises(CommandError, match=r"lines\.csv: .*day-first"):
        called("ingest", path)
    assert "1 created" in called("ingest", path, "--day-first")


def test_any_question_can_be_answered_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("Datensatz-ID,Deal-Name,Deal-Phase,Betrag,Abschlussdatum\n1,A,Gewonnen,5,2025-01-31\n")
    with pytest.raises(CommandError, match="--answer stages=as-they-say or --answer stages=open"):
        called("ingest", path)
    assert "1 created" in called("ingest", path, "--answer", "stages=as-they-say")
    with pytest.raises(CommandError, match="write QUESTION=ANSWER"):
        called("ingest", path, "--answer", "stages")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ingest", "/no/such/file.csv"), "there is no such file or folder"),
        (("ingest", ".", "--object", "things"), "there is no object 'things'"),
        (("ingest", ".", "--mapping", "/no/such/mapping.toml"), "No such file"),
        (("undo", "123456"), "there is no import 123456"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        called(*arguments)
