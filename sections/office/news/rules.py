"""Who may see or do what with columns, articles and what hangs on them."""

from __future__ import annotations

from django.db.models import Model, Q
from django.utils import timezone

from bureau.access.policies import EVERYTHING, NOTHING, Policy, Through, UnitOwned, register
from bureau.access.services import permitted
from bureau.access.standing import Standing
from bureau.accounts.principals import PUBLIC
from sections.office.news.choices import Status
from sections.office.news.models import (
    Article,
    ArticleLink,
    ArticleReview,
    ArticleVersion,
    Column,
    EditorialTerm,
    Picture,
    PreviewLink,
    WrongWord,
)

CAPABILITY = "office.news"
# Verbs of the pages → verbs of the capability.
OF_ARTICLES = {"add": "draft", "change": "draft"}


def is_public() -> Q:
    """What anyone may read at this moment; a passed expiry counts before the task has noted it."""
    now = timezone.now()
    return Q(status=Status.PUBLISHED, published_at__lte=now) & (
        Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    )


class Articles(UnitOwned):
    """Who publishes has all of them, a section its own; the public what is published now."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        wanted = OF_ARTICLES.get(verb, verb)
        if standing.holder_units(self.capability, wanted):
            return EVERYTHING
        mine = standing.participant_units(self.capability, wanted)
        return Q(owner__in=mine) if mine else NOTHING

    def may_add(self, standing: Standing) -> bool:
        return bool(
            standing.holder_units(self.capability, "draft")
            or standing.participant_units(self.capability, "draft")
        )


class Columns(UnitOwned):
    """Everybody who writes sees all columns; drafts go to one's own and to those that are open to all."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        if verb in ("add", "change"):
            return EVERYTHING if standing.holder_units(self.capability, "keep_columns") else NOTHING
        if standing.holder_units(self.capability, verb):
            return EVERYTHING
        mine = standing.participant_units(self.capability, verb)
        if verb == "view":
            return EVERYTHING if mine else NOTHING
        return Q(owner__in=mine) | Q(takes_drafts=True) if mine and verb == "draft" else NOTHING

    def may_add(self, standing: Standing) -> bool:
        return bool(standing.holder_units(self.capability, "keep_columns"))


class EditorsTable(Policy):
    """Tables of publishing: whoever writes reads them, the holder's officers change them."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        if verb == "view":
            reads = standing.holder_units(CAPABILITY, "view") or standing.participant_units(
                CAPABILITY, "view"
            )
            return EVERYTHING if reads else NOTHING
        wanted = {"add": "keep_columns", "change": "keep_columns", "export": "export"}.get(verb, "")
        return EVERYTHING if wanted and standing.holder_units(CAPABILITY, wanted) else NOTHING

    def may_add(self, standing: Standing) -> bool:
        return bool(standing.holder_units(CAPABILITY, "keep_columns"))


class OfArticle(Through):
    """Follows its article; `add` and `change` ask for the right to write it."""

    def __init__(self, model: type[Model], *, is_public: bool = False) -> None:
        public = {"view": self._of_public_articles} if is_public else None
        super().__init__(
            model,
            parent="article",
            verbs={"view": "view", "add": "draft", "change": "draft"},
            public=public,
        )

    @staticmethod
    def _of_public_articles() -> Q:
        return Q(article__in=permitted(PUBLIC, "view", Article).order_by().values("pk"))


register(
    Articles(
        Article,
        capability=CAPABILITY,
        participants=("owner",),
        public={"view": is_public, "miss": lambda: Q(status=Status.WITHDRAWN)},
        # Whoever has the secret address of a draft.
        holder=("preview",),
    )
)
register(Columns(Column, capability=CAPABILITY, public={"view": lambda: Q(is_shown=True)}))
register(Through(ArticleVersion, parent="article", verbs={"view": "view"}))
register(Through(ArticleReview, parent="article", verbs={"view": "view"}))
register(Through(ArticleLink, parent="article", verbs={"view": "view"}))
register(OfArticle(Picture, is_public=True))
register(OfArticle(PreviewLink))
register(EditorsTable(WrongWord))
register(EditorsTable(EditorialTerm))
