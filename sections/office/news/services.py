"""What happens to an article at each step. No function here sets a status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.models import Unit
from bureau.files.services import hand_over
from bureau.workflow.refusals import Invalid
from bureau.workflow.services import amend, perform
from sections.office.news import reviewing, terms, texts
from sections.office.news.checking import obstacle
from sections.office.news.choices import ColumnKind, Outcome, Stage, Status, VersionKind
from sections.office.news.enclosures import ENCLOSURE, on_page, take_off
from sections.office.news.freshness import renew_column
from sections.office.news.links import record_links
from sections.office.news.models import TEXTS, Article, ArticleVersion, Column
from sections.office.news.rules import CAPABILITY

Data = Mapping[str, Any]
WRITTEN = (
    "column",
    *TEXTS,
    "source",
    "source_url",
    "author",
    "keywords",
    "change_note",
    "change_note_zh",
    "objections_until",
    "review_by",
    "revision_of",
    "is_invented",
)


# -- writing ----------------------------------------------------------------------------------------------


def write_article(article: Article, by: Principal, data: Data) -> None:
    """A new draft of the writer's own section."""
    for name in WRITTEN:
        if name in data:
            setattr(article, name, data[name])
    if not isinstance(by, User):
        raise Invalid(_("A person must write this text."))
    article.written_by = by
    article.owner = drafting_unit(by, article.column)


def drafting_unit(by: User, column: Column) -> Unit:
    """The section for which a person writes: the one that keeps the column, where he or she belongs to it."""
    me = standing(by)
    allowed = me.holder_units(CAPABILITY, "draft") | me.participant_units(CAPABILITY, "draft")
    mine = [post.unit_id for post in me.posts if post.is_own and post.unit_id in allowed]
    if not mine:
        raise Invalid(_("You belong to no section that writes for the site."))
    return Unit.objects.get(pk=column.owner_id if column.owner_id in mine else mine[0])


def begin_versions(article: Article, by: Principal, data: Data) -> None:
    texts.keep_version(article, by)


def change_article(article: Article, *, by: Principal, changes: Data) -> Article:
    """Write changed fields and keep the texts as a version."""
    with transaction.atomic():
        changed = amend(article, by=by, changes=changes)
        texts.keep_version(changed, by)
    return changed


def bring_back(version: ArticleVersion, *, by: Principal) -> Article:
    """The texts of an earlier version: into the draft, or into a new revision of a published page.

    Raises a Refusal where neither may be written.
    """
    article = Article.objects.get(pk=version.article_id)
    earlier = texts.texts_of(version)
    with transaction.atomic():
        if article.status == Status.PUBLISHED:
            perform(article, "revise", by=by)
            article = article.revisions.exclude(status__in=(Status.TAKEN_OVER, Status.DISCARDED)).get()
        elif article.status not in (Status.DRAFT, Status.RETURNED):
            raise Invalid(_("This text is being reviewed. Take it back first."))
        restored = amend(article, by=by, changes=earlier, verb="draft")
        texts.keep_version(restored, by, VersionKind.RESTORED)
    return restored


# -- reviews ----------------------------------------------------------------------------------------------


def send_to_review(article: Article, by: Principal, data: Data) -> None:
    _must_be_ready(article)
    article.round += 1


def pass_review(stage: str) -> Any:
    """What follows when a review is passed: a row of the log, with the proofreading."""

    def then(article: Article, by: Principal, data: Data) -> None:
        reviewing.note_review(article, by, stage, Outcome.PASSED, str(data.get("opinion") or ""))

    return then


def send_back(stage: str) -> Any:
    def then(article: Article, by: Principal, data: Data) -> None:
        reviewing.note_review(article, by, stage, Outcome.RETURNED, str(data.get("why") or ""))

    return then


def note_second_look(article: Article, by: Principal, data: Data) -> None:
    opinion = str(data.get("opinion") or "")
    reviewing.note_review(article, by, Stage.AFTERWARDS, Outcome.PASSED, opinion)


def end_second_look(article: Article, by: Principal, data: Data) -> None:
    article.look_again_by = None


# -- publishing -------------------------------------------------------------------------------------------


def _must_be_ready(article: Article) -> None:
    why = obstacle(article)
    if why:
        raise Invalid(why)


def schedule_article(article: Article, by: Principal, data: Data) -> None:
    _must_be_ready(article)
    _take_dates(article, data)
    if article.publish_at is None or article.publish_at <= timezone.now():
        said = _("This moment has passed. Choose a later one, or publish now.")
        raise Invalid(said, {"publish_at": [said]})


def publish_article(article: Article, by: Principal, data: Data) -> None:
    """Public from this moment on; a revision gives its texts to the page that it revises."""
    _must_be_ready(article)
    _take_dates(article, data)
    now = timezone.now()
    _check_dates(article, data, now)
    article.published_at = article.published_at or now
    article.publish_at = None
    if article.revision_of is not None and article.revision_of.status != Status.PUBLISHED:
        raise Invalid(_("The page that this text revises is no longer public."))


