"""What one server was given the other shows: drafts, what was typed before a session ended, messages."""

from __future__ import annotations

from typing import Any

import pytest

from bureau.accounts.models import User
from tests.bureau.deploy.browser import Browser, Writer
from tests.sections.office.letters.filling import RESUME, TEXT, at_text, code_on, post

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.tool("nginx")]
