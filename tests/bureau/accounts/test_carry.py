"""A form whose session ended in the middle comes back after sign-in, to the same person alone."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bureau.accounts import carry
from bureau.accounts.models import User, Visit
from tests.bureau.accounts.conftest import PASSWORD

PAGE = "/account/?tab=1&q=平遥"
TYPED = {
    "name": "李敏",
    "text": "第一行\n第二行，“引号” & <b>标签</b>\r\n\ttab",
    "many": ["一", "二", "", "二"],
    "emoji": "好😀",
    "amp": "a&amp;b='\"",
    "blank": "",
    "spaces": "  two  ",
    "number": "007",
    "phone": "13800138000",
}


@pytest.fixture
def signed_in(clerk: User) -> Client:
    browser = Client()
    browser.post("/account/login/", {"login": "clerk", "password": PASSWORD})
    browser.get("/account/")
    return browser


def kill_session(browser: Client) -> None:
    Session.objects.all().delete()


def blob(page: str) -> str:
    found = re.search(r'name="carried" value="([^"]+)"', page)
    return found.group(1) if found else ""


def hidden_fields(page: str) -> list[tuple[str, str]]:
    form = page[page.index('action="/account/?tab=1&amp;q=') :].split("</form>")[0]
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return [(html.unescape(n), html.unescape(v)) for n, v in pairs if n != "csrfmiddlewaretoken"]


def pairs(data: dict[str, object]) -> list[tuple[str, str]]:
    return [(n, v) for n, vs in data.items() for v in (vs if isinstance(vs, list) else [vs])]


def come_back(browser: Client, signed: str, login: str = "clerk") -> str:
    response = browser.post(
        "/account/login/", {"login": login, "password": PASSWORD, "carried": signed}, follow=True
    )
    return response.content.decode()


def test_every_value_comes_back_after_sign_in(signed_in: Client):
    kill_session(signed_in)
    asked = signed_in.post(PAGE, TYPED)
    page = come_back(signed_in, blob(asked.content.decode()))

    assert asked.status_code == 401
    assert hidden_fields(page) == pairs(TYPED)


def test_an_idle_session_keeps_the_form_too(clerk: User):
    with time_machine.travel("2026-03-02 09:00+08:00", tick=False) as clock:
        browser = Client()
        browser.post("/account/login/", {"login": "clerk", "password": PASSWORD})
        clock.shift(timedelta(minutes=45))
        page = come_back(browser, blob(browser.post(PAGE, TYPED).content.decode()))

        assert hidden_fields(page) == pairs(TYPED)


def test_a_mistyped_password_does_not_lose_the_form(signed_in: Client):
    kill_session(signed_in)
    signed = blob(signed_in.post(PAGE, TYPED).content.decode())
    again = signed_in.post("/account/login/", {"login": "clerk", "password": "wrong", "carried": signed})

    assert blob(again.content.decode()) == signed


def test_nothing_is_sent_by_itself(signed_in: Client, clerk: User):
    kill_session(signed_in)
    asked = signed_in.post("/account/", {"name": "新名字", "language": "en"})
    come_back(signed_in, blob(asked.content.decode()))

    clerk.refresh_from_db()
    assert clerk.name == "Clerk"


def test_one_button_sends_it_after_all(signed_in: Client, clerk: User):
    kill_session(signed_in)
    asked = signed_in.post("/account/", {"name": "新名字", "language": "en"})
    page = come_back(signed_in, blob(asked.content.decode()))
    form = page[page.index('action="/account/"') :].split("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form))
    signed_in.post("/account/", fields)

    clerk.refresh_from_db()
    assert (clerk.name, clerk.language) == ("新名字", "en")


def test_another_person_does_not_get_the_form(signed_in: Client, make_user):
    make_user("other")
    kill_session(signed_in)
    signed = blob(signed_in.post(PAGE, TYPED).content.decode())
    page = come_back(signed_in, signed, login="other")

    assert "13800138000" not in page
    assert carry.SESSION_KEY not in signed_in.session


def test_nothing_is_kept_for_an_unknown_sender(db):
    stranger = Client()
    response = stranger.post(PAGE, TYPED)

    assert blob(response.content.decode()) == ""
    assert Session.objects.count() == 0


def test_nothing_is_stored_before_the_password_was_right(signed_in: Client):
    kill_session(signed_in)
    signed = blob(signed_in.post(PAGE, TYPED).content.decode())
    signed_in.post("/account/login/", {"login": "clerk", "password": "wrong", "carried": signed})

    assert not any(carry.SESSION_KEY in session.get_decoded() for session in Session.objects.all())


def test_files_and_passwords_are_not_carried_and_the_page_says_so(signed_in: Client):
    kill_session(signed_in)
    upload = SimpleUploadedFile("a.txt", b"CANARY-FILE")
    asked = signed_in.post(
        PAGE, {"name": "x", "password": "CANARY-1", "new_password2": "CANARY-2", "file": upload}
    )
    page = asked.content.decode()
    carried = carry.read(blob(page))

    assert carried.pairs == [("name", "x")]
    assert carried.had_files
    assert carried.had_secrets
    assert "CANARY" not in page
    assert page.count("n-warn") == 1


def test_an_altered_form_is_not_accepted(signed_in: Client):
    kill_session(signed_in)
    signed = blob(signed_in.post(PAGE, TYPED).content.decode())

    assert carry.read(signed[:-2] + ("AA" if not signed.endswith("AA") else "BB")) is None


def test_a_form_beyond_the_limit_is_not_carried(signed_in: Client):
    kill_session(signed_in)
    response = signed_in.post(PAGE, {"text": "字" * carry.MAX_BYTES})

    assert response.status_code == 401
    assert blob(response.content.decode()) == ""


def test_a_form_is_forgotten_after_a_day(clerk: User):
    with time_machine.travel("2026-03-02 09:00+08:00", tick=False) as clock:
        browser = Client()
        browser.post("/account/login/", {"login": "clerk", "password": PASSWORD})
        browser.get("/account/")
        Visit.objects.all().delete()
        signed = blob(browser.post(PAGE, TYPED).content.decode())
        assert carry.read(signed) is not None
        clock.shift(timedelta(hours=25))

        assert carry.read(signed) is None


def test_leaving_the_form_forgets_it(signed_in: Client):
    kill_session(signed_in)
    come_back(signed_in, blob(signed_in.post(PAGE, TYPED).content.decode()))
    signed_in.post("/account/carried/discard/")

    assert signed_in.get("/account/carried/").status_code == 410
