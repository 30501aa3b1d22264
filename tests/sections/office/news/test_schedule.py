"""What goes out and ends at its minute; dates that cannot be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.workflow import services as workflow
from bureau.workflow.models import HistoryEntry, WorkItem
from bureau.workflow.refusals import Invalid
from sections.office.news import publication
from sections.office.news.choices import Status
from sections.office.news.forms import DatesForm, ScheduleForm
from sections.office.news.models import Article, WrongWord
from sections.office.news.tasks import publish_and_expire
from tests.cast import Cast
from tests.factories import news

pytestmark = pytest.mark.django_db
NINE = "2026-06-09T09:00"


def public_now(article: Article) -> bool:
    return permitted(PUBLIC, "view", Article).filter(pk=article.pk).exists()


def at(minute: str) -> time_machine.travel:
    return time_machine.travel(f"2026-06-09 {minute}+08:00", tick=False)


def sent(form: type[DatesForm], **values: str) -> DatesForm:
    made = form(data=values)
    made.is_valid()
    return made


def test_it_goes_out_at_its_minute_and_ends_at_its_minute(cast: Cast) -> None:
    with at("08:00"):
        form = sent(ScheduleForm, publish_at=NINE, expires_at="2026-06-09T10:00")
        article = workflow.perform(
            news.approved(cast), "schedule", by=cast.office_chief, data=form.cleaned_data
        )
    for minute, is_out, status in (
        ("08:59", False, Status.SCHEDULED),
        ("09:00", True, Status.PUBLISHED),
        ("09:59", True, Status.PUBLISHED),
        ("10:00", False, Status.EXPIRED),
    ):
        with at(minute):
            publish_and_expire()
            article.refresh_from_db()
            assert (public_now(article), article.status) == (is_out, status)
    with at("09:30"):  # the day that the page names is the true one
        assert timezone.localtime(article.published_at).strftime("%H:%M") == "09:00"


def test_an_expiry_counts_before_the_task_has_noted_it(cast: Cast) -> None:
    article = news.published(cast, {"expires_at": timezone.now() + timedelta(minutes=5)})
    assert public_now(article)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert not public_now(article)


def test_a_schedule_in_the_past_and_an_end_before_the_beginning_are_said(cast: Cast) -> None:
    with at("09:01"):
        assert "passed" in sent(ScheduleForm, publish_at=NINE).errors["publish_at"][0]
        form = sent(ScheduleForm, publish_at="2026-06-10T09:00", expires_at="2026-06-10T08:00")
        assert "before it is published" in form.errors["expires_at"][0]
        assert "passed" in sent(DatesForm, expires_at=NINE).errors["expires_at"][0]
    article = news.approved(cast)
    late = timezone.now() - timedelta(minutes=1)
    for step, data in (("schedule", {"publish_at": late}), ("publish", {"expires_at": late})):
        with pytest.raises(Invalid):
            workflow.perform(article, step, by=cast.office_chief, data=data)
    article.refresh_from_db()
    assert article.status == Status.APPROVED


def test_what_a_check_stops_at_its_minute_waits_for_a_person_with_the_reason(cast: Cast) -> None:
    article = news.scheduled(cast, timezone.now() + timedelta(hours=1))
    WrongWord.objects.create(wrong="秋季开学", stops=True)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert publication.publish_due() == 0
    article.refresh_from_db()
    assert article.status == Status.APPROVED and article.publish_at is None
    assert "秋季开学" in HistoryEntry.objects.get(transition="hold_back").reason
    assert WorkItem.objects.get(object_id=article.pk, kind="office.article").unit.key == "office"


def test_a_public_notice_keeps_its_least_period(cast: Cast) -> None:
    column = news.column("public-notices")
    with at("09:00"):
        with pytest.raises(Invalid, match="last day for objections"):
            news.published(cast, column=column)
        with pytest.raises(Invalid, match="2026-06-16"):  # five working days after 9 June
            news.published(cast, column=column, objections_until=date(2026, 6, 15))
        article = news.published(cast, column=column, objections_until=date(2026, 6, 16))
    assert article.status == Status.PUBLISHED


def test_a_page_that_is_to_be_read_again_comes_to_its_section(cast: Cast) -> None:
    article = news.published(cast, review_by=timezone.localdate() + timedelta(days=30))
    assert publication.remind_of_reviews() == 0
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        assert (publication.remind_of_reviews(), publication.remind_of_reviews()) == (1, 0)
        item = WorkItem.objects.get(kind="office.article", object_id=article.pk)
        assert (item.unit.key, item.due) == ("basic", article.review_by)
        later = timezone.localdate() + timedelta(days=300)
        workflow.perform(article, "confirm", by=cast.basic_clerk, data={"review_by": later})
    assert not WorkItem.objects.filter(kind="office.article", object_id=article.pk).exists()
