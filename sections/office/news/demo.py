"""A year of invented pages: published ones, what is being reviewed, what was withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.accounts.principals import PUBLIC
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import Membership, Unit
from bureau.public.keeping import entry_of
from bureau.public.models import PublicPage
from bureau.public.publishing import PUBLIC_KINDS
from bureau.workflow import services as workflow
from sections.office.news import demo_texts as texts
from sections.office.news.choices import Outcome, Stage, Status, VersionKind
from sections.office.news.demo_pictures import drawn
from sections.office.news.enclosures import add_picture
from sections.office.news.freshness import renew_all
from sections.office.news.loaders import load_columns
from sections.office.news.models import TEXTS, Article, ArticleReview, ArticleVersion, Column
from sections.office.news.reviewing import PROOFREADING, holder

if TYPE_CHECKING:
    from bureau.demo import DemoRun

READ = {"proofread": True}
WAY = ("send_to_review", "pass_first", "pass_second", "pass_final", "publish")


@dataclass(frozen=True)
class Staff:
    """Who takes each step; the writer belongs to another section where there is one."""

    writer: User
    first: User
    second: User
    leader: User

    def of(self, step: str) -> User:
        return {
            "send_to_review": self.writer,
            "pass_first": self.first,
            "pass_second": self.second,
            "pass_final": self.leader,
        }.get(step, self.second)


def seed(run: DemoRun) -> None:
    load_columns()
    staff = _staff()
    columns = {column.key: column for column in Column.objects.select_related("owner")}
    if staff is None or not columns:
        return
    past = _published(run.today, columns, staff)
    pictured = _pictured(columns, staff, run.today)
    waiting = _waiting(columns, staff, run.today)
    renew_all()
    _show()
    run.step(f"{past + pictured + waiting} articles")


def _staff() -> Staff | None:
    office = holder()
    if office is None:
        return None
    section = Unit.objects.filter(key="basic", is_active=True).first() or office
    bureau = Unit.objects.filter(kind=UnitKind.BUREAU, is_active=True).first()
    found = [
        _person(section, Role.CLERK),
        _person(office, Role.CLERK),
        _person(office, Role.CHIEF),
        _person(bureau, Role.BUREAU_LEADER),
    ]
    people = [one for one in found if one is not None]
    return Staff(*people) if len({one.pk for one in people}) == len(found) else None


def _person(unit: Unit | None, role: Role) -> User | None:
    post = Membership.objects.in_force().filter(unit=unit, role=role).order_by("pk").first()
    return post.user if post else None


# -- what is public ---------------------------------------------------------------------------------------


def _published(today: date, columns: dict[str, Column], staff: Staff) -> int:
    """Brought in at once, as from an earlier site: each with its version and its reviews."""
    made = [
        _article(columns[line[0]], line, published_at=_at(day, 9 + place % 8), **more)
        for place, (day, line, more) in enumerate(_lines(today))
        if line[0] in columns
    ]
    stored = workflow.take_over(made, status=Status.PUBLISHED, by=staff.second)
    ArticleVersion.objects.bulk_create(_version(one, staff) for one in stored)
    ArticleReview.objects.bulk_create(row for one in stored for row in _reviews(one, staff))
    return len(stored)


def _lines(today: date) -> Iterator[tuple[date, texts.Line, dict[str, Any]]]:
    """(day, texts, further fields), for the twelve months up to today."""
    for back in range(12):
        first = _month_before(today, back)
        number = first.month - 1
        names = {"zh": f"{texts.MONTHS_ZH[number]}月份", "en": texts.MONTHS_EN[number]}
        monthly = [(line[0], *(text.format(**names) for text in line[1:])) for line in texts.MONTHLY]
        for place, line in enumerate([*texts.BY_MONTH[first.month], *monthly]):
            day = first + timedelta(days=(place * 6 + back) % 27)
            if day < today:
                yield day, line, {}
    for ends, *notice in texts.NOTICES:
        until = today + timedelta(days=ends)
        yield until - timedelta(days=10), ("public-notices", *notice), {"objections_until": until}


def _month_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _article(column: Column, line: texts.Line, **more: Any) -> Article:
    return Article(column=column, owner=column.owner, is_invented=True, round=1, **_values(line), **more)


def _values(line: texts.Line) -> dict[str, Any]:
    _key, title_zh, title, text_zh, text = line
    return {
        "title_zh": title_zh,
        "title": title,
        "summary_zh": text_zh,
        "summary": text,
        "body_zh": f"<p>{text_zh}</p><h2>说明</h2><p>{texts.ABOUT[0]}</p>",
        "body": f"<p>{text}</p><h2>Please note</h2><p>{texts.ABOUT[1]}</p>",
        "author": "通讯员",
    }


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 30)))


def _version(article: Article, staff: Staff) -> ArticleVersion:
    values = {name: getattr(article, name) for name in TEXTS}
    return ArticleVersion(
        article=article,
        number=1,
        kind=VersionKind.PUBLISHED,
        at=article.published_at or timezone.now(),
        by=staff.writer,
        by_name=staff.writer.audit_name,
        **values,
    )


def _reviews(article: Article, staff: Staff) -> Iterator[ArticleReview]:
    for hours, stage in ((6, Stage.FIRST), (4, Stage.SECOND), (2, Stage.FINAL)):
        person = staff.of(f"pass_{stage}")
        yield ArticleReview(
            article=article,
            round=1,
            stage=stage,
            outcome=Outcome.PASSED,
            proofread=PROOFREADING[stage],
            text_version=1,
            by=person,
            by_name=person.audit_name,
            at=(article.published_at or timezone.now()) - timedelta(hours=hours),
        )


# -- what waits, and what walks the real way ---------------------------------------------------------------


def _waiting(columns: dict[str, Column], staff: Staff, today: date) -> int:
    """Texts at every stage, and one page that was taken back: its address answers with the reason."""
    made = 0
    for status, line in texts.WAITING:
        if line[0] not in columns:
            continue
        more: dict[str, Any] = {"written_by": staff.writer, **MORE.get(status, {})}
        if status == Status.SCHEDULED:
            more["publish_at"] = _at(today + timedelta(days=2), 9)
        elif status == Status.WITHDRAWN:
            more["published_at"] = _at(today - timedelta(days=9), 9)
        article = _article(columns[line[0]], line, **more)
        stored = workflow.take_over([article], status=status, by=staff.writer)
        _version(stored[0], staff).save()
        ArticleReview.objects.bulk_create(list(_reviews(stored[0], staff))[: PASSED.get(status, 3)])
        workflow.draw_items(stored)
        made += 1
    return made


PASSED: dict[str, int] = {
    Status.DRAFT: 0,
    Status.FIRST_REVIEW: 0,
    Status.SECOND_REVIEW: 1,
    Status.FINAL_REVIEW: 2,
}
MORE: dict[str, dict[str, Any]] = {
    Status.WITHDRAWN: {
        "withdrawn_reason_zh": "通知中的时间有误，更正后重新发布。",
        "withdrawn_reason": "The hours in it were wrong.",
    },
}


def _pictured(columns: dict[str, Column], staff: Staff, today: date) -> int:
    """Two pages with pictures: these take every step, and their histories show it."""
    for place, (line, pictures) in enumerate(texts.PICTURED):
        if line[0] not in columns:
            continue
        values = {**_values(line), "column": columns[line[0]], "is_invented": True}
        article = workflow.perform(Article(), "write", by=staff.writer, data=values)
        for scene, alt_zh, alt in pictures:
            add_picture(article, upload=drawn(scene), alt_zh=alt_zh, alt=alt, by=staff.writer)
        for step in WAY:
            data = READ if step.startswith("pass") else {}
            article = workflow.perform(article, step, by=staff.of(step), data=data)
        # A step taken today for an earlier day writes today as the day of publication.
        day = today - timedelta(days=1 + 2 * place)
        Article.objects.filter(pk=article.pk).update(published_at=_at(day, 10))
    return len(texts.PICTURED)


def _show() -> None:
    """The entries of the public search, in one write."""
    kind = PUBLIC_KINDS[Article._meta.label_lower]
    rows = permitted(PUBLIC, "view", Article).select_related("column").prefetch_related("pictures")
    PublicPage.objects.filter(kind=kind.kind).delete()
    PublicPage.objects.bulk_create(
        PublicPage(kind=kind.kind, object_id=article.pk, **entry_of(kind, article)) for article in rows
    )
