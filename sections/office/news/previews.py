"""Secret addresses under which one draft is read without an account."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.services import may, permitted
from bureau.accounts.keeping import ENDING
from bureau.accounts.models import User
from bureau.accounts.principals import Holder, Principal
from bureau.audit import services as audit
from bureau.workflow.refusals import Invalid, NotPermitted
from sections.office.news import terms
from sections.office.news.choices import WAITING
from sections.office.news.models import Article, PreviewLink

BYTES = 32


def why_no_preview(article: Article) -> str:
    if article.status in WAITING:
        return ""
    return _("This text is not waiting to be published; a preview has no use.")


def make_link(article: Article, *, made_for: str, by: Principal) -> tuple[PreviewLink, str]:
    """(the row, the secret): the secret is shown once and kept nowhere. Raises Invalid and NotPermitted."""
    decision = may(by, "draft", article)
    if not decision:
        raise NotPermitted(decision.reason)
    why = why_no_preview(article)
    if why:
        raise Invalid(why)
    secret = secrets.token_urlsafe(BYTES)
    with transaction.atomic():
        link = PreviewLink(
            article=article,
            digest=digest(secret),
            made_for=made_for,
            expires_at=terms.moment_after(terms.PREVIEW, timezone.now()),
            made_by=by.audit_name[:100],
            maker=by if isinstance(by, User) else None,
        )
        link.full_clean()
        link.save()
        audit.record("office.previewlink.added", by=by, obj=link, detail={"article": article.pk})
    return link, secret


def revoke_link(link: PreviewLink, *, by: Principal) -> None:
    decision = may(by, "draft", link.article)
    if not decision:
        raise NotPermitted(decision.reason)
    with transaction.atomic():
        PreviewLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
        audit.record("office.previewlink.revoked", by=by, obj=link)


def revoke_links_of(user: User) -> None:
    """Whoever leaves leaves no way in behind, also not when he or she comes back."""
    PreviewLink.objects.filter(maker=user, revoked_at__isnull=True).update(revoked_at=timezone.now())


ENDING.add("news.previews", revoke_links_of)


def article_behind(secret: str) -> Article | None:
    """The draft that a secret opens now; None for one that is wrong, expired or taken back."""
    link = PreviewLink.objects.filter(
        digest=digest(secret), revoked_at__isnull=True, expires_at__gt=timezone.now()
    ).first()
    if link is None:
        return None
    holder = Holder(Article._meta.label_lower, link.article_id)
    found = permitted(holder, "preview", Article).filter(status__in=WAITING)
    return found.select_related("column__parent", "owner").first()


def digest(secret: str) -> str:
    """The secret has 256 random bits: a plain digest cannot be turned round."""
    return hashlib.sha256(secret.encode()).hexdigest()
