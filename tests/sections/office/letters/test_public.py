"""Writing, the receipt, following: what a citizen does, without an account."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from django.test import Client

from bureau.workflow import services as workflow
from sections.office.letters.choices import Status
from sections.office.letters.models import Letter
from sections.office.letters.services import receipt_code
from sections.office.letters.writing import Draft
from tests.cast import Cast
from tests.factories import letters

pytestmark = pytest.mark.django_db

NEW = "/en/letters/new/"
TEXT = {"title": "Bus stop", "body": "Where does the bus stop?", "school": ""}
WRITER = {"name": "Wang Example", "phone": "１３８ 0000 0000"}


def hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found, f"the page carries no {name}"
    return found.group(1)


def post(client: Client, page: Any, **fields: str) -> Any:
    return client.post(NEW, {"draft": hidden(page, "draft"), "step": hidden(page, "step"), **fields})


def to_the_check(client: Client, **changes: str) -> Any:
    page = post(client, client.get(NEW), kind="request")
    page = post(client, page, **{**TEXT, **changes})
    return post(client, page, **WRITER)


def sent(client: Client) -> tuple[str, str]:
    """Number and code of a letter sent through the form."""
    text = post(client, to_the_check(client), go="send").content.decode()
    number = re.search(r"L\d{4}-\d{6}", text)
    code = re.search(r'class="code big">([0-9A-Z]{5}-[0-9A-Z]{5})<', text)
    assert number and code
    return number.group(), code.group(1)


def test_a_letter_is_stored_only_when_it_is_sent(cast: Cast, client: Client) -> None:
    page = to_the_check(client)
    assert not Letter.objects.exists()
    answer = post(client, page, go="send")
    letter = Letter.objects.get()
    assert letter.number in answer.content.decode()
    assert (letter.title, letter.sender_phone) == ("Bus stop", "13800000000")


def test_no_page_of_writing_needs_a_session(cast: Cast, client: Client) -> None:
    post(client, to_the_check(client), go="send")
    assert "sessionid" not in client.cookies


def test_the_same_post_again_shows_the_same_receipt(cast: Cast, client: Client) -> None:
    page = to_the_check(client)
    first = post(client, page, go="send").content.decode()
    again = post(client, page, go="send").content.decode()
    assert Letter.objects.count() == 1
    code = re.search(r'class="code big">([0-9A-Z]{5}-[0-9A-Z]{5})<', first)
    assert code and code.group(1) in again


def test_a_letter_changed_after_sending_is_told_that_the_first_text_counts(
    cast: Cast, client: Client
) -> None:
    page = to_the_check(client)
    post(client, page, go="send")
    back = post(client, page, go="text")
    check = post(client, back, **{**TEXT, "body": "Another text"})
    answer = post(client, check, go="send").content.decode()
    assert "the bureau has the first text" in answer
    assert Letter.objects.get().body == "Where does the bus stop?"


def test_going_back_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    back = post(client, to_the_check(client, title="Keep me <b>"), go="text")
    assert "Keep me &lt;b&gt;" in back.content.decode()


@pytest.mark.parametrize(
    ("step", "wrong", "sentence"),
    [
        ("kind", {}, "Choose what kind of letter it is."),
        ("text", {**TEXT, "title": ""}, "Enter a subject"),
        ("text", {**TEXT, "body": ""}, "Write your letter."),
        ("text", {**TEXT, "school": "No such school"}, "No school has this name"),
        ("writer", {**WRITER, "phone": "12"}, "mobile number with 11 digits"),
        ("writer", {**WRITER, "name": " "}, "Enter your name."),
    ],
)
def test_wrong_input_is_named_and_kept(
    cast: Cast, client: Client, step: str, wrong: dict[str, str], sentence: str
) -> None:
    page = client.get(NEW)
    right = {"kind": {"kind": "request"}, "text": TEXT, "writer": WRITER}
    for earlier in ("kind", "text", "writer"):
        if earlier == step:
            break
        page = post(client, page, **right[earlier])
    answer = post(client, page, **wrong)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in text
    assert "<title>Error: " in text
    for value in wrong.values():
        assert value.strip() in text or unicodedata.normalize("NFKC", value) in text


def test_a_changed_draft_is_not_believed(cast: Cast, client: Client) -> None:
    answer = client.post(NEW, {"draft": "forged", "step": "check", "go": "send"})
    assert "nothing was sent" in answer.content.decode()
    assert not Letter.objects.exists()


def test_sending_an_unfinished_draft_leads_to_the_open_step(cast: Cast, client: Client) -> None:
    draft = Draft({"kind": {"kind": "request"}}, "t")
    answer = client.post(NEW, {"draft": draft.signed(), "step": "check", "go": "send"})
    assert hidden(answer, "step") == "text"
    assert not Letter.objects.exists()


def test_a_report_on_a_person_is_not_stored_and_the_page_says_where_it_goes(
    cast: Cast, client: Client
) -> None:
    answer = client.post(
        NEW, {"draft": Draft({}, "t").signed(), "step": "kind", "kind": "report"}, follow=True
    )
    text = answer.content.decode()
    assert "Nothing was stored." in text
    assert "Discipline Inspection and Supervision" in text
    assert not Letter.objects.exists()


def test_too_many_letters_from_one_connection_are_asked_to_wait(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.LETTERS_PER_SENDER = 1
    sent(client)
    answer = post(client, to_the_check(client), go="send")
    assert answer.status_code == 429
    assert "Your letter is not lost" in answer.content.decode()
    assert Letter.objects.count() == 1


def test_the_qr_code_carries_the_number_and_not_the_code(cast: Cast, client: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://portal.example"
    number, code = sent(client)
    page = client.get(f"/en/track/?number={number}").content.decode()
    assert number in page
    assert code not in page


# -- following --------------------------------------------------------------------------------------------


def follow(client: Client, number: str, code: str) -> Any:
    return client.post("/en/track/", {"number": number, "code": code}, follow=True)


def test_number_and_code_open_the_status_and_the_answer(cast: Cast, client: Client) -> None:
    receipt_letter = letters.sent()
    page = follow(client, receipt_letter.letter.number, receipt_letter.code.lower()).content.decode()
    assert "Your letter has arrived" in page
    letter = receipt_letter.letter
    for step, by, data in (
        ("register", cast.office_clerk, {"kind": letter.kind, "school": None}),
        ("accept", cast.office_chief, {}),
    ):
        letter = workflow.perform(letter, step, by=by, data=data)
    page = follow(client, letter.number, receipt_letter.code).content.decode()
    assert "Your letter is accepted" in page
    assert "Regulations on Petition Work, Article 34" in page
    assert "Office Clerk" not in page


def test_a_wrong_code_and_a_wrong_number_give_the_same_answer(cast: Cast, client: Client) -> None:
    letter = letters.sent().letter
    wrong_code = client.post("/en/track/", {"number": letter.number, "code": "AAAAA-AAAAA"})
    wrong_number = client.post("/en/track/", {"number": "L1999-000001", "code": "AAAAA-AAAAA"})
    clean = [
        re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())
        .replace(letter.number, "N")
        .replace("L1999-000001", "N")
        for page in (wrong_code, wrong_number)
    ]
    assert clean[0] == clean[1]
    assert wrong_code.status_code == wrong_number.status_code
    assert letter.title not in clean[0]


def test_the_writer_rates_the_answer_on_the_page(cast: Cast, client: Client) -> None:
    answered = letters.answered(cast, token="rated")
    page = follow(client, answered.number, receipt_code("rated"))
    assert "The bus stops at the north gate." in page.content.decode()
    address = page.request["PATH_INFO"]
    client.post(address, {"act": "rate", "rating": "5", "rating_comment": "Thank you"}, follow=True)
    answered.refresh_from_db()
    assert (answered.rating, answered.status) == (5, Status.ANSWERED)


def test_the_status_page_of_one_letter_opens_no_other(cast: Cast, client: Client) -> None:
    mine, other = letters.sent(), letters.sent(title="Not yours")
    page = follow(client, mine.letter.number, mine.code)
    address = page.request["PATH_INFO"]
    assert other.letter.number not in page.content.decode()
    assert "Not yours" not in client.get(address + f"?pk={other.letter.pk}").content.decode()


def test_a_lost_code_is_replaced_at_the_counter_and_the_old_one_is_dead(cast: Cast, client: Client) -> None:
    receipt = letters.sent()
    desk = Client()
    desk.force_login(cast.office_clerk)
    address = f"/desk/office/letters/{receipt.letter.pk}/code/"
    assert receipt.code not in desk.get(address).content.decode()
    found = re.search(r'class="code big">([0-9A-Z]{5}-[0-9A-Z]{5})<', desk.post(address).content.decode())
    assert found
    assert "School bus stop" not in follow(client, receipt.letter.number, receipt.code).content.decode()
    assert "School bus stop" in follow(client, receipt.letter.number, found.group(1)).content.decode()


def test_the_answering_section_neither_sees_the_writer_nor_issues_codes(cast: Cast, client: Client) -> None:
    letter = letters.assigned(cast)
    client.force_login(cast.basic_clerk)
    assert "Wang Example" not in client.get(f"/desk/office/letters/{letter.pk}/").content.decode()
    assert client.post(f"/desk/office/letters/{letter.pk}/code/").status_code == 403
