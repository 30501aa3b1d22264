"""三审三校: three people look at a text, none of whom wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.capabilities import CAPABILITIES
from bureau.charter.choices import UnitKind
from bureau.charter.models import Membership, Unit
from bureau.charter.selectors import holders
from bureau.workflow.declare import Waiting
from bureau.workflow.models import HistoryEntry
from sections.office.news import texts
from sections.office.news.choices import Outcome, Stage, Status
from sections.office.news.models import Article, ArticleReview

CAPABILITY = "office.news"
STAGE_AT = {
    Status.FIRST_REVIEW: Stage.FIRST,
    Status.SECOND_REVIEW: Stage.SECOND,
    Status.FINAL_REVIEW: Stage.FINAL,
}
VERB_OF = {Stage.FIRST: "first_review", Stage.SECOND: "second_review", Stage.FINAL: "final_review"}
PROOFREADING = {Stage.FIRST: 1, Stage.SECOND: 2, Stage.FINAL: 3}


def writers(article: Article) -> set[int]:
    """Everybody who wrote anything in it: the reviews are for others."""
    found = set(article.versions.filter(by__isnull=False).values_list("by_id", flat=True))
    return found | ({article.written_by_id} if article.written_by_id else set())


def reviewers(article: Article) -> set[int]:
    """Who has passed it in this round."""
    rows = article.reviews.filter(round=article.round, outcome=Outcome.PASSED, by__isnull=False)
    return set(rows.values_list("by_id", flat=True))


def why_not_review(article: Article, by: Principal) -> str:
    """Why this person may not review the text; "" when nothing speaks against it."""
    if not isinstance(by, User):
        return _("A person must review this text.")
    if by.pk in writers(article):
        return _("You wrote in this text; somebody else must review it.")
    if by.pk in reviewers(article):
        return _("You have reviewed this text already; the next review is for somebody else.")
    return ""


def why_no_second_look(article: Article, by: Principal) -> str:
    if article.look_again_by is None:
        return _("This page went through its reviews before it was published.")
    if isinstance(by, User) and by.pk in _took_part(article):
        return _("You wrote or published this text; the second look is for somebody else.")
    return ""


def _took_part(article: Article) -> set[int]:
    """Who wrote it, a revision of it, or published either in an emergency."""
    pages = [article, *article.revisions.all()]
    lines = HistoryEntry.objects.filter(
        kind=Article._meta.label_lower,
        object_id__in=[one.pk for one in pages],
        transition="publish_at_once",
        actor_kind=User.audit_kind,
    )
    published = {pk for pk in lines.values_list("actor_id", flat=True) if pk is not None}
    return {pk for one in pages for pk in writers(one)} | published


def note_review(article: Article, by: Principal, stage: str, outcome: str, opinion: str = "") -> None:
    """One row of the log: who, when, what, and the proofreading that went with it."""
    version = texts.latest(article)
    ArticleReview.objects.create(
        article=article,
        round=article.round,
        stage=stage,
        outcome=outcome,
        proofread=PROOFREADING.get(Stage(stage), 0) if outcome == Outcome.PASSED else 0,
        opinion=opinion[:1000],
        text_version=version.number if version else 0,
        by=by if isinstance(by, User) else None,
        by_name=by.audit_name[:100],
    )


def waiting_for_review(article: Article, due: date | None = None) -> Iterator[Waiting]:
    """The section itself where somebody is left there who may; else who publishes; the leaders at last.

    A reviewer who leaves or is the writer does not hold the text up.
    """
    stage = STAGE_AT[Status(article.status)]
    verb = VERB_OF[stage]
    barred = writers(article) | reviewers(article)
    for unit, roles in _candidates(article, verb):
        people = Membership.objects.in_force().filter(unit=unit, role__in=roles).exclude(user__in=barred)
        if people.exists():
            yield Waiting(f"pass_{stage.value}", unit=unit, due=due)
            return
    publisher = holder()
    if publisher is not None:
        yield Waiting(f"pass_{stage.value}", unit=publisher, due=due)


def _candidates(article: Article, verb: str) -> Iterator[tuple[Unit, Any]]:
    declared = CAPABILITIES[CAPABILITY]
    if verb != VERB_OF[Stage.FINAL]:
        yield article.owner, declared.participant[verb]
        publisher = holder()
        if publisher is not None:
            yield publisher, declared.holder[verb]
    bureau = leaders()
    if bureau is not None:
        yield bureau, declared.participant[verb]


def holder() -> Unit | None:
    """The section that publishes."""
    return holders(CAPABILITY).first()


def leaders() -> Unit | None:
    return Unit.objects.filter(kind=UnitKind.BUREAU, is_active=True).first()
