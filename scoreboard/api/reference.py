"""The OpenAPI description as a page shows it: operations by group, with parameters, bodies and answers in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Field:
    """One parameter, or one member of a body or an answer."""

    name: str
    kind: str
    where: str
    required: bool
    words: str


@dataclass(frozen=True)
class Operation:
    """One address and method."""

    id: str
    method: str
    path: str
    title: str
    words: str
    takes: tuple[Field, ...]
    gives: tuple[Field, ...]
    statuses: tuple[tuple[str, str], ...]


def groups(document: dict[str, Any]) -> list[tuple[str, list[Operation]]]:
    """The operations by tag, in the order of the description."""
    found: dict[str, list[Operation]] = {}
    schemas = document.get("components", {}).get("schemas", {})
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["Other"])[0]
            found.setdefault(tag, []).append(_operation(path, method, operation, schemas))
    return list(found.items())


def _operation(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> Operation:
    takes = [
        Field(p["name"], _kind(p["schema"], schemas), p["in"], p.get("required", False), p.get("description", ""))
        for p in operation.get("parameters", ())
    ]
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        takes += _members(content["schema"], schemas, "form" if "form" in media else "body")
    good: dict[str, Any] = next((a for s, a in operation["responses"].items() if 200 <= int(s) < 300), {})
    schema = good.get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        id=operation["operationId"], method=method.upper(), path=path, title=operation.get("summary", ""),
        words=operation.get("description", ""), takes=tuple(takes), gives=tuple(_members(schema, schemas, "")),
        statuses=tuple((str(s), a.get("description", "")) for s, a in operation["responses"].items()),
    )  # fmt: skip


def _members(schema: dict[str, Any], schemas: dict[str, Any], where: str) -> Iterator[Field]:
    schema = _resolved(schema, schemas)
    required = set(schema.get("required", ()))
    for name, member in schema.get("properties", {}).items():
        yield Field(name, _kind(member, schemas), where, name in required, _words(member))


def _words(member: dict[str, Any]) -> str:
    return str(member.get("description", ""))


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    return schemas.get(reference.rsplit("/", 1)[-1], {}) if reference else schema


def _kind(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """A schema in a few words: "integer", "date or null", "list of Import", "one of week, month"."""
    if "$ref" in schema:
        target = _resolved(schema, schemas)
        if "enum" in target:
            return "one of " + ", ".join(map(str, target["enum"]))
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(part, schemas) for part in schema["anyOf"]))
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}), schemas)}"
    if schema.get("format") in ("date", "date-time", "binary"):
        return {"date": "date", "date-time": "moment", "binary": "file"}[schema["format"]]
    kind = str(schema.get("type", "any"))
    return "text" if kind == "string" else kind
