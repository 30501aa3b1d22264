"""What is kept sealed: in no table and no cache in plain text, and whole on nobody's page, list, file or answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.http import QueryDict
from django.urls import reverse

from bureau.access.services import may_on_the_ground
from bureau.accounts.models import User
from bureau.api.resources import resources
from bureau.identifiers.encryption import EncryptedTextField
from bureau.pages import csv, exporting
from bureau.pages.pagesets import PageSet, mounted
from sections.office.letters.models import Letter
from tests.attacks.test_personal_numbers import remembered
from tests.attacks.walking import body, signed_in
from tests.cast import Cast
from tests.factories import consultations, letters

# As long as a telephone number, so that it is masked as one; of no person.
CANARY = "13955557777"
# Sealed words, such as the text of a report, are read whole by who handles it; numbers of persons by nobody unasked.
WORDS = "Canarywords"
NUMBER = re.compile(r"phone|number|telephone")


def sealed() -> Iterator[tuple[Any, list[str]]]:
    for model in apps.get_models():
        found = [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
        if found and model._meta.managed:
            yield model, found


@pytest.fixture
def sown(furnished: Cast) -> Cast:
    """One number in every sealed number, one word in every other sealed column, and no letter that is still being registered."""
    consultation = consultations.opened(furnished)
    consultations.opinion(consultation, phone=CANARY)
    letters.answered(furnished)
    Letter.objects.filter(status__in=("received", "registered")).update(status="accepted")
    for model, names in sealed():
        model._base_manager.update(**{name: CANARY if NUMBER.search(name) else WORDS for name in names})
    assert {"office.letter", "office.opinion", "personnel.teacher"} <= {
        model._meta.label_lower for model, _names in sealed() if model._base_manager.exists()
    }
    return furnished


def everything() -> Iterator[tuple[str, str]]:
    """(table, its rows) as the database holds them."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield table, "\n".join(map(repr, cursor.fetchall()))


def test_no_table_and_no_cache_holds_it_in_plain_text(sown: Cast) -> None:
    assert [table for table, text in everything() if CANARY in text or WORDS in text] == []
    assert CANARY not in remembered() and WORDS not in remembered()


def shown(model: type[models.Model]) -> list[tuple[str, PageSet]]:
    return [(workspace, pageset) for workspace, pageset in mounted() if pageset.model is model]


def surfaces(workspace: str, pageset: PageSet, user: User) -> Iterator[str]:
    """The list, and of the newest record that this person sees every page."""
    record = pageset.queryset(user, "view").order_by("-pk").first()
    if record is None:
        return
    yield reverse(pageset.url_name(workspace, "list"))
    for kind in ("detail", "history", "print"):
        yield reverse(pageset.url_name(workspace, kind), args=[record.pk])


def test_nobody_meets_it_whole_on_a_page_in_a_file_or_through_a_program(
    sown: Cast, rights_read_once: None
) -> None:
    met = set()
    for name, user in sown.people().items():
        if not user.is_active:
            continue
        client = signed_in(user)
        for model, _names in sealed():
            for workspace, pageset in shown(model):
                if not may_on_the_ground(user, f"{workspace}.open"):
                    continue
                for where in surfaces(workspace, pageset, user):
                    assert CANARY.encode() not in body(client.get(where)), (name, where)
                    met.add(model._meta.label_lower)
                if exporting.may_export(pageset, user):
                    keys = exporting.exported_keys(pageset, user, QueryDict())
                    assert CANARY.encode() not in b"".join(csv.lines(pageset, keys)), (name, pageset.label)
    assert {"office.letter", "office.opinion", "personnel.teacher"} <= met


def test_no_program_is_given_it(sown: Cast) -> None:
    kinds = {model for model, _names in sealed()}
    asked = 0
    for name in ("office_chief", "personnel_clerk", "principal"):
        user = sown.people()[name]
        client = signed_in(user)
        for resource in resources():
            if resource.model in kinds and resource.pageset_for(user):
                answer = client.get(f"/api/v1/{resource.path}")
                assert answer.status_code == 200 and CANARY.encode() not in answer.content, (
                    name,
                    resource.label,
                )
                asked += 1
    assert asked
