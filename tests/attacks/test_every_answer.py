"""No address passes for a file, nothing leads to another site, and no foreign name of the host is believed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.attacks.walking import signed_in
from tests.cast import Cast

ELSEWHERE = "//elsewhere.example/x"
FORMS_OF_IT = (ELSEWHERE, "https://elsewhere.example/x", "/\\elsewhere.example/x", "https:elsewhere.example")


def leads_elsewhere(response: Any) -> bool:
    return "elsewhere.example" in response.headers.get("Location", "").partition("?")[0]


@pytest.mark.parametrize(
    "where", ["/desk/x.css", "/desk/office/letters/x.css", "/account/logo.png", "/desk/;x.js"]
)
def test_an_address_that_looks_like_a_file_is_no_page_of_a_person(where: str, cast: Cast) -> None:
    response = signed_in(cast.office_chief).get(where)
    assert response.status_code == 404
    assert "no-store" in response.headers["Cache-Control"]
    assert cast.office_chief.name.encode() not in response.content


@pytest.mark.parametrize("elsewhere", FORMS_OF_IT)
def test_no_form_that_goes_on_somewhere_goes_on_elsewhere(elsewhere: str, cast: Cast) -> None:
    cast.office_chief.set_password("a long enough passphrase")
    cast.office_chief.save()
    sign_in = {"login": "office_chief", "password": "a long enough passphrase", "next": elsewhere}
    for where, fields in (
        ("/account/login/", sign_in),
        ("/modes/", {"mode": "care", "next": elsewhere}),
        ("/account/language/", {"language": "en", "next": elsewhere}),
        ("/account/logout/", {"next": elsewhere}),
    ):
        assert not leads_elsewhere(Client().post(where, fields)), where
        assert not leads_elsewhere(signed_in(cast.office_chief).post(where, fields)), where


def test_an_unknown_host_is_refused_and_makes_no_link(cast: Cast) -> None:
    for where in ("/zh/", "/account/login/", "/zh/letters/new/"):
        response = Client().get(where, HTTP_HOST="forged.example")
        assert response.status_code == 400
        assert b"forged.example" not in response.content
