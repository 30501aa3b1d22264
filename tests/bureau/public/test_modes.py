"""Care, dark and light: a plain form, one cookie, a class on <html>."""

import pytest

from bureau.public.modes import after

pytestmark = pytest.mark.django_db
HERE = {"HTTP_SEC_FETCH_SITE": "same-origin"}


def test_care_mode_is_a_class_on_every_page(client):
    client.post("/modes/", {"mode": "care", "next": "/en/privacy/"}, **HERE)
    assert '<html lang="en" class="care">' in client.get("/en/privacy/").content.decode()


def test_care_and_dark_go_together(client):
    client.post("/modes/", {"mode": "care"}, **HERE)
    client.post("/modes/", {"mode": "dark"}, **HERE)
    assert 'class="care dark"' in client.get("/en/").content.decode()


def test_each_button_changes_its_own_choice_alone():
    assert after(["care", "dark"], "light") == ["care", "light"]
    assert after(["care", "dark"], "standard") == ["dark"]
    assert after(["care", "dark"], "system") == ["care"]


def test_it_goes_back_to_the_page_and_sets_no_other_cookie(client):
    answer = client.post("/modes/", {"mode": "dark", "next": "/en/track/?number=L1"}, **HERE)
    assert answer.headers["Location"] == "/en/track/?number=L1"
    assert set(answer.cookies) == {"portal_mode"}


@pytest.mark.parametrize(
    "there",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "evil", ""],
)
def test_it_never_leads_out_of_the_site(client, there):
    assert client.post("/modes/", {"mode": "dark", "next": there}, **HERE).headers["Location"] == "/"


@pytest.mark.parametrize(
    "sender",
    [
        {},
        {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_ORIGIN": "http://evil.example"},
        {"HTTP_ORIGIN": "null"},
    ],
)
def test_a_form_from_elsewhere_changes_nothing(client, sender):
    answer = client.post("/modes/", {"mode": "dark", "next": "/en/"}, **sender)
    assert answer.status_code == 403
    assert not answer.cookies


def test_an_older_browser_proves_itself_by_origin(client):
    assert client.post("/modes/", {"mode": "dark"}, HTTP_ORIGIN="http://testserver").status_code == 302


def test_an_unknown_mode_and_a_forged_cookie_leave_no_trace(client):
    assert not client.post("/modes/", {"mode": '"><script>'}, **HERE).cookies
    client.cookies["portal_mode"] = 'x".onload.dark'
    assert '<html lang="en" class="dark">' in client.get("/en/").content.decode()


def test_looking_changes_nothing(client):
    assert client.get("/modes/").status_code == 405
