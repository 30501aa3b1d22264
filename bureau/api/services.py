"""Tokens: made, used, revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from hmac import compare_digest

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.accounts.principals import PUBLIC, Principal
from bureau.api.models import ApiToken, Scope
from bureau.audit import services as audit

# What a token begins with, so that a scanner of source code recognises one that was left there.
MARK = "bureau"


def latest_day() -> date:
    """The last day until which a token made today may be valid."""
    return timezone.localdate() + timedelta(days=settings.API_TOKEN_DAYS)


@transaction.atomic
def make_token(
    *, owner: User, name: str, scope: str, expires_on: date, by: Principal
) -> tuple[ApiToken, str]:
    """A new token and its text, which is stored nowhere and shown once. Raises ValidationError."""
    # Two at once must not pass the cap together.
    User.objects.select_for_update().get(pk=owner.pk)
    if owner.api_tokens.alive().filter(epoch=owner.session_epoch).count() >= settings.API_TOKENS_PER_PERSON:
        raise ValidationError(_("You have as many tokens as one person may have. Revoke one first."))
    if not timezone.localdate() <= expires_on <= latest_day():
        sentence = _("Choose a day within the next %(days)d days.") % {"days": settings.API_TOKEN_DAYS}
        raise ValidationError({"expires_on": sentence})
    secret = secrets.token_urlsafe(32)
    token = ApiToken(
        owner=owner,
        name=name.strip(),
        prefix=secrets.token_hex(6),
        digest=_digest(secret),
        scope=Scope(scope),
        epoch=owner.session_epoch,
        expires_on=expires_on,
    )
    token.full_clean()
    token.save()
    detail = {"scope": token.scope, "until": expires_on.isoformat()}
    audit.record("api.apitoken.made", by=by, obj=token, detail=detail)
    return token, f"{MARK}_{token.prefix}_{secret}"


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Principal, reason: str = "") -> None:
    """The token opens nothing any more. A second time changes nothing."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    if changed:
        audit.record("api.apitoken.revoked", by=by, obj=token, reason=reason)


def token_by_text(text: str) -> ApiToken | None:
    """The living token with this text; every other text costs and says the same."""
    mark, _sep, rest = text.partition("_")
    prefix, _sep, secret = rest.partition("_")
    token = ApiToken.objects.select_related("owner").filter(prefix=prefix[:16]).first()
    is_right = compare_digest(token.digest if token else _digest(""), _digest(secret))
    if token is None or mark != MARK or not is_right:
        return None
    if not token.is_alive:
        audit.record("api.apitoken.refused", by=PUBLIC, obj=token, refused=True)
        return None
    return token


def note_use(token: ApiToken) -> None:
    """Remember the day; the first use of a day stands in the audit."""
    today = timezone.localdate()
    if token.last_used_on == today:
        return
    changed = ApiToken.objects.filter(pk=token.pk).exclude(last_used_on=today).update(last_used_on=today)
    if changed:
        audit.record("api.apitoken.used", by=token.owner, obj=token)


def note_read(
    *,
    by: User,
    token: ApiToken | None,
    model: type[models.Model],
    count: int,
    filters: Sequence[str] = (),
    pk: int | None = None,
) -> None:
    """That a program read records: how many of which kind, under which filters; never their values."""
    detail: dict[str, object] = {"count": count, "filters": list(filters)}
    if token is not None:
        detail["token"] = token.prefix
    if pk is not None:
        detail["pk"] = pk
    audit.record(f"{model._meta.label_lower}.read_by_program", by=by, detail=detail)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
