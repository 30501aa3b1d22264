"""A column that needs something new comes to its section before the limit; links that lead nowhere too."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from bureau.workflow import services as workflow
from bureau.workflow.models import WorkItem
from sections.office.news import freshness, publication, tasks
from sections.office.news.choices import ColumnKind
from sections.office.news.forms import ColumnForm
from sections.office.news.models import Column, EditorialTerm
from sections.office.news.terms import staleness
from tests.cast import Cast
from tests.factories import news

pytestmark = pytest.mark.django_db


def asked(column: Column) -> set[str]:
    items = WorkItem.objects.filter(kind="office.column", object_id=column.pk)
    return set(items.values_list("unit__key", flat=True))


@pytest.mark.parametrize(("key", "limit", "warning"), [("news", 14, 4), ("policy", 180, 21)])
def test_the_section_hears_before_the_limit_and_the_publisher_when_it_is_broken(
    cast: Cast, key: str, limit: int, warning: int
) -> None:
    news.published(cast, column=news.column(key))
    start = timezone.now()
    for days, status in (
        (limit - warning - 1, "fresh"),
        (limit - warning, "due"),
        (limit, "due"),
        (limit + 1, "stale"),
    ):
        with time_machine.travel(start + timedelta(days=days)):
            freshness.renew_all()
            column = news.column(key)
            assert (days, column.status) == (days, status)
            assert asked(column) == (set() if status == "fresh" else {"office"})
    with time_machine.travel(start + timedelta(days=limit + 1)):
        news.published(cast, column=news.column(key))
        assert news.column(key).status == "fresh" and asked(column) == set()


def test_a_hidden_column_asks_for_nothing(cast: Cast) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        freshness.renew_all()
        assert asked(news.column("news")) == {"office"}
        Column.objects.update(is_shown=False)
        freshness.renew_all()
        assert not WorkItem.objects.filter(kind="office.column").exists()


def test_a_change_of_the_table_counts_and_a_column_may_only_be_stricter(cast: Cast) -> None:
    column = news.column()
    EditorialTerm.objects.create(
        key="stale-news", name="x", name_zh="x", length=10, unit="days", basis="x", valid_from="2026-01-01"
    )
    assert staleness(column) == 10
    values = {name: getattr(column, name) for name in ("key", "name", "name_zh", "position")}
    form = ColumnForm(
        {**values, "kind": ColumnKind.NEWS, "owner": column.owner_id, "stale_after_days": 11},
        instance=column,
        principal=cast.office_chief,
    )
    assert "1 to 10 days" in form.errors["stale_after_days"][0]


def test_only_our_own_addresses_are_asked_and_a_vanished_page_is_noticed(cast: Cast, monkeypatch) -> None:
    def no_network(*_args: object, **_more: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr("socket.getaddrinfo", no_network)
    target = news.published(cast)
    links = f'<p><a href="/zh/news/{target.pk}/">开学</a><a href="https://example.org/">外站</a></p>'
    page = news.published(cast, body_zh=links, body="", title="")
    assert publication.check_links_of(page) == 0
    assert set(page.links.values_list("kind", "state", "answer")) == {
        ("page", "works", 200),
        ("outside", "unchecked", None),
    }
    workflow.perform(target, "withdraw", by=cast.office_chief, data={"withdrawn_reason_zh": "有误。"})
    tasks.check_links({}, lambda: None)
    item = WorkItem.objects.get(kind="office.article", object_id=page.pk)
    assert (item.unit.key, item.action) == ("basic", "Mend the links that lead nowhere")
    assert page.links.get(state="broken").answer == 410
    assert Client().get(f"/zh/news/{page.pk}/").status_code == 200
