"""What everybody reads: columns, articles, feeds. Asked as PUBLIC, whoever looks."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.files.inspection import public_text
from bureau.public.publishing import PublicKind, in_language, register
from bureau.public.site import Channel, Task, mount
from sections.office.news import home, preview_pages  # noqa: F401 – blocks of the home page, secret previews
from sections.office.news.models import Article
from sections.office.news.public_pages import article_page, column_feed, column_page, news_feed, news_list


def _body(article: Article, language: str) -> str:
    if language == "en":
        return str(article.body)
    pictures = [picture.alt_zh for picture in article.pictures.all()]
    return "\n".join([article.body_zh, article.keywords, *pictures, public_text(article)])


register(
    PublicKind(
        Article,
        label=_("News and notices"),
        address=lambda article, language: in_language("article", language, article.pk),
        title=lambda article, language: article.title_zh if language == "zh-hans" else article.title,
        summary=lambda article, language: article.summary_zh if language == "zh-hans" else article.summary,
        body=_body,
        date=lambda article: article.published_at,
        until=lambda article: article.expires_at,
        column=lambda article: article.column.key,
        feed=True,
        rank=40,
        select_related=("column",),
    )
)

mount(
    "news/",
    [
        path("", news_list, name="news_list"),
        path("feed/", news_feed, name="news_feed"),
        path("<int:pk>/", article_page, name="article"),
    ],
    channel=Channel(pgettext_lazy("site", "News"), 10, "news_list"),
    tasks=(Task(_("Read notices"), _("Dates, registrations, public notices"), "bell", "news_list", 50),),
)
mount(
    "columns/",
    [
        path("<slug:key>/", column_page, name="column"),
        path("<slug:key>/<str:form>/", column_feed, name="column_feed"),
    ],
)
