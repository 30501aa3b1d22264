"""Whatever is sent: a refusal in the usual shape, never a fault of ours."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.test.client import FakePayload

from schools.models import School
from tests.bureau.api.conftest import SCHOOLS, Program

DEEP = b'{"address":' + b"[" * 5000 + b"]" * 5000 + b"}"
BODIES = {
    "no JSON": b"{",
    "a list": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "NUL": b'{"address": "a\\u0000b"}',
    "a raw NUL": b'{"address": "a\x00b"}',
    "NUL in a name": b'{"a\\u0000": 1}',
    "half a surrogate": b'{"address": "\\ud800"}',
    "bad UTF-8": b'{"address": "\xff\xfe"}',
    "UTF-16": '{"address": "x"}'.encode("utf-16"),
    "the same name twice": b'{"address": "a", "address": "b"}',
    "deep": DEEP,
    "a very long number": b'{"address": ' + b"9" * 201 + b"}",
    "beyond every number": b'{"longitude": 1e400}',
    "not a number": b'{"longitude": NaN}',
    "too much": b'{"address": "' + b"x" * 1_000_000 + b'"}',
}


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_what_cannot_be_understood_is_refused(cast, method):
    one = Program(cast.basic_clerk)
    address = SCHOOLS if method == "POST" else f"{SCHOOLS}{cast.school.pk}/"
    for name, body in BODIES.items():
        answer = one.send(method, address, body, If_Match="0")
        assert answer.status_code == (413 if len(body) > 1_000_000 else 400), name
        assert set(answer.json()) == {"detail", "errors"}


def test_a_chunked_body_cannot_pass_the_limit(cast):
    """Without a length in front, the server counts while it reads."""
    one = Program(cast.basic_clerk)
    body = FakePayload(b'{"address": "' + b"x" * 2_000_000 + b'"}')
    extra = {"wsgi.input": body, "CONTENT_LENGTH": "3000000", "CONTENT_TYPE": "application/json"}
    answer = one.client.generic("POST", SCHOOLS, headers=one.headers, **extra)
    assert answer.status_code == 413


FIELDS = ("code", "former_names", "school_type", "is_private", "founded_on", "longitude", "credit_code")
VALUES = [
    None,
    "",
    "x" * 900_000,
    -1,
    10**29,
    1.5,
    True,
    [],
    [1],
    {},
    {"id": []},
    {"id": 10**29},
    {"value": {}},
    "\u2028",
    "<b>",
]


def test_any_value_in_any_field_is_taken_or_refused(cast):
    one = Program(cast.basic_clerk)
    address = f"{SCHOOLS}{cast.school.pk}/"
    for name in FIELDS:
        for value in VALUES:
            version = str(School.objects.get(pk=cast.school.pk).version)
            answer = one.patch(address, {name: value}, If_Match=version)
            assert answer.status_code in (200, 400, 422), (name, value, answer.content[:300])
            assert answer.status_code == 200 or answer.json()["detail"], (name, value)


TAGS = ["x", '"', '"' * 9, "0" * 5000, "\u00e9", "-1", '"1", "2"', "1e3", "٣"]


def test_any_version_is_another_version(cast):
    one = Program(cast.basic_clerk)
    for tag in TAGS:
        answer = one.patch(f"{SCHOOLS}{cast.school.pk}/", {"address": "X"}, If_Match=tag)
        assert answer.status_code in (409, 428), tag


KINDS = {
    "text/plain": 415,
    "application/x-www-form-urlencoded": 415,
    "multipart/form-data; boundary=x": 415,
    "": 415,
    "application/json; charset=utf-16": 400,
}


def test_json_alone_is_taken(cast):
    one = Program(cast.basic_clerk)
    for kind, status in KINDS.items():
        answer = one.client.generic("POST", SCHOOLS, b'\xff{"a": 1}', content_type=kind, headers=one.headers)
        assert answer.status_code == status, kind


def test_a_method_that_an_address_does_not_have_is_refused_in_json(cast):
    one = Program(cast.basic_clerk)
    for method in ("DELETE", "OPTIONS", "TRACE", "POST", "PUT"):
        address = f"{SCHOOLS}{cast.school.pk}/" if method == "POST" else SCHOOLS
        answer = one.send(method, address)
        assert answer.status_code == 405
        assert answer.json()["detail"] == f"This address does not take {method}."


NOWHERE = [
    "/api/",
    "/api/v2/",
    "/api/v1/schools/",
    f"{SCHOOLS}x/",
    f"{SCHOOLS}-1/",
    f"{SCHOOLS}{'9' * 200}/",
    f"{SCHOOLS}{'9' * 5000}/",
    f"{SCHOOLS}1/nope/",
    f"{SCHOOLS}%00/",
    "/api/v1/\u0000/",
]


def test_an_address_that_does_not_exist_answers_in_json(cast):
    one = Program(cast.basic_clerk)
    sentence = "There is no page at this address, or it is not open to you."
    for path in NOWHERE:
        answer = one.get(path)
        assert (answer.status_code, answer.json()) == (404, {"detail": sentence, "errors": {}}), path


def test_an_answer_in_another_format_is_refused(cast):
    answer = Program(cast.basic_clerk, Accept="text/csv").get(SCHOOLS)
    assert (answer.status_code, answer.json()["detail"]) == (406, "This address answers in JSON only.")


def test_a_fault_of_ours_tells_nothing(cast, monkeypatch):
    def fall(*args, **kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("bureau.api.reading.part", fall)
    one = Program(cast.basic_clerk)
    one.client.raise_request_exception = False
    answer = one.get(SCHOOLS)
    assert answer.status_code == 500 and "secret" not in answer.content.decode()
    assert set(answer.json()) == {"detail", "errors"}


def test_a_busy_database_asks_to_come_back(cast, monkeypatch):
    from django.db import OperationalError

    def busy(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr("bureau.api.reading.part", busy)
    answer = Program(cast.basic_clerk).get(SCHOOLS)
    assert answer.status_code == 503 and answer.headers["Retry-After"] and answer.json()["detail"]


def test_a_form_of_a_browser_does_not_get_in(cast):
    """What a page of another site could send without asking first."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.basic_clerk)
    answer = client.post(SCHOOLS, {"name": "X"})
    assert answer.status_code in (401, 403)
    assert json.loads(answer.content)["detail"]
