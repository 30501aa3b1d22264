"""What one server was given the other shows: drafts, what was typed before a session ended, messages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import translation

from tests.bureau.deploy.browser import PASSWORD, Browser, Writer
from tests.sections.office.letters.filling import RESUME, TEXT, at_text, code_on, post

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.tool("nginx")]


def test_a_letter_that_one_server_keeps_is_opened_by_the_other(stack, cast):
    writer: Any = Writer(stack)
    code = code_on(post(writer, at_text(writer), **{**TEXT, "body": "CANARY-KEPT"}, go="save"))
    elsewhere: Any = Writer(stack)
    elsewhere.asked = writer.asked  # so that the server asked now is the one that did not save
    elsewhere.get(RESUME)
    opened = elsewhere.post(RESUME, {"code": code})
    assert "CANARY-KEPT" in post(elsewhere, opened, go="text").content.decode()


def test_a_form_whose_session_ended_comes_back_from_the_other_server(stack, cast):
    browser = Browser(stack)
    browser.sign_in(cast.office_clerk, server=0)
    token = browser.token("/account/", 0)
    Session.objects.all().delete()
    asked = browser.ask("POST", "/account/", 0, csrfmiddlewaretoken=token, name="CANARY-TYPED")
    carried = re.search(r'name="carried" value="([^"]+)"', asked.body.decode())
    assert asked.status == 401
    assert carried
    fields = {"login": cast.office_clerk.username, "password": PASSWORD, "carried": carried[1]}
    answer = browser.post("/account/login/", 1, form_from=1, **fields)
    for _leap in range(3):
        if answer.status == 302:
            answer = browser.ask("GET", answer.headers["Location"], 1)
    assert "CANARY-TYPED" in answer.body.decode()


def test_a_message_that_one_server_left_is_shown_by_the_other_once(stack, cast):
    browser = Browser(stack)
    browser.sign_in(cast.office_clerk, server=0)
    token = browser.token("/account/sessions/", 0)
    left = browser.ask("POST", reverse("account_sessions_end"), 0, csrfmiddlewaretoken=token)
    assert left.status == 302
    with translation.override(cast.office_clerk.language):
        said = translation.gettext("You are signed out everywhere but here.")
    pages = [browser.ask("GET", left.headers["Location"], server).body.decode() for server in (1, 0, 1)]
    assert [said in page for page in pages] == [True, False, False]
