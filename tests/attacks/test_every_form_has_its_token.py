"""A form that somebody else's page sends in a person's name: refused at every address, before the page is asked."""

from __future__ import annotations

import re

from django.conf import settings
from django.test import Client

from tests.attacks.walking import changed, routes, rows
from tests.cast import Cast

# What may stand in the place of a <part>: the token is asked for before anybody looks a record up.
ANYTHING = {"int": "1", "slug": "x", "str": "x", "uuid": "6f9619ff-8b86-4d11-b42d-00c04fc964ff", "path": "x"}
PART = re.compile(r"<(?:(\w+):)?\w+>")


def addresses() -> list[str]:
    found = [
        "/" + PART.sub(lambda part: ANYTHING.get(part[1] or "str", "1"), where) for where, _entry in routes()
    ]
    return [one for one in found if not re.search(r"[\\^$(]", one)]


def test_no_address_takes_a_form_without_its_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.office_chief, backend=settings.AUTHENTICATION_BACKENDS[0])
    before, walk = rows(), addresses()
    answers = {where: client.post(where, {"name": "forged"}).status_code for where in walk}
    assert len(walk) > 500
    assert {where: status for where, status in answers.items() if status != 403} == {}
    assert changed(before) == {}


def test_only_programs_and_the_look_of_pages_are_let_off() -> None:
    """Programs prove themselves with a key of their own; how pages look is a cookie of the visitor alone."""
    free = {where for where, entry in routes() if getattr(entry.callback, "csrf_exempt", False)}
    assert {where for where in free if not where.startswith("api/")} == {"modes/"}
