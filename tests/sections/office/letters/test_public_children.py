"""The short form in plain words, and the way of a letter when somebody may come to harm."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from bureau.workflow.models import WorkItem
from sections.office.letters import help_lines
from sections.office.letters.choices import Kind
from sections.office.letters.models import Letter
from tests.cast import Cast, in_english
from tests.factories import letters
from tests.sections.office.letters.filling import CHILD, NEW, TEXT, TOLD, WRITER, code_on, hidden, post

pytestmark = pytest.mark.django_db
CHILDREN = "/en/letters/child/"


def told(client: Client, **changes: str) -> Any:
    return post(client, client.get(CHILDREN), **{**TOLD, **changes})


def sent_by_child(client: Client, **changes: str) -> Letter:
    page = told(client, **changes)
    if "Go on with the letter" in page.content.decode():
        page = post(client, page, go="on")
    code_on(post(client, post(client, page, **CHILD), go="send"))
    return Letter.objects.latest("pk")


def test_a_child_needs_two_short_pages_and_no_telephone(cast: Cast, client: Client) -> None:
    letter = sent_by_child(client)
    assert letter.is_by_child and not letter.is_urgent
    assert (letter.kind, letter.sender_phone, letter.sender_digest) == (Kind.REQUEST, "", "")
    assert letter.title == "Letter of a child"


def test_the_page_for_children_names_whom_to_call(cast: Cast, client: Client) -> None:
    page = client.get(CHILDREN).content.decode()
    for number in ("110", "120", "12355"):
        assert f'href="tel:{number}"' in page
    assert "Your school does not see your letter" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_says_when_to_call_it_and_where_it_was_read(cast: Cast, language: str) -> None:
    lines = help_lines.help_lines()
    assert [line.number for line in lines] == ["110", "120", "12355", "12345"]
    assert all(
        line.name_zh and line.name_en and line.for_zh and line.for_en and line.source for line in lines
    )
    assert Client().get(f"/{language}/letters/urgent/").content.decode().count('href="tel:') == 4


def test_when_somebody_may_get_hurt_the_numbers_come_first(cast: Cast, client: Client) -> None:
    page = told(client, harm="yes")
    text = page.content.decode()
    assert "Please call first" in text and 'href="tel:110"' in text
    assert not Letter.objects.exists()
    onward = post(client, page, go="on")
    assert hidden(onward, "step") == "child"
    letter = Letter.objects.none()
    check = post(client, onward, **CHILD)
    assert "The office is told at once" in check.content.decode()
    receipt = post(client, check, go="send").content.decode()
    assert 'href="tel:110"' in receipt
    letter = Letter.objects.get()
    assert letter.is_urgent and letter.is_by_child


def test_the_numbers_are_shown_once_and_cannot_be_skipped(cast: Cast, client: Client) -> None:
    page = told(client, harm="yes")
    again = post(client, post(client, page, go="on"), go="told")
    assert hidden(post(client, again, **{**TOLD, "harm": "yes"}), "step") == "child"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"body": ""}, "A few words are enough."),
        ({"harm": ""}, "You may choose"),
        ({"harm": "maybe"}, "choose one from the list"),
    ],
)
def test_what_is_missing_is_said_in_plain_words(
    cast: Cast, client: Client, wrong: dict[str, str], sentence: str
) -> None:
    answer = told(client, **wrong)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_an_adult_writes_an_urgent_letter_after_seeing_the_numbers(cast: Cast, client: Client) -> None:
    page = client.get("/en/letters/urgent/").content.decode()
    assert 'href="tel:110"' in page and 'value="adult"' in page
    begun = client.post(NEW, {"begin": "adult"})
    text = post(client, begun, kind="request")
    check = post(client, post(client, text, **TEXT), **WRITER)
    code_on(post(client, check, go="send"))
    letter = Letter.objects.get()
    assert letter.is_urgent and not letter.is_by_child


def test_the_office_is_told_at_once_and_by_number_alone(cast: Cast, client: Client) -> None:
    letter = sent_by_child(client, harm="yes")
    notices = Notice.objects.filter(user=cast.office_clerk)
    assert [notice.kind for notice in notices] == ["letters.urgent"]
    assert letter.number in notices[0].title
    assert "beaten" not in notices[0].title and CHILD["name"] not in str(notices[0].params)


def test_urgent_letters_stand_first_in_list_and_inbox(cast: Cast, client: Client) -> None:
    urgent = sent_by_child(client, harm="yes")
    later = letters.sent(title="Newer and ordinary").letter
    desk = Client()
    desk.force_login(in_english(cast.office_clerk))
    page = desk.get("/desk/office/letters/").content.decode()
    assert page.index(urgent.number) < page.index(later.number)
    assert "urgent" in page
    assert WorkItem.objects.first().object_id == urgent.pk  # type: ignore[union-attr]


def test_the_office_confirms_or_lowers_the_urgency(cast: Cast, client: Client) -> None:
    letter = sent_by_child(client, harm="yes")
    confirmed = workflow.perform(letter, "confirm_urgency", by=cast.office_clerk)
    assert confirmed.is_pressing and confirmed.urgency_checked_on == timezone.localdate()
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(confirmed, "confirm_urgency", by=cast.office_clerk)
    with pytest.raises(workflow.Invalid):
        workflow.perform(confirmed, "lower_urgency", by=cast.office_clerk)
    lowered = workflow.perform(confirmed, "lower_urgency", by=cast.office_clerk, reason="A test of the form.")
    assert not lowered.is_urgent and not lowered.is_pressing
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(lowered, "lower_urgency", by=cast.office_clerk, reason="Again")


def test_the_office_marks_a_letter_as_urgent_that_did_not_say_so(cast: Cast) -> None:
    letter = letters.assigned(cast)
    raised = workflow.perform(letter, "confirm_urgency", by=cast.office_clerk)
    assert raised.is_pressing
    assert Notice.objects.filter(user=cast.basic_clerk, kind="letters.urgent").exists()
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(raised, "lower_urgency", by=cast.basic_clerk, reason="Not ours to say")


def test_an_urgent_letter_that_is_closed_presses_no_more(cast: Cast, client: Client) -> None:
    letter = sent_by_child(client, harm="yes")
    letter = workflow.perform(
        letter, "register", by=cast.office_clerk, data={"kind": letter.kind, "school": None}
    )
    letter = workflow.perform(
        letter, "decline", by=cast.office_chief, data={"ground": "unclear"}, reason="Taken up by the police."
    )
    assert letter.is_urgent and not letter.is_pressing
