from __future__ import annotations

import pytest
from django.core.management import call_command
from django.utils import translation

from bureau.accounts.models import User
from bureau.accounts.principals import System

CLERK = System("test")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def reference(db):
    call_command("reference", verbosity=0)


@pytest.fixture
def record(reference):
    """Any record; clocks know it by kind and number alone."""
    return User.objects.create_user("someone", name="Someone")
