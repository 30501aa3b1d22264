"""Schemathesis walks the description with what it can think of: nothing may fail on our side."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings

from bureau.api.schema import described
from tests.bureau.api.conftest import Program

# Records that only the tests know: their steps take anything and may fail.
OURS = ("/api/v1/workflow_app/", "/api/v1/pages_app/")
EXAMPLES = 2


class Undo(Exception):
    pass


def call(one: Program, case: Any) -> Any:
    """Send a generated call in process, and undo what it wrote."""
    sent: Any = {}
    try:
        with transaction.atomic():
            if case.media_type == "multipart/form-data":
                sent = one.client.generic(
                    case.method,
                    case.formatted_path,
                    form_of(case.body),
                    content_type=MULTIPART_CONTENT,
                    headers=one.headers,
                )
                raise Undo
            body = case.body if isinstance(case.body, dict | list | str | int | float | bool | None) else None
            raw = json.dumps(body).encode("utf-8", "surrogatepass")
            headers = {name: str(value) for name, value in (case.headers or {}).items()}
            query = {name: value for name, value in (case.query or {}).items()}
            sent = one.client.generic(
                case.method,
                case.formatted_path,
                raw if case.method in ("POST", "PUT", "PATCH") else b"",
                content_type="application/json",
                headers={**headers, **one.headers},
                query_params=query,
            )
            raise Undo
    except Undo:
        return sent


def form_of(body: Any) -> bytes:
    """What was generated, as a browser would send it; a file where there are bytes."""
    fields = body if isinstance(body, dict) else {"kind": body}
    named = {str(name): value for name, value in fields.items() if value is not None}
    file = named.get("file")
    if isinstance(file, str | bytes):
        content = file if isinstance(file, bytes) else file.encode("utf-8", "surrogatepass")
        named["file"] = SimpleUploadedFile("paper.pdf", content)
    text = {name: value if name == "file" else json.dumps(value)[:200] for name, value in named.items()}
    return encode_multipart(BOUNDARY, text)


def people(cast: Any) -> dict[str, Program]:
    """Who may do most with the registers of each app."""
    return {
        "schools": Program(cast.basic_officer),
        "personnel": Program(cast.personnel_clerk),
        "finance": Program(cast.finance_clerk),
    }


def test_no_call_fails_on_our_side(cast, many_calls):
    callers, schema = people(cast), schemathesis.openapi.from_dict(described())
    tried, faults = 0, []

    def probe(case: Any) -> None:
        nonlocal tried
        tried += 1
        one = callers.get(case.operation.path.split("/")[3], callers["schools"])
        answer = call(one, case)
        if answer.status_code >= 500:
            faults.append((answer.status_code, case.method, case.formatted_path, case.query, case.body))
        elif answer.status_code >= 400:
            assert set(answer.json()) >= {"detail", "errors"}

    for result in schema.get_all_operations():
        operation = result.ok()
        if not operation.path.startswith(OURS):
            few_examples(given(strategy(operation))(probe))()
    assert faults == []
    assert tried > 50


def strategy(operation: Any) -> Any:
    """What the description allows, and what it does not."""
    wrong = schemathesis.GenerationMode.NEGATIVE
    return operation.as_strategy() | operation.as_strategy(generation_mode=wrong)


@pytest.fixture
def many_calls(settings):
    settings.API_CALLS_PER_MINUTE = 100_000


def few_examples(test: Any) -> Any:
    return hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(test)
