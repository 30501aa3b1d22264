"""Accounts: made, changed, switched off and on. The only writer of `is_active`."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bureau.accounts import visits
from bureau.accounts.keeping import check_not_needed, end_with
from bureau.accounts.models import FormerPassword, User
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.identifiers import phones

CHANGEABLE = ("name", "phone", "email", "language")


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    by: Principal,
    phone: str = "",
    email: str = "",
    language: str = User.Language.ZH,
) -> User:
    """A new account without a password: a slip opens it. Raises ValidationError."""
    user = User(
        username=User.normalize_username(username.strip()),
        name=name.strip(),
        phone=phones.normalise(phone) or None,
        email=email.strip().lower() or None,
        language=language,
        must_change_password=True,
    )
    user.set_unusable_password()
    check_names(user)
    user.full_clean()
    user.save()
    audit.record("accounts.user.created", by=by, obj=user)
    return user


def check_names(user: User) -> None:
    """One box takes user name, phone and e-mail: none of a person's may be another one's. Raises ValidationError."""
    others = User.objects.exclude(pk=user.pk)
    errors = {}
    if others.filter(username__iexact=user.username).exists():
        errors["username"] = _("Somebody else has this user name.")
    if user.phone and others.filter(username=user.phone).exists():
        errors["phone"] = _("Somebody else has this number as a user name.")
    if user.email and others.filter(username__iexact=user.email).exists():
        errors["email"] = _("Somebody else has this address as a user name.")
    if others.filter(phone=user.username).exists() or others.filter(email__iexact=user.username).exists():
        errors["username"] = _("This user name is somebody else's phone number or e-mail address.")
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def change_user(*, user: User, by: Principal, **values: str) -> User:
    """Name, phone, e-mail, language. Raises ValidationError."""
    changed = []
    for field, value in values.items():
        if field not in CHANGEABLE:
            raise ValueError(f"{field} is not changed here")
        new = phones.normalise(value) if field == "phone" else value.strip()
        if (getattr(user, field) or "") != new:
            setattr(user, field, new or None if field in ("phone", "email") else new)
            changed.append(field)
    if changed:
        check_names(user)
        user.full_clean()
        user.save(update_fields=changed)
        audit.record("accounts.user.changed", by=by, obj=user, fields=changed)
    return user


@transaction.atomic
def deactivate(*, user: User, by: Principal, reason: str = "") -> None:
    """Nobody gets in with this account any more; every session ends. Raises ValidationError."""
    if isinstance(by, User) and by.pk == user.pk:
        raise ValidationError(_("Nobody switches off his or her own account."))
    check_not_needed(user)
    _switch(user, is_active=False)
    end_with(user)
    audit.record("accounts.user.deactivated", by=by, obj=user, reason=reason)


@transaction.atomic
def activate(*, user: User, by: Principal, reason: str = "") -> None:
    """In use again. No old session comes back; a slip brings the new password."""
    _switch(user, is_active=True)
    audit.record("accounts.user.activated", by=by, obj=user, reason=reason)


def _switch(user: User, *, is_active: bool) -> None:
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    visits.end_all(user)


@transaction.atomic
def set_own_password(*, user: User, password: str) -> None:
    """The person's own choice, already validated. Ends every session; the caller keeps the present one."""
    if settings.PASSWORD_HISTORY and user.has_usable_password():
        FormerPassword.objects.create(user=user, password=user.password)
        kept = user.former_passwords.values_list("pk", flat=True)[: settings.PASSWORD_HISTORY]
        user.former_passwords.exclude(pk__in=list(kept)).delete()
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "password_set_at", "must_change_password"])
    visits.end_all(user)
    audit.record("accounts.user.password_changed", by=user, obj=user)


@transaction.atomic
def end_sessions(*, user: User, by: Principal, reason: str = "") -> None:
    """Sign out everywhere: after a change of rights, or at the person's own wish."""
    visits.end_all(user)
    audit.record("accounts.user.signed_out_everywhere", by=by, obj=user, reason=reason)


@transaction.atomic
def remove_second_factor(*, user: User, by: Principal, reason: str) -> None:
    """The phone is lost: the person sets up a new one at the next sign-in."""
    Authenticator.objects.filter(user=user).delete()
    visits.end_all(user)
    audit.record("accounts.user.second_factor_removed", by=by, obj=user, reason=reason)
