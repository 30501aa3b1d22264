"""Before writing on, the writer sees what was answered already; nobody is kept from sending."""

from __future__ import annotations

import pytest
from django.test import Client

from sections.office.letters.models import Letter, LetterDraft
from tests.cast import Cast
from tests.factories import answers, letters
from tests.sections.office.letters.filling import TEXT, TOLD, at_text, code_on, hidden, picture, post

pytestmark = pytest.mark.django_db
ASKED = {**TEXT, "title": "Bus stop at the north gate", "body": "Where does the school bus stop at the gate?"}


@pytest.fixture
def known(cast: Cast) -> str:
    return answers.published(cast, letters.answered(cast)).title


def test_an_answer_that_fits_is_shown_once_between_the_steps(cast: Cast, known: str, client: Client) -> None:
    page = post(client, at_text(client), **ASKED)
    text = page.content.decode()
    assert "This may already be answered" in text and known in text
    onward = post(client, page, go="on")
    assert hidden(onward, "step") == "writer"
    back = post(client, onward, go="text")
    assert hidden(post(client, back, **ASKED), "step") == "writer"


def test_who_goes_on_sends_the_letter(cast: Cast, known: str, client: Client) -> None:
    before = Letter.objects.count()
    page = post(client, post(client, at_text(client), **ASKED), go="on")
    check = post(client, page, name="Wang Example", phone="13800000000", email="")
    assert code_on(post(client, check, go="send"))
    assert Letter.objects.count() == before + 1


def test_who_is_answered_leaves_nothing_behind(cast: Cast, known: str, client: Client) -> None:
    before = Letter.objects.count()
    page = post(client, at_text(client), **ASKED, files=[picture()])
    assert LetterDraft.objects.exists()
    answer = post(client, page, go="answered")
    assert "Nothing was sent" in answer.content.decode()
    assert Letter.objects.count() == before and not LetterDraft.objects.exists()


def test_nothing_is_shown_where_nothing_fits_or_an_answer_was_withdrawn(cast: Cast, client: Client) -> None:
    answers.withdrawn(cast, letters.answered(cast))
    assert hidden(post(client, at_text(client), **ASKED), "step") == "writer"


def test_an_urgent_letter_is_not_held_up(cast: Cast, known: str, client: Client) -> None:
    told = {**TOLD, "body": ASKED["body"], "harm": "yes"}
    page = post(client, client.get("/en/letters/child/"), **told)
    assert hidden(post(client, page, go="on"), "step") == "child"
