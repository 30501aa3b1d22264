"""From an answered letter to the public and back: two people, no names, and gone everywhere when withdrawn."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from bureau.access.services import may_add, permitted
from bureau.accounts.principals import PUBLIC
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.workflow import services as workflow
from bureau.workflow.models import WorkItem
from sections.office.answers import selectors
from sections.office.answers.choices import Status
from sections.office.answers.models import DismissedFinding, PublishedAnswer, RedactionRule
from sections.office.answers.redaction import difference
from sections.office.answers.selectors import field_names, findings, likely_answers, not_dismissed
from sections.office.letters.models import Letter
from tests.cast import Cast
from tests.factories import answers, letters

pytestmark = pytest.mark.django_db

LANGUAGES = ("zh", "en")


def see(path: str) -> tuple[int, str]:
    response = Client().get(path)
    return response.status_code, response.content.decode()


def dismissals(published: PublishedAnswer) -> dict[str, str]:
    return dict.fromkeys(field_names(not_dismissed(published)), "It is the number of the hotline.")


# -- preparing ----------------------------------------------------------------------------------------------


def test_the_copies_are_redacted_and_the_letter_stays_as_it_is(cast: Cast) -> None:
    RedactionRule.objects.create(kind="exact", text="Teacher Wu", replacement="a teacher", reason="Name")
    RedactionRule.objects.create(kind="pattern", text="room ###", replacement="a room", reason="Place")
    body = "Teacher Wu of room 204 told me to call 13912345678. I am Wang Example."
    letter = letters.answered(cast, body=body)
    copy = answers.prepared(cast, letter)
    assert copy.question.startswith("a teacher of a room told me to call ")
    assert "13912345678" not in copy.question and "Wang Example" not in copy.question
    letter.refresh_from_db()
    assert letter.body == body
    pieces = difference(body, copy.question)
    assert "".join(one.text for one in pieces if one.kind != "new") == body
    assert "".join(one.text for one in pieces if one.kind != "gone") == copy.question


def test_a_pattern_of_the_office_is_no_regular_expression(cast: Cast) -> None:
    RedactionRule.objects.create(kind="pattern", text="(a+)+#", replacement="-", reason="Odd")
    copy = answers.prepared(cast, letters.answered(cast, body="Here stand (a+)+7 and aaaa7."))
    assert copy.question == "Here stand - and aaaa7."


def test_the_public_number_tells_nothing_of_the_letter(cast: Cast) -> None:
    letters.sent()
    letter = letters.answered(cast)
    copy = answers.published(cast, letter)
    assert re.fullmatch(r"G\d{4}-00001", copy.number)
    for language in LANGUAGES:
        for path in (
            f"/{language}/answers/",
            f"/{language}/answers/{copy.number}/",
            f"/{language}/answers/feed/",
        ):
            status, page = see(path)
            assert status == 200
            assert letter.number not in page and "Wang Example" not in page


@pytest.mark.parametrize(
    "changes",
    [
        {"is_urgent": True},
        {"is_by_child": True, "sender_address": "1 Example Road"},
        {"anonymised_on": date(2026, 1, 1)},
    ],
)
def test_urgent_letters_and_children_with_an_address_are_never_published(cast: Cast, changes: dict) -> None:
    letter = letters.answered(cast)
    for name, value in changes.items():
        setattr(letter, name, value)
    letter.save()
    with pytest.raises(workflow.Invalid):
        answers.prepared(cast, letter)
    assert not PublishedAnswer.objects.exists()


def test_a_letter_that_became_urgent_meanwhile_is_not_published(cast: Cast) -> None:
    copy = answers.checked(cast)
    Letter.objects.filter(pk=copy.letter_id).update(is_urgent=True)
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(copy, "publish", by=cast.office_chief)


def test_only_the_answer_to_an_answered_letter_is_prepared_and_only_once(cast: Cast) -> None:
    with pytest.raises(workflow.Invalid):
        answers.prepared(cast, letters.proposed(cast))
    letter = letters.answered(cast)
    answers.prepared(cast, letter)
    with pytest.raises(workflow.Invalid):
        answers.prepared(cast, letter)


# -- the second person ---------------------------------------------------------------------------------------


def test_the_author_does_not_check_his_own_text(cast: Cast) -> None:
    copy = workflow.perform(
        PublishedAnswer(letter=letters.answered(cast), consent="phone", consent_on=timezone.localdate()),
        "prepare",
        by=cast.office_chief,
    )
    with pytest.raises(workflow.NotPermitted, match="second person"):
        workflow.perform(copy, "check", by=cast.office_chief)
    assert PublishedAnswer.objects.get().status == Status.DRAFTED


def test_phone_and_id_number_stop_the_check_until_each_is_dismissed_with_a_reason(cast: Cast) -> None:
    copy = answers.prepared(cast)
    text = "Call 13912345678 and bring 11010519491231002X."
    copy = workflow.amend(copy, by=cast.office_clerk, changes={"answer": text})
    assert len(findings(copy)) == 2
    with pytest.raises(workflow.Invalid) as caught:
        workflow.perform(copy, "check", by=cast.office_chief)
    assert set(caught.value.errors) == set(dismissals(copy))
    one = dict([next(iter(dismissals(copy).items()))])
    with pytest.raises(workflow.Invalid):
        workflow.perform(copy, "check", by=cast.office_chief, data=one)
    assert not DismissedFinding.objects.exists()
    copy = workflow.perform(copy, "check", by=cast.office_chief, data=dismissals(copy))
    assert copy.status == Status.CHECKED
    stored = str(list(DismissedFinding.objects.values()))
    assert DismissedFinding.objects.count() == 2
    assert "13912345678" not in stored and "11010519491231002" not in stored
    assert workflow.perform(copy, "publish", by=cast.office_chief).status == Status.PUBLISHED


def test_a_text_that_was_changed_after_the_check_is_scanned_again(cast: Cast) -> None:
    copy = answers.checked(cast)
    PublishedAnswer.objects.filter(pk=copy.pk).update(answer="Call 13912345678.")
    with pytest.raises(workflow.Invalid):
        workflow.perform(copy, "publish", by=cast.office_chief)
    assert PublishedAnswer.objects.get().status == Status.CHECKED


def test_nothing_is_published_without_the_consent_of_the_writer(cast: Cast) -> None:
    copy = answers.checked(cast, consent="")
    with pytest.raises(workflow.NotPermitted, match="agreed"):
        workflow.perform(copy, "publish", by=cast.office_chief)
    copy = workflow.perform(copy, "return_draft", by=cast.office_chief, reason="Ask the writer.")
    assert (copy.status, copy.checked_by) == (Status.DRAFTED, None)


def test_each_stretch_waits_for_the_office(cast: Cast) -> None:
    copy = answers.prepared(cast)
    rows = WorkItem.objects.filter(kind="office.publishedanswer", object_id=copy.pk)
    assert list(rows.values_list("unit__key", "verb")) == [("office", "check_publication")]
    copy = workflow.perform(copy, "check", by=cast.office_chief)
    assert list(rows.values_list("verb", flat=True)) == ["publish_answer"]
    workflow.perform(copy, "publish", by=cast.office_chief)
    assert not rows.exists()


# -- rights ---------------------------------------------------------------------------------------------------


def test_only_the_office_prepares_and_only_its_officers_check_publish_and_withdraw(cast: Cast) -> None:
    copy = answers.prepared(cast)
    preparing = {name for name, user in cast.people().items() if may_add(user, PublishedAnswer)}
    assert preparing == {"office_clerk", "office_chief"}
    for verb in ("check_publication", "publish_answer", "withdraw_answer"):
        who = {name for name, user in cast.people().items() if copy in permitted(user, verb, PublishedAnswer)}
        assert who == {"office_chief"}
    assert not permitted(PUBLIC, "view", PublishedAnswer).exists()


def test_who_belongs_to_the_school_complained_about_sees_no_draft(cast: Cast) -> None:
    copy = answers.prepared(cast, school=cast.school)
    since = date.today() - timedelta(days=1)
    office = Unit.objects.get(key="office")
    Membership.objects.create(user=cast.principal, unit=office, role=Role.CHIEF, since=since)
    assert copy in permitted(cast.office_chief, "view", PublishedAnswer)
    assert copy not in permitted(cast.principal, "view", PublishedAnswer)


def test_only_a_draft_is_edited(cast: Cast, client: Client) -> None:
    copy = answers.checked(cast)
    client.force_login(cast.office_clerk)
    assert client.get(f"/desk/office/public-answers/{copy.pk}/edit/").status_code == 403


# -- the public -----------------------------------------------------------------------------------------------


def test_the_public_finds_an_answer_by_word_section_kind_and_month(cast: Cast) -> None:
    with time_machine.travel("2026-10-15 10:00+08:00"):
        bus = answers.published(cast, title="校车站点", body="请问北门的校车站点在哪里？")
    with time_machine.travel("2026-11-15 10:00+08:00"):
        answers.published(cast, title="课后服务", body="课后服务到几点？", kind="suggestion")
    found = selectors.found_answers
    assert list(found("校车")) == [bus]
    assert list(found("北门 站点")) == [bus]
    assert not found("校车服务")
    assert list(found(kind="request")) == [bus]
    assert found(unit="basic").count() == 2 and not found(unit="office")
    assert list(found(month=date(2026, 10, 1))) == [bus]
    status, page = see("/zh/answers/?q=校车&kind=request&month=2026-10")
    assert status == 200 and "校车站点" in page and "课后服务" not in page


def test_neither_drafts_nor_checked_texts_are_public(cast: Cast) -> None:
    for copy in (answers.prepared(cast, title="Draftcanary"), answers.checked(cast, title="Checkcanary")):
        assert see(f"/en/answers/{copy.number}/")[0] == 404
    for path in ("/en/answers/", "/en/answers/?q=canary", "/en/answers/feed/"):
        assert "canary<" not in see(path)[1]
    assert likely_answers("Draftcanary") == []


def test_a_withdrawn_answer_is_gone_from_page_list_search_feed_and_offers(cast: Cast) -> None:
    copy = answers.published(cast, title="操场周末开放", body="建议周末开放操场给居民使用。")
    assert likely_answers("周末操场可以开放吗") == [copy]
    assert "操场周末开放" in see("/zh/answers/feed/")[1]
    gone = workflow.perform(copy, "withdraw", by=cast.office_chief, reason="Changed.")
    assert gone.status == Status.WITHDRAWN and gone.words == ""
    for language in LANGUAGES:
        status, page = see(f"/{language}/answers/{copy.number}/")
        assert status == 410 and "操场" not in page
        for path in ("", "?q=操场", "feed/", "?kind=request"):
            assert "操场周末开放" not in see(f"/{language}/answers/{path}")[1]
    assert "taken this answer back" in see(f"/en/answers/{copy.number}/")[1]
    assert likely_answers("周末操场可以开放吗") == []


@pytest.mark.parametrize("path", ["", "feed/", "{number}/"])
def test_no_cache_may_keep_an_answer_longer_than_a_minute(cast: Cast, path: str, settings) -> None:
    settings.ANSWERS_CACHE_SECONDS = 3600
    copy = answers.published(cast)
    response = Client().get(f"/en/answers/{path.format(number=copy.number)}")
    kept = int(re.search(r"max-age=(\d+)", response["Cache-Control"])[1])
    assert 0 <= kept <= 60
    assert not response.cookies


def test_the_limit_of_caches_comes_from_the_setting(cast: Cast, settings) -> None:
    settings.ANSWERS_CACHE_SECONDS = 7
    assert "max-age=7" in Client().get("/en/answers/")["Cache-Control"]


def test_a_withdrawn_answer_may_be_prepared_anew(cast: Cast) -> None:
    gone = answers.withdrawn(cast)
    again = answers.prepared(cast, gone.letter)
    assert again.number != gone.number


def test_likely_answers_share_words_and_are_ordered_by_them(cast: Cast) -> None:
    bus = answers.published(cast, title="校车站点", body="小区离校车站点太远，能否增加站点？")
    answers.published(cast, title="教师资格认定", body="教师资格认定什么时候开始报名？")
    assert likely_answers("我们小区附近没有校车站点，能否增加？") == [bus]
    assert likely_answers("食堂的菜太咸") == []
    assert likely_answers("") == []
