"""Sessions: begun at sign-in, ended by time, by act or by anybody who may; never revived."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, get_user
from django.contrib.auth import SESSION_KEY as ACCOUNT_KEY
from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from bureau.accounts import device, sender
from bureau.accounts.models import User, Visit

SESSION_KEY = "visit"
# Writing "last seen" at every click would make every page a write; a minute is exact enough for 30.
SEEN_EVERY = timedelta(minutes=1)


def begin(request: HttpRequest, user: User) -> Visit:
    """Enter a new session of `user`; beyond the cap the longest unused ones end."""
    token = secrets.token_urlsafe(32)
    request.session[SESSION_KEY] = token
    visit = Visit.objects.create(
        user=user, token=_digest(token), sender=sender.address(request) or None, browser=device.name(request)
    )
    kept = Visit.objects.filter(user=user).order_by("-seen_at", "-pk")[: settings.SESSIONS_PER_PERSON]
    Visit.objects.filter(user=user).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return visit


def person(request: HttpRequest) -> User | AnonymousUser:
    """Who is signed in, as long as the session holds. One that has run out is destroyed at once."""
    visit = current(request)
    user = _account(request, visit)
    if not isinstance(user, User):
        return AnonymousUser()
    if visit is not None and visit.user_id == user.pk and not has_run_out(visit):
        _touch(visit)
        return user
    if visit is not None:
        visit.delete()
    request.expired_user_id = user.pk  # type: ignore[attr-defined]
    request.session.flush()
    return AnonymousUser()


def _account(request: HttpRequest, visit: Visit | None) -> object:
    """Whose session it is: the account that was read with the visit, where Django's own checks hold for it."""
    session, user = request.session, visit.user if visit is not None else None
    if (
        user is not None
        and user.is_active
        and session.get(ACCOUNT_KEY) == str(user.pk)
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    ):
        return user
    return get_user(request)  # nobody, an older secret key, or a session that no longer holds


def current(request: HttpRequest) -> Visit | None:
    """The row of this browser's session, with its account."""
    token = request.session.get(SESSION_KEY)
    if not isinstance(token, str):
        return None
    return Visit.objects.filter(token=_digest(token)).select_related("user").first()


def has_run_out(visit: Visit) -> bool:
    """Idle too long, or begun too long ago."""
    now = timezone.now()
    idle = now - visit.seen_at > timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    return idle or now - visit.started_at > timedelta(hours=settings.SESSION_HOURS)


def _touch(visit: Visit) -> None:
    if timezone.now() - visit.seen_at > SEEN_EVERY:
        Visit.objects.filter(pk=visit.pk).update(seen_at=timezone.now())


def end(request: HttpRequest) -> None:
    """The present session, at sign-out."""
    token = request.session.get(SESSION_KEY)
    if isinstance(token, str):
        Visit.objects.filter(token=_digest(token)).delete()


def end_all(user: User) -> None:
    """Every session of `user`, everywhere. The epoch makes sure that no cookie comes back to life."""
    Visit.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])


def keep_only(request: HttpRequest, user: User) -> None:
    """End every session of `user` but the present one, which gets a new key."""
    end_all(user)
    request.session.cycle_key()
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    begin(request, user)


def purge() -> int:
    """Delete the rows of sessions that have run out; returns how many."""
    now = timezone.now()
    old = Visit.objects.filter(seen_at__lt=now - timedelta(minutes=settings.SESSION_IDLE_MINUTES))
    older = Visit.objects.filter(started_at__lt=now - timedelta(hours=settings.SESSION_HOURS))
    gone, _by_kind = (old | older).delete()
    return gone


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
