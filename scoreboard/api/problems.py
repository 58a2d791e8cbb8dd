"""Errors, all in one shape: problem details as in RFC 9457, `application/problem+json`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Schema
from pydantic import Field

MEDIA_TYPE = "application/problem+json"


class Fault(Schema):
    """One thing that is wrong with what was sent."""

    field: str = Field(description="The parameter or member of the body; empty where it is about the whole.")
    message: str


class Problem(Schema):
    """Why a request was not answered."""

    type: str = Field("about:blank", description="Always about:blank: the status says what kind of problem it is.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What is wrong and what to do.")
    errors: list[Fault] = []


class Refusal(Exception):
    """Ends a request with a problem; `field` names the input it is about."""

    def __init__(self, status: int, detail: str, field: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.field, self.headers = status, detail, field, headers or {}


def not_found(detail: str = "There is nothing of that name that this token may see.") -> Refusal:
    """404: it is not there, or not for this person, which looks the same."""
    return Refusal(HTTPStatus.NOT_FOUND, detail)


def wrong(detail: str, field: str = "") -> Refusal:
    """422: what was sent cannot be."""
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, detail, field)


def response(
    status: int, detail: str, errors: list[dict[str, str]] | None = None, headers: dict[str, str] | None = None
) -> JsonResponse:
    """The answer that says it."""
    body: dict[str, Any] = {
        "type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail,
        "errors": errors or [],
    }  # fmt: skip
    answer = JsonResponse(body, status=status, content_type=MEDIA_TYPE, headers=headers)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def of_refusal(request: HttpRequest, refusal: Exception) -> JsonResponse:
    """The answer to a Refusal."""
    if not isinstance(refusal, Refusal):
        raise refusal
    errors = [{"field": refusal.field, "message": refusal.detail}] if refusal.field else []
    return response(refusal.status, refusal.detail, errors, refusal.headers)
