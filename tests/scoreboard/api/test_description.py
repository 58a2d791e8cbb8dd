"""The description is kept: what it allows is asked, and nothing it does not name is answered, least of all a 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings

from core.models import User
from metrics.models import MetricRun
from revenue.models import RevenueLine
from scoreboard.api import auth, keys, scopes
from scoreboard.api.description import description
from scoreboard.templatetags.house import with_code
from tests.scoreboard.conftest import signed_in

EXAMPLES = 12  # per operation
CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
    schemathesis.checks.response_headers_conformance,
    schemathesis.checks.ignored_auth,
]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Requests of the WSGI application stay in the test's transaction, as those of Django's test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def described(
    people: dict[str, User], run: MetricRun, lines: list[RevenueLine], one_connection: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:  # fmt: skip
    """The description as a program fetches it, and an operator's token with every scope."""
    monkeypatch.setattr(auth, "A_MINUTE", 1_000_000)
    user = people["operator"]
    _, secret = keys.make_token(user=user, name="machine", wanted=tuple(scopes.offered(user)), days=30)
    headers = {"Authorization": f"Bearer {secret}"}
    return schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application(), headers=headers), headers


def test_every_answer_is_in_the_description(described: Any) -> None:
    document, headers = described
    asked = 0
    for result in document.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True,
            phases=[Phase.generate], database=None,
        )  # fmt: skip
        def ask(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        ask()
        asked += 1
    assert asked >= 14


def test_everything_of_the_api_is_described_and_needs_a_token() -> None:
    document = description()
    operations = [op for methods in document["paths"].values() for op in methods.values()]
    assert len(operations) >= 14
    for operation in operations:
        assert operation["security"] == [{"Token": []}]
        assert {"401", "403", "422", "429"} <= {str(s) for s in operation["responses"]}
        assert operation["summary"]
        assert operation["tags"]
    assert document["components"]["securitySchemes"]["Token"]["scheme"] == "bearer"


def test_the_reference_names_every_operation(people: dict[str, User]) -> None:
    page = signed_in(people["rep"]).get("/api/").content.decode()
    for path, methods in description()["paths"].items():
        assert path in page
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    assert "<script>" not in page


def test_strangers_are_not_told_what_there_is(people: dict[str, User]) -> None:
    assert Client().get("/api/openapi.json").status_code == 401
    assert Client().get("/api/").status_code == 302
    assert signed_in(people["rep"]).get("/api/openapi.json").json()["info"]["title"] == "Assay"


def test_another_method_is_refused(people: dict[str, User]) -> None:
    answer = Client().delete("/api/v1/metrics")
    assert answer.status_code in (401, 405)


def test_names_between_backticks_are_set_as_code() -> None:
    assert with_code("Ask `Location` <b>") == "Ask <code>Location</code> &lt;b&gt;"
