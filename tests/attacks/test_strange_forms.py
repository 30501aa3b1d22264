"""Every form that the house opens, with all the fields that it makes while it is opened, takes anything or refuses it.

`tests/attacks/test_strange_fields.py` tries the declared fields alone; here the whole form is sent, with the rules that
it adds over several fields, with the version of the record and the reason of the step.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
from django import forms
from django.db import transaction

from bureau.pages.pagesets import PageSet
from tests.attacks import test_mass_assignment
from tests.attacks.test_foreign_choices import EACH
from tests.attacks.test_strange_fields import SENT
from tests.attacks.walking import signed_in, typed
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("rights_read_once")
# In every field at once, so that each rule over several fields meets them together.
EVERYWHERE = ("a null character", "a number of 200 digits", "a list")
# What stands beside the fields: the record as it was seen, the reason of a step, the token against a second press.
BESIDE = ("version", "reason", "key", "seen")


def boxes(form: Any) -> list[str]:
    """The names under which a browser sends the fields; a day has three."""
    found = []
    for name, field in form.fields.items():
        if not field.disabled:
            endings = getattr(field.widget, "widgets_names", [""])
            found += [f"{form.add_prefix(name)}{ending}" for ending in endings]
    return found


def takes_text(form: Any) -> bool:
    return any(type(field) is forms.CharField and not field.disabled for field in form.fields.values())


def sendings(form: Any, given: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each box with one of the values in turn, sent alone or beside what stood there; then all boxes together."""
    turn, names = cycle(SENT), [*boxes(form), *BESIDE]
    for place, name in enumerate(names):
        what = next(turn)
        value: Any = SENT[what]
        if place % 3 == 0 and not isinstance(given.get(name), list):
            value = [str(given.get(name, "")), value]
        yield f"{what} in {name}", {**given, name: value}
    for what in EVERYWHERE:
        yield what, {**given, **dict.fromkeys(names, SENT[what])}


def answered(client: Any, address: str, sent: dict[str, Any]) -> int:
    """The status; what a step has done is taken back, so that the next finds the record as it was."""
    with transaction.atomic():
        status = int(client.post(address, sent).status_code)
        transaction.set_rollback(True)
    return status


# A form that serves many registers is opened for each, and tried whole where it has other fields than before.
known: set[tuple[str, ...]] = set()


@EACH
def test_no_form_that_is_opened_fails_on_what_is_sent(
    workspace: str, pageset: PageSet, furnished: Cast
) -> None:
    for what, (user, address) in test_mass_assignment.forms(workspace, pageset, furnished).items():
        client = signed_in(user)
        page = client.get(address)
        if page.status_code != 200 or not page.context or "form" not in page.context:
            continue
        form = page.context["form"]
        sort = (type(form).__qualname__, *boxes(form))
        if sort in known:
            continue
        known.add(sort)
        for said, sent in sendings(form, {"reason": "why", **typed(page.context)}):
            status = answered(client, address, sent)
            assert status < 500, (what, said)
            if said == "a null character" and takes_text(form):
                assert status in (400, 409, 413, 422), (what, said)
