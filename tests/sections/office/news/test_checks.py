"""What the checks find before a text goes out, and which of it stops it."""

from __future__ import annotations

import pytest

from bureau.workflow import services as workflow
from bureau.workflow.refusals import Invalid
from sections.office.news.checking import problems
from sections.office.news.models import Article, WrongWord
from tests.cast import Cast
from tests.factories import news

pytestmark = pytest.mark.django_db


def found(cast: Cast, **texts: str) -> list[tuple[str, bool]]:
    return [(one.sentence, one.stops) for one in problems(news.draft(cast, **texts))]


def test_a_plain_text_passes(cast: Cast) -> None:
    assert found(cast) == []


@pytest.mark.parametrize(
    ("body", "said", "stops"),
    [
        ("<h3>小标题</h3>", "leaves a level out", False),
        ("<h2>一</h2><h4>三</h4>", "leaves a level out", False),
        ('<p><a href="https://example.org/">点击这里</a></p>', "does not say where", False),
        ('<p><a href="https://example.org/">https://example.org/</a></p>', "does not say where", False),
        ('<p><a href="/zh/nowhere-at-all/">校历</a></p>', "has no page", False),
        ("<p>请与张某（11010519491231002X）联系。</p>", "ID numbers", True),
        ("<p>联系电话13912345678。</p>", "telephone", False),
        ("<p>机密★1年</p>", "marks a secret", True),
        ("<p>请登录帐号查询。</p>", "write “账号”", False),
        ("<p>帮助差生提高。</p>", "write “学习有困难的学生”", True),
    ],
)
def test_each_check_finds_its_fault(cast: Cast, body: str, said: str, stops: bool) -> None:
    hits = [one for one in found(cast, body_zh=body) if said in one[0]]
    assert [one[1] for one in hits] == [stops]


def test_the_english_half_is_asked_for_as_a_whole(cast: Cast) -> None:
    assert any("not both" in said for said, _stops in found(cast, body=""))
    assert found(cast, title="", body="") == []


def test_what_stops_a_text_stops_it_at_the_review_and_in_an_emergency(cast: Cast) -> None:
    article = news.draft(cast, body_zh="<p>绝密★启用前</p>")
    with pytest.raises(Invalid, match="marks a secret"):
        workflow.perform(article, "send_to_review", by=cast.basic_clerk)
    with pytest.raises(Invalid, match="marks a secret"):
        workflow.perform(article, "publish_at_once", by=cast.office_chief, reason="暴雨停课")
    assert Article.objects.get().status == "draft"


def test_a_word_of_the_table_counts_at_once_and_latin_words_are_whole(cast: Cast) -> None:
    WrongWord.objects.create(wrong="ache", right="pain", stops=True)
    assert found(cast, body="<p>Teachers and caches.</p>") == []
    assert [stops for _said, stops in found(cast, body="<p>An Ache.</p>")] == [True]


def test_a_picture_needs_english_words_on_an_english_page(cast: Cast) -> None:
    article = news.draft(cast)
    picture = news.picture(cast, article)
    assert problems(article) == []
    type(picture).objects.update(alt="")
    assert [one.stops for one in problems(article)] == [False]
