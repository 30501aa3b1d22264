"""Three people look at a text, none of whom wrote it; an emergency is looked at afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.charter.choices import Role
from bureau.charter.models import Membership
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from bureau.workflow.inbox import inbox
from bureau.workflow.models import WorkItem
from bureau.workflow.refusals import Invalid, NotPermitted
from sections.office.news import services
from sections.office.news.choices import Status
from sections.office.news.models import Article
from sections.office.news.publication import renew_reviewers
from tests.cast import Cast
from tests.factories import news
from tests.factories.news import READ

pytestmark = pytest.mark.django_db


def waits_at(article: Article) -> set[str]:
    items = WorkItem.objects.filter(kind="office.article", object_id=article.pk)
    return set(items.values_list("unit__key", flat=True))


def is_public(article: Article) -> bool:
    return permitted(PUBLIC, "view", Article).filter(pk=article.pk).exists()


def test_each_review_is_logged_with_its_proofreading(cast: Cast) -> None:
    article = news.approved(cast)
    rows = article.reviews.values_list("stage", "outcome", "proofread", "by__username")
    assert list(rows) == [
        ("first", "passed", 1, "basic_officer"),
        ("second", "passed", 2, "office_chief"),
        ("final", "passed", 3, "bureau_leader"),
    ]
    assert not is_public(article) and waits_at(article) == {"office"}
    workflow.perform(article, "publish", by=cast.office_chief)
    assert is_public(article)


def test_the_writer_reviews_nothing_of_his_own(cast: Cast) -> None:
    article = news.draft(cast, by=cast.basic_officer)
    article = workflow.perform(article, "send_to_review", by=cast.basic_officer)
    with pytest.raises(NotPermitted, match="somebody else must review"):
        workflow.perform(article, "pass_first", by=cast.basic_officer, data=READ)


def test_who_changed_a_word_has_written_it_too(cast: Cast) -> None:
    article = news.draft(cast)
    services.change_article(article, by=cast.basic_officer, changes={"title_zh": "开学工作安排"})
    article = workflow.perform(article, "send_to_review", by=cast.basic_clerk)
    with pytest.raises(NotPermitted):
        workflow.perform(article, "pass_first", by=cast.basic_officer, data=READ)


def titles_for(user: object) -> list[str]:
    return [str(one) for one in Notice.objects.filter(user=user).order_by("pk")]


def test_the_writer_hears_that_a_text_came_back_and_that_it_is_public(cast: Cast) -> None:
    article = news.in_first_review(cast, title="School begins", title_zh="开学")
    workflow.perform(article, "return_first", by=cast.basic_officer, data={"why": "The date is wrong."})
    news.published(cast, title="Heating", title_zh="供暖")
    with translation.override("en"):
        assert titles_for(cast.basic_clerk) == [
            "Sent back to be changed: School begins",
            "Published: Heating",
        ]
        assert titles_for(cast.basic_officer) == []


def test_when_the_writer_is_gone_the_section_hears_it(cast: Cast) -> None:
    article = news.published(cast)
    cast.basic_clerk.is_active = False
    cast.basic_clerk.save()
    data = {"withdrawn_reason_zh": "内容有误。", "withdrawn_reason": "It was wrong."}
    workflow.perform(Article.objects.get(pk=article.pk), "withdraw", by=cast.office_chief, data=data)
    assert Notice.objects.filter(kind="publishing.withdrawn", user=cast.basic_officer).exists()


def test_one_person_passes_one_review_only(cast: Cast) -> None:
    article = news.in_first_review(cast)
    article = workflow.perform(article, "pass_first", by=cast.office_chief, data=READ)
    with pytest.raises(NotPermitted, match="already"):
        workflow.perform(article, "pass_second", by=cast.office_chief, data=READ)


def test_after_a_change_all_reviews_begin_anew(cast: Cast) -> None:
    article = news.in_second_review(cast)
    article = workflow.perform(article, "return_second", by=cast.office_chief, data={"why": "日期不对"})
    assert article.status == Status.RETURNED and waits_at(article) == {"basic"}
    assert article.reviews.filter(outcome="returned", opinion="日期不对").count() == 1
    article = workflow.perform(article, "send_to_review", by=cast.basic_clerk)
    article = workflow.perform(article, "pass_first", by=cast.basic_officer, data=READ)
    assert set(article.reviews.filter(outcome="passed").values_list("round", "stage")) == {
        (1, "first"),
        (2, "first"),
    }


def test_a_reviewer_who_leaves_in_the_middle_does_not_hold_the_text_up(cast: Cast) -> None:
    article = news.in_first_review(cast)
    assert waits_at(article) == {"basic"}
    Membership.objects.filter(user=cast.basic_officer).update(until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(NotPermitted):
        workflow.perform(article, "pass_first", by=cast.basic_officer, data=READ)
    renew_reviewers()
    assert waits_at(article) == {"office"}
    waiting = {entry.record.pk: entry.item.action for entry in inbox(cast.office_chief).entries}
    assert waiting[article.pk] == "Pass the first review"
    article = workflow.perform(article, "pass_first", by=cast.office_clerk, data=READ)
    assert article.status == Status.SECOND_REVIEW


def test_a_chief_who_wrote_it_leaves_the_second_review_to_others(cast: Cast) -> None:
    """The section's own chief is barred: the office's takes the step."""
    Membership.objects.filter(user=cast.basic_officer).update(role=Role.CHIEF)
    article = news.draft(cast, by=cast.basic_officer)
    article = workflow.perform(article, "send_to_review", by=cast.basic_officer)
    article = workflow.perform(article, "pass_first", by=cast.basic_clerk, data=READ)
    assert waits_at(article) == {"office"}


def test_an_emergency_goes_out_at_once_and_is_looked_at_by_somebody_else(cast: Cast) -> None:
    article = news.draft(cast, by=cast.office_chief)
    with pytest.raises(Invalid, match="reason"):
        workflow.perform(article, "publish_at_once", by=cast.office_chief)
    before = timezone.now()
    article = workflow.perform(article, "publish_at_once", by=cast.office_chief, reason="暴雨停课")
    assert is_public(article) and article.is_emergency
    assert before + timedelta(hours=24) <= article.look_again_by <= timezone.now() + timedelta(hours=24)
    assert waits_at(article) == {"office", "bureau"}
    with pytest.raises(NotPermitted, match="second look"):
        workflow.perform(article, "look_again", by=cast.office_chief, data=READ)
    article = workflow.perform(article, "look_again", by=cast.bureau_leader, data=READ)
    assert waits_at(article) == set()
    assert article.reviews.get().stage == "afterwards"


def test_a_section_writes_for_its_own_columns_and_publishes_nothing(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        workflow.perform(news.approved(cast), "publish", by=cast.basic_officer)
    own = news.draft(cast, column=news.column("admission"))
    assert own.owner.key == "basic"
    assert not permitted(cast.preschool_clerk, "view", Article).filter(pk=own.pk).exists()
    from sections.office.news.models import Column

    open_to = set(permitted(cast.preschool_clerk, "draft", Column).values_list("key", flat=True))
    assert "news" in open_to and not open_to & {"admission", "recruitment"}


def test_a_withdrawn_page_is_gone_with_the_reason_and_may_be_written_anew(cast: Cast) -> None:
    article = news.withdrawn(cast)
    assert not is_public(article)
    for language, reason in (("zh", "内容有误"), ("en", "It was wrong.")):
        response = Client().get(f"/{language}/news/{article.pk}/")
        assert response.status_code == 410 and reason in response.content.decode()
    article = workflow.perform(article, "write_anew", by=cast.office_chief)
    assert article.status == Status.RETURNED and article.published_at is None
