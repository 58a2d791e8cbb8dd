"""LibreOffice computes the workbook anew: the same values in each formula, and no error."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from scoreboard.deck.shape import Deck
from scoreboard.packs.xlsx import xlsx
from tests.scoreboard.packs.readers import xlsx_cells

OFFICE = shutil.which("soffice")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed: apt-get install libreoffice-calc")
def test_a_spreadsheet_computes_what_the_workbook_says(board: Deck, tmp_path: Path) -> None:
    content = xlsx(board)
    (tmp_path / "pack.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "new")]
    subprocess.run([*command, str(tmp_path / "pack.xlsx")], check=True, capture_output=True, timeout=120)
    live, ours = xlsx_cells(content, formulas=True), xlsx_cells(content)
    theirs = xlsx_cells((tmp_path / "new" / "pack.xlsx").read_bytes())
    assert list(theirs) == list(ours)
    compared = 0
    for sheet, rows in live.items():
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and cell.startswith("="):
                    found = theirs[sheet][row][column]
                    assert found == pytest.approx(ours[sheet][row][column], rel=1e-9), (sheet, cell)
                    compared += 1
    assert compared > 15
    errors = [c for rows in theirs.values() for cells in rows for c in cells if str(c).startswith(("#", "Err:"))]
    assert errors == []
