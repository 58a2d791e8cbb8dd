"""Small XLSX and ODS files written by hand, so that tests know each of their bytes."""

from __future__ import annotations

import io
import zipfile

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PKG = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'<Types xmlns="{_PKG}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_STYLES = f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'


def zipped(files: dict[str, bytes | str]) -> bytes:
    """A zip of the files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_DOC}/{kind}" Target="{target}"/>'


def _relations(*relations: str) -> str:
    return f'<Relationships xmlns="{_PKG}/relationships">{"".join(relations)}</Relationships>'


def cell(reference: str, value: object, kind: str = "") -> str:
    """A cell: kind "" a number, "s" text, "d" a serial shown as a date, "b" a boolean, "e" an error."""
    if kind == "s":
        return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'
    style = ' s="1"' if kind == "d" else f' t="{kind}"' if kind else ""
    return f'<c r="{reference}"{style}><v>{value}</v></c>'


def sheet(rows: dict[int, list[str]], merges: tuple[str, ...] = ()) -> str:
    """A sheet of cells by row number."""
    data = "".join(f'<row r="{n}">{"".join(cells)}</row>' for n, cells in rows.items())
    merged = "".join(f'<mergeCell ref="{m}"/>' for m in merges)
    tail = f'<mergeCells count="{len(merges)}">{merged}</mergeCells>' if merges else ""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{data}</sheetData>{tail}</worksheet>'


def xlsx(
    sheets: dict[str, str],
    *,
    hidden: tuple[str, ...] = (),
    date1904: bool = False,
    extra: dict[str, bytes] | None = None,
) -> bytes:
    """A workbook of sheets by name."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}" state="{"hidden" if name in hidden else "visible"}"/>'
        for i, name in enumerate(sheets, 1)
    )
    properties = '<workbookPr date1904="1"/>' if date1904 else ""
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}">{properties}<sheets>{listed}</sheets></workbook>'
    targets = [_relation(i, "worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)]
    files: dict[str, bytes | str] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations(_relation(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": _relations(*targets, _relation(99, "styles", "styles.xml")),
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{i}.xml": body for i, body in enumerate(sheets.values(), 1)},
        **(extra or {}),
    }
    return zipped(files)


def ods(rows: list[list[str]]) -> bytes:
    """An ODS workbook of one sheet of text cells."""
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    body = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in row)
        + "</table:table-row>"
        for row in rows
    )
    content = (
        f'<office:document-content xmlns:office="{urn}:office:1.0" xmlns:table="{urn}:table:1.0" '
        f'xmlns:text="{urn}:text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="T">{body}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{urn}:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return zipped({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})
