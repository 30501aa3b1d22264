"""How articles are found on the desk. The public has a search of its own over what is published."""

from __future__ import annotations

from bureau.search.declare import Searchable, register
from sections.office.news.models import Article

register(
    Searchable(
        Article,
        names=lambda article: [article.title_zh, article.title],
        words=lambda article: [article.keywords, article.summary_zh, article.summary],
        subtitle=lambda article: f"{article.column.label} · {article.get_status_display()}",
        select_related=("column",),
        icon="globe",
    )
)
