"""The workbook behind a chart, which PowerPoint opens on "Edit data": typed cells, no text that could be a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

from core.spreadsheet import safe

Columns = Sequence[tuple[str, Sequence[float | None]]]


def workbook(categories: Sequence[str], columns: Columns, number_format: str) -> bytes:
    """Categories down the first column, a series in each further one: the references that python-pptx writes."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, looks = book.add_worksheet("Sheet1"), book.add_format({"num_format": number_format})
    for row, category in enumerate(categories, start=1):
        sheet.write_string(row, 0, safe(category))
    for place, (name, values) in enumerate(columns, start=1):
        sheet.write_string(0, place, safe(name))
        for row, value in enumerate(values, start=1):
            if value is not None:
                sheet.write_number(row, place, value, looks)
    sheet.set_column(0, 0, 22)
    sheet.freeze_panes(1, 1)
    book.close()
    return file.getvalue()
