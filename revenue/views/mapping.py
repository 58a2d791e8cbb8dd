"""Mapping a file by hand: headings to our columns, tried on the file's own rows, saved for the next one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from revenue import objects
from revenue.imports import batches, sketch, workbench
from revenue.imports.mapping import Mapping, MappingError, dump_mapping, load_mapping
from revenue.imports.mapping.headings import Headings
from revenue.imports.read import FileTable
from revenue.imports.recognise.suggest import likely_object, suggest
from revenue.imports.saved_mappings import find_mapping, mapping_of
from revenue.imports.sketch import Sketch
from revenue.imports.teach import map_table
from revenue.models import ImportFile, SavedMapping
from revenue.objects import Column, Kind, ObjectSpec
from revenue.views.access import importer, reader

LONGEST = 200_000  # characters of a mapping; it is a page of text


@dataclass(frozen=True)
class Line:
    """One column of ours on the page."""

    column: Column
    place: sketch.Place
    suggested: bool
    words: tuple[tuple[str, str], ...]  # their word, ours

    @property
    def choices(self) -> tuple[str, ...]:
        """What a word may become; empty: anything."""
        return ("yes", "no") if self.column.kind is Kind.BOOLEAN else self.column.choices


@require_http_methods(["GET", "POST"])
@login_required
def map_file(request: HttpRequest, id: int) -> HttpResponse:
    """The mapping page of one table of a file. POST tries the mapping, or saves it and imports by it."""
    user = importer(request)
    file = get_object_or_404(ImportFile.objects.visible_to(user), pk=id)
    try:
        tables = workbench.tables_of(file)
        table = _chosen(file, tables, request)
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("revenue:imports")
    spec = _spec(request, file, table)
    asked = request.POST if request.method == "POST" else request.GET
    problem = ""
    try:
        found, spec = _sketch(request, file, table, spec)
    except MappingError as error:
        problem = "; ".join(p.text for p in error.problems)
        found = _suggested(table, spec)
    name = asked.get("name", "") or _name(file, table)
    try:
        mapping: Mapping | None = (
            sketch.to_mapping(found, spec, name or "the mapping") if _says_something(found) else None
        )
    except MappingError as error:
        mapping, problem = None, "; ".join(p.text for p in error.problems)
    trial = workbench.try_mapping(table, mapping) if mapping else None
    if request.POST.get("action") == "save" and mapping and trial and trial.works and not problem:
        return _save(request, file, table, mapping, name)
    if request.POST.get("action") == "export" and mapping:
        return _toml(dump_mapping(mapping), name)
    return render(
        request, "revenue/map.html",
        _context(file, tables, table, spec, found) | {"name": name, "trial": trial, "problem": problem},
    )  # fmt: skip


def _chosen(file: ImportFile, tables: list[FileTable], request: HttpRequest) -> FileTable:
    wanted = request.POST.get("table") or request.GET.get("table", "")
    for table in tables:
        if not wanted or batches.table_name(file, table) == wanted:
            return table
    raise ValueError(f"{file.name} has no table with rows to map.")


def _spec(request: HttpRequest, file: ImportFile, table: FileTable) -> ObjectSpec:
    wanted = request.POST.get("object") or request.GET.get("object") or batches.object_of(file, table) or ""
    if not wanted:
        sample = next(table.chunks(), None)
        wanted = likely_object(table.headings[:200], sample)
    try:
        return objects.get(wanted)
    except KeyError:
        raise Http404(f"there is no object {wanted}") from None


def _sketch(
    request: HttpRequest, file: ImportFile, table: FileTable, spec: ObjectSpec
) -> tuple[Sketch, ObjectSpec]:  # fmt: skip
    """What the form says; else a TOML file that was sent, a saved version, the mapping in use, or suggestions."""
    if request.method == "POST" and request.POST.get("action") == "load":
        upload = request.FILES.get("toml")
        text = upload.read(LONGEST + 1).decode("utf-8", "replace") if isinstance(upload, UploadedFile) else ""
        return _of_text(text[:LONGEST], "the mapping file", table)
    if request.method == "POST":
        return sketch.from_form(request.POST.dict(), request.POST.getlist("key"), spec), spec
    version = request.GET.get("version", "")
    if version.isdecimal():
        saved = get_object_or_404(SavedMapping, pk=int(version))
        return _of_text(saved.toml, str(saved), table)
    if "object" not in request.GET:
        if text := mapping_of(file, table):
            return _of_text(text, "the mapping", table)
        if kept := find_mapping(table.headings):
            return _of_text(kept.toml, str(kept), table)
    return _suggested(table, spec), spec


def _of_text(text: str, name: str, table: FileTable) -> tuple[Sketch, ObjectSpec]:
    mapping = load_mapping(text, name=name)
    spec = objects.get(mapping.object)
    return sketch.from_mapping(mapping, spec, table.headings), spec


def _suggested(table: FileTable, spec: ObjectSpec) -> Sketch:
    sample = next(table.chunks(), None)
    return sketch.from_suggestions(spec, table.headings, suggest(table.headings, sample, spec.name))


def _says_something(found: Sketch) -> bool:
    return any(p.heading or p.formula or p.constant for p in found.places.values())


def _name(file: ImportFile, table: FileTable) -> str:
    kept = find_mapping(table.headings)
    return kept.name if kept else (batches.table_name(file, table) or file.name).rsplit(".", 1)[0]


def _context(
    file: ImportFile, tables: list[FileTable], table: FileTable, spec: ObjectSpec, found: Sketch
) -> dict[str, Any]:  # fmt: skip
    headings = Headings(table.headings)
    options = [(headings.reference(at), text.strip() or f"(column {at + 1})") for at, text in enumerate(headings.texts)]
    taken = {p.heading for p in found.places.values()}
    return {
        "file": file,
        "table": batches.table_name(file, table),
        "tables": [batches.table_name(file, t) for t in tables],
        "spec": spec,
        "objects": objects.all_objects(),
        "preview": workbench.preview(table),
        "lines": [_line(c, found, table, headings) for c in spec.columns],
        "options": options,
        "unused": [text for reference, text in options if reference not in taken],
        "sketch": found,
        "saved": SavedMapping.objects.filter(object=spec.name)[:20],
        "tried": workbench.TRIED,
    }


def _line(column: Column, found: Sketch, table: FileTable, headings: Headings) -> Line:
    place = found.places[column.name]
    words: dict[str, str] = dict(place.values)
    at = headings.as_written(place.heading) if place.heading and not place.is_kept else None
    if at is not None and (column.choices or column.kind is Kind.BOOLEAN or column.name == "stage"):
        words |= {w: place.values.get(w, "") for w in workbench.words(table, at)}
    return Line(column, place, bool(place.heading), tuple(words.items()))


def _save(request: HttpRequest, file: ImportFile, table: FileTable, mapping: Mapping, name: str) -> HttpResponse:
    user = importer(request)
    read = map_table(
        file=file,
        table=batches.table_name(file, table),
        headings=list(table.headings),
        toml=dump_mapping(mapping),
        name=name,
        source=request.POST.get("source", "").strip(),
        actor=user,
    )
    again = "" if read.pk == file.pk else " The earlier import of it stays until you take it back."
    messages.success(request, f"Mapping “{name}” is saved, and {file.name} is being read by it.{again}")
    return redirect("revenue:imports")


def _toml(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="application/toml; charset=utf-8")
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name) or "mapping"
    response["Content-Disposition"] = f'attachment; filename="{plain}.toml"'
    return response


@require_GET
@login_required
def saved_mapping(request: HttpRequest, id: int) -> HttpResponse:
    """One version of a saved mapping as its TOML file."""
    saved = get_object_or_404(SavedMapping.objects.visible_to(reader(request)), pk=id)
    return _toml(saved.toml, f"{saved.name}-v{saved.version}")
