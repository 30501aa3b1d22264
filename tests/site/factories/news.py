from datetime import date

from sections.office.news.models import Article, Column, EditorialTerm, Picture, WrongWord
from tests.factories import news
from tests.site.factories import register


@register(Article)
def articles(cast, count):
    """One that is public, a draft, one being reviewed; more are copies past the engine, which is slow."""
    for make in (news.published, news.draft, news.in_first_review)[:count]:
        make(cast)
    news.stored(max(0, count - 3))
    return cast.office_chief


@register(Picture)
def pictures(cast, count):
    article = news.draft(cast)
    news.picture(cast, article)
    Picture.objects.bulk_create(
        Picture(article=article, alt_zh=f"图片{number}", position=number) for number in range(count - 1)
    )
    return cast.office_chief


@register(Column)
def columns(cast, count):
    start = Column.objects.count()
    owner = news.column().owner
    for number in range(start, start + count):
        Column.objects.create(
            key=f"column-{number}", name=f"Column {number}", name_zh=f"栏目{number}", kind="news", owner=owner
        )
    return cast.office_chief


@register(WrongWord)
def wrong_words(cast, count):
    start = WrongWord.objects.count()
    for number in range(start, start + count):
        WrongWord.objects.create(wrong=f"错词{number}", right="对词", changed_by="A")
    return cast.office_chief


@register(EditorialTerm)
def terms(cast, count):
    start = EditorialTerm.objects.count()
    for number in range(start, start + count):
        EditorialTerm.objects.create(
            key=f"period-{number}",
            name=f"Period {number}",
            name_zh=f"期限{number}",
            length=3,
            unit="days",
            basis="内部要求",
            valid_from=date(2026, 1, 1),
        )
    return cast.office_chief
