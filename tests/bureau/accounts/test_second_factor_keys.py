"""Secrets of the second factor go over to a new key with everything else that is encrypted."""

from __future__ import annotations

import base64

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from bureau.accounts.models import User
from bureau.accounts.principals import System
from bureau.accounts.tasks import reseal
from bureau.identifiers.services import rotate_keys
from tests.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder() -> User:
    user = person("holder")
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(user)
    codes.validate_code(codes.generate_codes()[0])
    return user


def stored() -> str:
    return str(list(Authenticator.objects.values_list("data", flat=True)))


def test_secret_and_codes_are_written_anew_and_go_on_opening(holder, settings):
    codes = RecoveryCodes.activate(holder).generate_codes()
    old = dict(settings.FIELD_KEYS)
    new = {"k9": base64.urlsafe_b64encode(b"9" * 32).decode()}
    settings.FIELD_KEYS = {**new, **old}
    assert rotate_keys(by=System("test")) == 2
    assert reseal() == 0
    assert "k9:" in stored() and not any(f"'{key}:" in stored() for key in old)
    settings.FIELD_KEYS = new
    again = RecoveryCodes(Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES))
    assert again.generate_codes() == codes
    assert not again.validate_code(codes[0]) and again.validate_code(codes[1])
