"""The pages of an article: pasted text, two editors, versions side by side, a secret preview."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from bureau.workflow import services as workflow
from sections.office.news import services
from sections.office.news.models import Article, PreviewLink
from tests.bureau.rich_text.test_cleaning import WORD
from tests.cast import Cast
from tests.factories import news

pytestmark = pytest.mark.django_db
LIST = "/desk/office/articles/"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def filled(client: Client, address: str) -> dict[str, Any]:
    """The form as the page shows it."""
    response = client.get(address)
    form = response.context["form"]
    values = {bound.html_name: bound.value() for bound in form}
    values["key"] = response.context.get("key") or ""
    return {name: "" if value is None else value for name, value in values.items()}


def test_text_pasted_from_word_is_stored_clean_and_shown_clean(cast: Cast) -> None:
    client = signed_in(cast.basic_clerk)
    values = filled(client, f"{LIST}new/")
    response = client.post(
        f"{LIST}new/", {**values, "column": news.column().pk, "title_zh": "秋季开学", "body_zh": WORD}
    )
    article = Article.objects.get()
    assert response.status_code == 302 and article.owner.key == "basic"
    assert "<h2>一、时间</h2>" in article.body_zh and "mso" not in article.body_zh
    page = client.get(f"{LIST}{article.pk}/").content.decode()
    assert "<h2>一、时间</h2>" in page and "alert(" not in page


def test_a_section_cannot_write_for_the_column_of_another(cast: Cast) -> None:
    client = signed_in(cast.preschool_clerk)
    values = filled(client, f"{LIST}new/")
    response = client.post(
        f"{LIST}new/", {**values, "column": news.column("recruitment").pk, "title_zh": "招聘"}
    )
    assert response.status_code == 422 and not Article.objects.exists()


def test_the_second_of_two_editors_sees_the_first_ones_text_and_loses_nothing(cast: Cast) -> None:
    article = news.draft(cast)
    address = f"{LIST}{article.pk}/edit/"
    client = signed_in(cast.basic_clerk)
    opened = filled(client, address)
    changes = {"body_zh": "<p>九月二日开学。</p>"}
    services.change_article(article, by=cast.basic_officer, changes=changes)
    response = client.post(address, {**opened, "body_zh": "<p>九月三日开学。</p>"})
    shown = response.content.decode()
    assert response.status_code == 409 and "九月二日" in shown and "九月三日" in shown
    article.refresh_from_db()
    assert article.body_zh == changes["body_zh"]


def test_two_versions_stand_side_by_side(cast: Cast) -> None:
    article = news.draft(cast)
    services.change_article(article, by=cast.basic_clerk, changes={"title_zh": "开学安排"})
    client = signed_in(cast.basic_officer)
    page = client.get(f"{LIST}{article.pk}/versions/2/").content.decode()
    assert "<del>" in page and "开学" in page
    assert client.post(f"{LIST}{article.pk}/versions/1/restore/").status_code == 302
    article.refresh_from_db()
    assert article.title_zh == news.TEXTS["title_zh"]
    assert signed_in(cast.preschool_clerk).get(f"{LIST}{article.pk}/versions/2/").status_code == 404


def secret_link(cast: Cast, article: Article) -> str:
    response = signed_in(cast.basic_clerk).post(f"{LIST}{article.pk}/preview/", {"made_for": "李局长"})
    found = re.search(r"/(zh|en)/preview/[^\"/]+/", response.content.decode())
    assert found is not None and "no-store" in response.headers["Cache-Control"]
    return found.group()


def test_a_leader_without_an_account_reads_the_draft_until_the_link_expires(cast: Cast) -> None:
    article = news.draft(cast)
    picture = news.picture(cast, article)
    address = secret_link(cast, article)
    visitor = Client()
    response = visitor.get(address)
    assert response.status_code == 200 and "九月一日" in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert visitor.get(f"{address}picture/{picture.pk}/").headers["Content-Type"] == "image/png"
    # The secret is kept nowhere, handed on by no link to another page, and opens nothing else.
    secret = address.split("/")[3]
    elsewhere = [one for one in re.findall(r'href="([^"]*)"', response.content.decode()) if secret in one]
    assert all(one.startswith(("/zh/preview/", "/en/preview/")) for one in elsewhere)
    assert not PreviewLink.objects.filter(digest=secret).exists()
    assert visitor.get(f"/zh/news/{article.pk}/").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=73)):
        assert visitor.get(address).status_code == 404
        assert visitor.get(f"{address}picture/{picture.pk}/").status_code == 404


def test_a_link_is_taken_back_and_ends_with_the_publication(cast: Cast) -> None:
    article = news.draft(cast)
    address = secret_link(cast, article)
    link = PreviewLink.objects.get()
    stranger = signed_in(cast.preschool_clerk)
    assert stranger.post(f"{LIST}{article.pk}/preview/{link.pk}/revoke/").status_code == 404
    assert Client().get(address).status_code == 200
    signed_in(cast.basic_clerk).post(f"{LIST}{article.pk}/preview/{link.pk}/revoke/")
    assert Client().get(address).status_code == 404
    other = secret_link(cast, article)
    workflow.perform(article, "discard", by=cast.basic_clerk)
    assert Client().get(other).status_code == 404
