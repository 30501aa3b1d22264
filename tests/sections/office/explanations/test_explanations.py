"""A school is asked to explain and finds no way from the request to the letter."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from bureau.access.services import may, permitted
from bureau.accounts.models import User
from bureau.audit.models import Event
from bureau.files.models import Attachment
from bureau.files.refusals import FileRefused
from bureau.files.services import attach, withdraw
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from bureau.workflow.inbox import inbox
from bureau.workflow.models import WorkItem
from sections.office.explanations.choices import ExplanationStatus as Status
from sections.office.explanations.models import Explanation
from sections.office.letters.models import Letter
from tests.cast import Cast
from tests.factories import explanations, letters

pytestmark = pytest.mark.django_db

ADD = "/desk/office/explanations/new/"


@pytest.fixture(autouse=True)
def in_english(cast: Cast) -> Iterator[None]:
    User.objects.update(language="en")
    with translation.override("en"):
        yield


CANARIES = {
    "title": "Canarytitleletter",
    "body": "Canarybodyletter 校车站点离我们小区有九百米",
    "name": "Canarynamewriter",
    "phone": "13912345678",
}


def picture(colour: str = "white") -> SimpleUploadedFile:
    found = io.BytesIO()
    exif = Image.Exif()
    exif[0x9286] = "Canarycomment"
    Image.new("RGB", (40, 30), colour).save(found, "JPEG", exif=exif)
    return SimpleUploadedFile("Wang Example 来信.jpg", found.getvalue(), "image/jpeg")


def sees(user: Any, explanation: Explanation) -> bool:
    return permitted(user, "view", Explanation).filter(pk=explanation.pk).exists()


def test_the_way_from_the_draft_to_the_explanation_taken_note_of(cast: Cast) -> None:
    explanation = explanations.explained(cast)
    done = workflow.perform(explanation, "accept", by=cast.basic_officer)
    steps = [line.transition for line in workflow.history(done)]
    assert steps == ["accept", "answer", "send", "propose", "draft"]
    assert (done.status, done.checked_by, done.answered_by) == (
        Status.ACCEPTED,
        cast.basic_officer,
        cast.principal,
    )


def test_the_recipient_sees_it_only_once_it_was_sent(cast: Cast) -> None:
    explanation = explanations.handed_on(cast)
    assert not sees(cast.principal, explanation)
    explanation = workflow.perform(explanation, "send", by=cast.basic_officer, data={})
    assert sees(cast.principal, explanation)
    assert sees(cast.school_clerk, explanation)
    assert not sees(cast.other_principal, explanation)
    assert not sees(cast.preschool_clerk, explanation)


def test_whoever_wrote_it_does_not_send_it_not_even_in_anothers_place(cast: Cast) -> None:
    explanation = explanations.drafted(cast, by=cast.basic_officer)
    explanation = workflow.perform(explanation, "propose", by=cast.basic_officer)
    with pytest.raises(workflow.NotPermitted, match="second person"):
        workflow.perform(explanation, "send", by=cast.basic_officer, data={})
    assert workflow.perform(explanation, "send", by=cast.office_chief, data={}).status == Status.SENT


def test_whoever_changed_the_text_last_does_not_send_it_either(cast: Cast) -> None:
    explanation = explanations.handed_on(cast)
    explanation = workflow.perform(explanation, "rework", by=cast.basic_officer, reason="Too long")
    data = {"subject": "说明", "text": explanations.TEXT, "due_on": explanation.due_on}
    explanation = workflow.perform(explanation, "write", by=cast.basic_officer, data=data)
    explanation = workflow.perform(explanation, "propose", by=cast.basic_clerk)
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(explanation, "send", by=cast.basic_officer, data={})


def test_only_the_schools_and_units_recorded_on_the_letter_can_be_asked(cast: Cast) -> None:
    with pytest.raises(workflow.Invalid, match="Record first"):
        explanations.drafted(cast, recipient=cast.other_school.unit)


def test_numbers_come_from_a_series_of_their_own(cast: Cast) -> None:
    letter = letters.assigned(cast, school=cast.school)
    for _number in range(3):
        letters.sent()
    first, second = (explanations.drafted(cast, letter=letter).number for _number in range(2))
    assert (first[-5:], second[-5:]) == ("00001", "00002")
    assert letter.number[-5:] not in (first, second)


@pytest.mark.parametrize(
    "text",
    [
        "Canarynamewriter wrote to us",
        "来信人电话139 1234 5678",
        "反映称校车站点离我们小区有九百米，请说明",
        "我是三年级2班李某的家长",
    ],
)
def test_a_text_that_leads_to_the_writer_is_sent_only_with_a_reason(cast: Cast, text: str) -> None:
    letter = explanations.about_school(cast, **CANARIES)
    explanation = explanations.handed_on(cast, letter=letter, text=text)
    with pytest.raises(workflow.Invalid, match="This could say who wrote"):
        workflow.perform(explanation, "send", by=cast.basic_officer, data={})
    with pytest.raises(workflow.Invalid):
        workflow.perform(explanation, "send", by=cast.basic_officer, data={"confirmed": True, "why": " "})
    data = {"confirmed": True, "why": "A name that everybody knows"}
    sent = workflow.perform(explanation, "send", by=cast.basic_officer, data=data)
    assert sent.sent_because == "A name that everybody knows"


def test_what_is_asked_for_again_is_scanned_as_well(cast: Cast) -> None:
    letter = explanations.about_school(cast, **CANARIES)
    explanation = explanations.explained(cast, letter=letter)
    data = {"remark": "电话13912345678的来信人不同意", "due_on": explanation.due_on}
    with pytest.raises(workflow.Invalid):
        workflow.perform(explanation, "ask_again", by=cast.basic_officer, data=data)
    data["remark"] = "请补充值守名单。"
    assert (
        workflow.perform(explanation, "ask_again", by=cast.basic_officer, data=data).remark == data["remark"]
    )


def test_files_get_a_neutral_name_and_lose_what_travels_along(cast: Cast) -> None:
    explanation = explanations.drafted(cast)
    rows = [
        attach(record=explanation, upload=picture(colour), kind="copy", by=cast.basic_clerk)
        for colour in ("white", "black")
    ]
    assert [row.name for row in rows] == ["附件1.jpg", "附件2.jpg"] or [row.name for row in rows] == [
        "Enclosure 1.jpg",
        "Enclosure 2.jpg",
    ]
    from bureau.files.services import open_content

    content = open_content(rows[0], by=cast.basic_clerk).read()
    assert b"Canarycomment" not in content


def test_only_pictures_go_along_because_text_hides_beneath_a_black_bar(cast: Cast) -> None:
    from bureau.files.invented import invented_pdf

    explanation = explanations.drafted(cast)
    with pytest.raises(FileRefused):
        attach(record=explanation, upload=invented_pdf(["x"], "x.pdf"), kind="copy", by=cast.basic_clerk)


def test_a_file_of_the_letter_itself_does_not_go_along(cast: Cast) -> None:
    explanation = explanations.drafted(cast)
    row = attach(record=explanation, upload=picture(), kind="copy", by=cast.basic_clerk)
    Attachment.objects.create(
        record_kind="office.letter",
        record_id=explanation.letter_id,
        kind="enclosure",
        name="x.jpg",
        file_type="jpg",
        size=row.size,
        sha256=row.sha256,
        stored_as="elsewhere",
        scan=row.scan,
    )
    explanation = workflow.perform(explanation, "propose", by=cast.basic_clerk)
    with pytest.raises(workflow.NotPermitted, match="names blackened"):
        workflow.perform(explanation, "send", by=cast.basic_officer, data={})


def test_the_recipient_adds_nothing_to_the_copies_and_proof_only_while_asked(cast: Cast) -> None:
    explanation = explanations.sent(cast)
    with pytest.raises(Exception, match="others to do"):
        attach(record=explanation, upload=picture(), kind="copy", by=cast.principal)
    attach(record=explanation, upload=picture(), kind="proof", by=cast.principal)
    done = workflow.perform(explanation, "answer", by=cast.principal, data={"answer": "值守记录见附件。"})
    with pytest.raises(FileRefused):
        attach(record=done, upload=picture("black"), kind="proof", by=cast.principal)


def test_notice_and_work_item_of_the_school_carry_the_number_of_the_request_alone(cast: Cast) -> None:
    letter = explanations.about_school(cast, **CANARIES)
    explanation = explanations.sent(cast, letter=letter)
    [notice] = Notice.objects.filter(user=cast.principal)
    assert explanation.number in notice.title
    assert notice.params == {"number": explanation.number}
    [entry] = inbox(cast.principal).entries
    assert entry.title == explanation.number
    [item] = WorkItem.objects.filter(kind="office.explanation")
    assert (item.unit, item.due) == (cast.school.unit, explanation.due_on)


RECIPIENTS = ("principal", "school_clerk")


@pytest.mark.parametrize("name", RECIPIENTS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_school_reads_the_request_and_nothing_of_the_letter_on_any_page(
    cast: Cast, client: Any, name: str, language: str
) -> None:
    letter = explanations.about_school(cast, **CANARIES)
    explanation = explanations.handed_on(cast, letter=letter)
    explanation = workflow.perform(
        explanation, "rework", by=cast.basic_officer, reason="Canaryreason 与来信有关"
    )
    attach(record=explanation, upload=picture(), kind="copy", by=cast.basic_clerk)
    wrong = attach(record=explanation, upload=picture("red"), kind="copy", by=cast.basic_clerk)
    withdraw(wrong, by=cast.basic_clerk, reason="Canaryreason: the name is still there")
    explanation = workflow.perform(explanation, "propose", by=cast.basic_clerk)
    explanation = workflow.perform(explanation, "send", by=cast.basic_officer, data={})
    user = getattr(cast, name)
    user.language = language
    user.save()
    client.force_login(user)
    where = f"/school/office/explanations/{explanation.pk}/"
    for address in (
        "/school/office/explanations/",
        where,
        f"{where}history/",
        f"{where}print/",
        f"{where}do/answer/",
        "/school/",
        "/school/notices/",
    ):
        page = client.get(address)
        text = page.content.decode()
        assert page.status_code == 200, address
        for secret in (
            *CANARIES.values(),
            "Canary",
            letter.number,
            f"letters/{letter.pk}/",
            "Basic Clerk",
            "Basic Officer",
        ):
            assert secret not in text, (address, secret)
    assert explanation.text in client.get(where).content.decode()
    assert client.get(f"/desk/office/letters/{letter.pk}/").status_code in (403, 404)


def test_the_inside_sees_the_letter_behind_it(cast: Cast, client: Any) -> None:
    explanation = explanations.sent(cast)
    client.force_login(cast.basic_clerk)
    page = client.get(f"/desk/office/explanations/{explanation.pk}/").content.decode()
    assert explanation.letter.number in page
    assert "Handed to a second person" in page


def test_a_section_that_was_complained_about_answers_on_the_desk_and_sees_no_letter(
    cast: Cast, client: Any
) -> None:
    from bureau.charter.models import Unit

    basic = Unit.objects.get(key="basic")
    letter = workflow.perform(
        letters.accepted(cast, **CANARIES), "accuse", by=cast.office_clerk, data={"about_unit": basic}
    )
    explanation = explanations.drafted(cast, letter=letter, recipient=basic, by=cast.office_clerk)
    explanation = workflow.perform(explanation, "propose", by=cast.office_clerk)
    explanation = workflow.perform(explanation, "send", by=cast.office_chief, data={})
    client.force_login(cast.basic_clerk)
    for address in ("", f"{explanation.pk}/", f"{explanation.pk}/history/", f"{explanation.pk}/print/"):
        page = client.get(f"/desk/office/explanations/{address}").content.decode()
        assert not [one for one in (*CANARIES.values(), letter.number, "Office Clerk") if one in page]
    answered = workflow.perform(explanation, "answer", by=cast.basic_clerk, data={"answer": "已核查。"})
    assert answered.status == Status.ANSWERED
    assert not permitted(cast.basic_clerk, "view", Letter).filter(pk=letter.pk).exists()


def test_a_cancelled_request_tells_the_school_no_reason(cast: Cast, client: Any) -> None:
    explanation = explanations.sent(cast)
    workflow.perform(explanation, "cancel", by=cast.basic_officer, reason="Canaryreason")
    client.force_login(cast.principal)
    page = client.get(f"/school/office/explanations/{explanation.pk}/history/").content.decode()
    assert "Cancelled" in page
    assert "Canaryreason" not in page


def test_whoever_loses_the_letter_loses_the_inside_of_its_requests(cast: Cast) -> None:
    explanation = explanations.handed_on(cast)
    assert may(cast.basic_officer, "send", explanation)
    from bureau.charter.models import Unit

    about = {"about_unit": Unit.objects.get(key="basic")}
    workflow.perform(explanation.letter, "accuse", by=cast.office_clerk, data=about)
    assert not sees(cast.basic_officer, explanation)
    assert not Event.objects.filter(object_kind="office.explanation", actor_id=cast.basic_officer.pk).exists()


def test_a_request_is_begun_from_the_letter_and_nothing_typed_is_lost(cast: Cast, client: Any) -> None:
    letter = explanations.about_school(cast)
    client.force_login(cast.basic_clerk)
    page = client.get(f"/desk/office/letters/{letter.pk}/").content.decode()
    assert f"{ADD}?letter={letter.pk}" in page
    form = client.get(f"{ADD}?letter={letter.pk}")
    typed = {
        "letter": letter.pk,
        "recipient": cast.school.unit_id,
        "subject": "说明",
        "text": "请说明。",
        "due_on": "2020-01-01",
        "key": form.context["key"],
    }
    again = client.post(ADD, typed)
    assert again.status_code == 422
    assert "This day is over" in again.content.decode()
    assert "请说明。" in again.content.decode()
    typed["due_on"] = form.context["form"].initial["due_on"].isoformat()
    assert client.post(ADD, typed).status_code == 302
    assert Explanation.objects.get().drafted_by == cast.basic_clerk


def test_a_letter_of_another_section_is_no_ground_to_ask(cast: Cast, client: Any) -> None:
    letter = explanations.about_school(cast)
    client.force_login(cast.preschool_clerk)
    letters.assigned(cast, to="preschool", school=cast.school)
    form = client.get(ADD)
    typed = {
        "letter": letter.pk,
        "recipient": cast.school.unit_id,
        "subject": "说明",
        "text": "请说明。",
        "due_on": "2099-01-01",
        "key": form.context["key"],
    }
    answer = client.post(ADD, typed)
    assert answer.status_code == 422
    assert "Begin this from the page of the letter." in answer.content.decode()
    assert not Explanation.objects.exists()
