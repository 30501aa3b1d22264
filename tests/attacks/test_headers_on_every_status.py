"""The same protecting headers on every answer, whatever its status."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from bureau.access.views import Open, rule
from bureau.urls import urlpatterns as portal
from tests.attacks.walking import signed_in
from tests.cast import Cast
from tests.factories import letters


@rule(Open())
def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("a fault")


@rule(Open())
def busy(request: HttpRequest) -> HttpResponse:
    raise OperationalError("database is locked")


urlpatterns = [*portal, path("broken/", broken), path("busy/", busy)]
handler500 = "bureau.database.server_error"


def assert_protected(response: Any) -> None:
    headers = response.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def by_status(cast: Cast, settings: Any) -> dict[int, Any]:
    chief, visitor = signed_in(cast.office_chief), Client()
    letter = letters.proposed(cast).pk
    step = f"/desk/office/letters/{letter}/do/"
    strict = Client(enforce_csrf_checks=True)
    found = {
        200: chief.get("/desk/office/letters/"),
        302: visitor.get("/desk/"),
        400: chief.get("/desk/office/letters/?nonsense=1"),
        401: Client().post("/desk/absence/", {"since": "2026-01-01"}),
        403: strict.post("/en/track/", {"number": "L1", "code": "x"}),
        404: chief.get("/desk/office/letters/987654321/"),
        405: visitor.post("/en/schools/"),
        409: chief.get(f"{step}register/"),
        422: chief.post(f"{step}send_back/", {"reason": ""}),
    }
    for _try in range(50):
        found[429] = visitor.post("/en/track/", {"number": "L2026-000001", "code": "AAAAA-AAAAA"})
    return found


def test_every_answer_is_protected(cast: Cast, settings: Any) -> None:
    for status, response in by_status(cast, settings).items():
        assert response.status_code == status
        assert_protected(response)


@pytest.mark.urls("tests.attacks.test_headers_on_every_status")
@pytest.mark.parametrize(("where", "status"), [("/broken/", 500), ("/busy/", 503)])
def test_a_fault_and_a_busy_database_are_protected_too(where: str, status: int, db: None) -> None:
    response = Client(raise_request_exception=False).get(where)
    assert response.status_code == status
    assert_protected(response)
    assert b"a fault" not in response.content and b"Traceback" not in response.content


def test_an_export_and_a_login_page_are_protected_too(furnished: Cast) -> None:
    for response in (
        signed_in(furnished.office_chief).get("/desk/office/letters/export/"),
        Client().get("/account/login/"),
        Client().get("/readyz"),
    ):
        assert response.status_code < 400
        assert_protected(response)
