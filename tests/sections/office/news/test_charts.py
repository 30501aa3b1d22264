"""Another chart: columns and drafts follow their sections, and whoever holds the capability then publishes."""

from __future__ import annotations

import pytest

from bureau.access import reorganisation
from bureau.access.services import permitted
from bureau.accounts.principals import System
from bureau.workflow import services as workflow
from bureau.workflow.models import WorkItem
from sections.office.news.choices import Status
from sections.office.news.models import Article, Column
from tests.cast import Cast, person
from tests.factories import news
from tests.factories.news import READ

pytestmark = pytest.mark.django_db


def test_on_the_compact_chart_the_new_holder_publishes(cast: Cast) -> None:
    from bureau.charter.choices import Role
    from bureau.charter.models import Unit

    draft = news.draft(cast, by=cast.preschool_clerk)
    reorganisation.load(reorganisation.read("compact"), by=System("test"))
    draft.refresh_from_db()
    assert draft.owner.key == "basic" and draft in permitted(cast.basic_clerk, "view", Article)
    assert not Column.objects.filter(owner__is_active=False).exists()
    holder = Unit.objects.get(key="ideological")
    editor, chief = (person(f"editor_{role}", (holder, role)) for role in (Role.OFFICER, Role.CHIEF))
    article = workflow.perform(draft, "send_to_review", by=cast.basic_clerk)
    article = workflow.perform(article, "pass_first", by=cast.basic_officer, data=READ)
    article = workflow.perform(article, "pass_second", by=chief, data=READ)
    article = workflow.perform(article, "pass_final", by=cast.bureau_leader, data=READ)
    assert WorkItem.objects.get(kind="office.article", object_id=article.pk).unit == holder
    assert article not in permitted(cast.office_chief, "publish", Article)
    assert workflow.perform(article, "publish", by=editor).status == Status.PUBLISHED
