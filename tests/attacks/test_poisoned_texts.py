"""Every text of the house says something that a browser or a spreadsheet would run: nothing of it is ever run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.test import Client
from django.urls import reverse

from bureau.access.services import may_on_the_ground
from bureau.access.standing import rights_scope
from bureau.accounts.models import User
from bureau.pages.pagesets import PageSet, mounted
from bureau.registry import OURS
from bureau.rich_text.cleaning import cleaned
from bureau.rich_text.fields import RichTextField
from tests.attacks.walking import addresses, body, one_of_each_view, signed_in
from tests.cast import Cast

# A formula for the spreadsheet, the end of an attribute, the end of a script, an element, an event, a template.
POISON = "='\"></script><canary onload=c()>{{7*7}}"
# What the machine reads: an address, a name in code, a code of the national lists.
NOT_WORDS = re.compile(
    r"(?:^|_)(?:kind|key|code|digest|hash|stored_as|sha256|capability|task|action|password|username|path|url|"
    r"address_of|secret|token|matter|language|version|type|field|number|basis|expression|rule|condition)(?:$|_)"
)
MACHINERY = ("audit", "outbox", "jobs", "workflow_app", "identifiers")


def words_of(model: Any) -> list[str]:
    """Columns that hold what somebody typed."""
    found = []
    for field in model._meta.concrete_fields:
        is_long = isinstance(field, models.TextField) or (field.max_length or 0) >= 40
        is_text = isinstance(field, (models.CharField, models.TextField)) and is_long
        is_fixed = field.choices or field.unique or field.primary_key
        special = isinstance(field, (models.EmailField, models.URLField, models.SlugField))
        if is_text and not (is_fixed or special or NOT_WORDS.search(field.name)):
            found.append(field.name)
    return found


def poison(texts: Sequence[str] = (POISON,)) -> list[str]:
    """Every text of every row; the columns that took it. Where all may not say the same, the newest row does.

    Of several texts each column gets the next one.
    """
    found: list[str] = []
    turn = cycle(texts)
    for model in apps.get_models():
        if not model.__module__.startswith(OURS) or model._meta.app_label in MACHINERY:
            continue
        everything = model._base_manager.all()
        newest = everything.filter(pk=everything.order_by("-pk").values("pk")[:1])
        for name in words_of(model):
            text = next(turn)
            if any(takes(rows, name, text) for rows in (everything, newest)):
                found.append(f"{model._meta.label_lower}.{name}")
    return found


def takes(rows: models.QuerySet[Any], name: str, text: str) -> bool:
    """Tables refuse what their rules forbid."""
    rich = isinstance(rows.model._meta.get_field(name), RichTextField)
    try:
        with transaction.atomic():
            return bool(rows.update(**{name: cleaned(text) if rich else text}))
    except (DatabaseError, ValueError):
        return False


@pytest.fixture
def poisoned(furnished: Cast) -> Cast:
    took = poison()
    # Without these the walk could not fail.
    assert {
        "schools.school.name_zh",
        "personnel.teacher.name",
        "finance.fund.name_zh",
        "office.letter.title",
        "office.letter.body",
        "office.letter.sender_name",
        "office.article.title_zh",
        "charter.unit.name_zh",
        "accounts.user.name",
        "files.attachment.name",
    } <= set(took), sorted(took)
    return furnished


def runs(text: bytes) -> list[str]:
    """Where it stands as it was typed: neither `<` nor the quotation marks were made harmless."""
    return [
        text[max(0, at.start() - 90) : at.end() + 20].decode(errors="replace") for at in RAW.finditer(text)
    ]


RAW = re.compile(rb"<canary|='\">|onload=c\(\)[^{]*\"")


def seer(workspace: str, pageset: PageSet, cast: Cast) -> User:
    with rights_scope():
        people = [
            one
            for one in cast.people().values()
            if one.is_active and may_on_the_ground(one, f"{workspace}.open")
        ]
        return max(people, key=lambda user: pageset.queryset(user, "export").count())


def pages_of(workspace: str, pageset: PageSet, user: User) -> Iterator[str]:
    def url(kind: str, *args: Any) -> str:
        return reverse(pageset.url_name(workspace, kind), args=args)

    yield url("list")
    record = pageset.queryset(user, "view").order_by("-pk").first()
    if record is not None:
        yield from (url(kind, record.pk) for kind in ("detail", "history", "print"))
        if "edit" in pageset.kinds():
            yield url("edit", record.pk)


def test_no_page_of_any_register_runs_what_was_typed(poisoned: Cast) -> None:
    met = 0
    for workspace, pageset in mounted():
        user = seer(workspace, pageset, poisoned)
        client = signed_in(user)
        for where in pages_of(workspace, pageset, user):
            response = client.get(where)
            assert response.status_code < 500, where
            text = body(response)
            assert not runs(text), (where, runs(text)[:2])
            met += b"canary" in text
    assert met > 50


def test_no_public_page_feed_or_answer_for_programs_runs_it(poisoned: Cast) -> None:
    client, met = Client(), 0
    walk = [one for one in addresses(most=2) if not one.startswith(("/desk/", "/school/"))]
    for where in [*one_of_each_view(walk), "/zh/schools/?q=canary", "/zh/search/?q=canary"]:
        response = client.get(where)
        assert response.status_code < 500, where
        text = body(response)
        assert not runs(text), (where, runs(text)[:2])
        met += b"canary" in text
    assert met > 2