def publish_at_once(article: Article, by: Principal, data: Data) -> None:
    """In an emergency: without the reviews, with a second look within the period of the table."""
    publish_article(article, by, data)
    article.is_emergency = True
    article.look_again_by = terms.moment_after(terms.LOOK_AGAIN, timezone.now())


def _take_dates(article: Article, data: Data) -> None:
    for name in ("publish_at", "expires_at", "pinned_until", "review_by"):
        if name in data:
            setattr(article, name, data[name])


def _check_dates(article: Article, data: Data, now: Any) -> None:
    if article.expires_at is not None and article.expires_at <= now:
        said = _("It would expire before it is published.")
        raise Invalid(said, {"expires_at": [said]} if "expires_at" in data else None)
    if article.column.kind != ColumnKind.PUBLIC_NOTICES or article.objections_until is None:
        return
    least = terms.day_after(terms.PUBLIC_NOTICE, timezone.localdate(now))
    if article.objections_until < least:
        raise Invalid(
            _("The period for objections is too short: its last day is %(day)s at the earliest.")
            % {"day": least.isoformat()}
        )


def follow_publication(article: Article, by: Principal, data: Data) -> None:
    """After the save: version, links, freshness of the column; a revision hands over what it has."""
    texts.keep_version(article, by, VersionKind.PUBLISHED)
    page = take_over(article, by) if article.revision_of is not None else article
    record_links(page)
    renew_column(page.column)


def take_over(revision: Article, by: Principal) -> Article:
    """The published page gets texts, files and pictures of its revision; its address and first date stay."""
    page = revision.revision_of
    assert page is not None  # noqa: S101 – the caller asked
    names = [name for name in WRITTEN if name not in ("column", "revision_of", "is_invented")]
    changes = {name: getattr(revision, name) for name in names}
    changes |= {
        "revised_at": revision.published_at,
        "is_emergency": page.is_emergency or revision.is_emergency,
        "look_again_by": revision.look_again_by or page.look_again_by,
        "is_review_due": False,
        "broken_links": 0,
    }
    page = amend(page, by=by, changes=changes, verb="publish")
    hand_over(source=revision, target=page, kind=ENCLOSURE.key, by=by)
    revision.pictures.update(article=page)
    texts.keep_version(page, by, VersionKind.PUBLISHED)
    return page


def begin_revision(page: Article, by: Principal, data: Data) -> None:
    """A draft with the published texts, to be reviewed like any other."""
    values = {name: getattr(page, name) for name in WRITTEN} | {
        "change_note": "",
        "change_note_zh": "",
        "revision_of": page,
    }
    perform(Article(), "write", by=by, data=values)


def why_no_revision(page: Article, by: Principal) -> str:
    """A second revision beside an open one would undo it."""
    if page.revision_of_id:
        return _("This text is itself a revision.")
    if page.revisions.exclude(status__in=(Status.TAKEN_OVER, Status.DISCARDED)).exists():
        return _("A revision of this page is being written already.")
    return ""


def change_dates(article: Article, by: Principal, data: Data) -> None:
    _take_dates(article, data)
    _check_dates_only(article)


def _check_dates_only(article: Article) -> None:
    if article.expires_at is not None and article.expires_at <= timezone.now():
        said = _("This moment has passed. To end the page now, withdraw it with a reason.")
        raise Invalid(said, {"expires_at": [said]})


def confirm_article(article: Article, by: Principal, data: Data) -> None:
    """Somebody read the page again: it still holds."""
    article.review_by = data["review_by"]
    article.is_review_due = False


def take_off_page(article: Article, by: Principal, data: Data) -> None:
    take_off(article, data["what"], by=by, reason=data["why"])


def why_nothing_to_take_off(article: Article, by: Principal) -> str:
    return "" if on_page(article) else _("The page has no file and no picture.")


def withdraw_article(article: Article, by: Principal, data: Data) -> None:
    """The address says that it was withdrawn, and why; the text stays with the bureau."""
    article.withdrawn_at = timezone.now()
    article.withdrawn_reason_zh = data["withdrawn_reason_zh"]
    article.withdrawn_reason = data.get("withdrawn_reason") or ""
    article.look_again_by = None
    article.pinned_until = None


def renew_column_of(article: Article, by: Principal, data: Data) -> None:
    renew_column(article.column)


def return_to_writing(article: Article, by: Principal, data: Data) -> None:
    """The former publication is over: a new one has its own day."""
    article.published_at = None
    article.publish_at = None
    article.expires_at = None
    article.withdrawn_at = None
    article.withdrawn_reason = article.withdrawn_reason_zh = ""
    article.is_emergency = False
