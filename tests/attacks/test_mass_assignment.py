"""Every name of a column, sent along with every form: nothing changes but what the form declares."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bureau.access.services import may_add, may_on_the_ground
from bureau.access.standing import rights_scope
from bureau.accounts.models import User
from bureau.pages.pagesets import PageSet, mounted
from bureau.workflow.declare import WORKFLOWS
from bureau.workflow.services import available
from sections.office.letters.models import Letter
from sections.office.letters.services import receipt_code
from sections.office.letters.writing import Draft
from tests.attacks.walking import signed_in, typed
from tests.cast import Cast
from tests.factories import letters

MOUNTED = mounted()
EACH = pytest.mark.parametrize(
    ("workspace", "pageset"), MOUNTED, ids=[f"{workspace}-{pageset.label}" for workspace, pageset in MOUNTED]
)


class Undo(Exception):
    pass


def every_field(model: Any) -> dict[str, str]:
    """As an attacker would send them: each column, and what opens doors elsewhere."""
    names = {name for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    names |= {"is_staff", "is_superuser", "is_active", "groups", "owner", "status", "role", "password", "by"}
    return dict.fromkeys(names, "1")


def effect(client: Any, address: str, data: dict[str, Any], model: Any) -> tuple[int, list[dict[str, Any]]]:
    """What a post would do to the table, undone again. Keys and moments differ from one time to the next."""
    found: list[dict[str, Any]] = []
    status = 0
    sent = timezone.now()
    keys = {
        one.attname: set(one.related_model._base_manager.values_list(one.target_field.attname, flat=True))
        for one in model._meta.concrete_fields
        if one.is_relation
    }

    def settled(name: str, value: Any) -> Any:
        if name in keys and value is not None and value not in keys[name]:
            return "made by this"  # PostgreSQL never gives a number twice, even to what is undone
        return "now" if isinstance(value, datetime) and value >= sent else value

    try:
        with transaction.atomic():
            status = client.post(address, data).status_code
            found = [
                {name: settled(name, value) for name, value in row.items() if name != "id"}
                for row in model._base_manager.order_by("pk").values()
            ]
            raise Undo
    except Undo:
        return status, found


def people(workspace: str, cast: Cast) -> list[User]:
    return [
        user
        for user in cast.people().values()
        if user.is_active and may_on_the_ground(user, f"{workspace}.open")
    ]


def forms(workspace: str, pageset: PageSet, cast: Cast) -> dict[str, tuple[User, str]]:
    """One open form of each kind: what → (who, where)"""
    with rights_scope():
        return _forms(workspace, pageset, cast)


def _forms(workspace: str, pageset: PageSet, cast: Cast) -> dict[str, tuple[User, str]]:
    def url(kind: str, *args: Any) -> str:
        return reverse(pageset.url_name(workspace, kind), args=args)

    found: dict[str, tuple[User, str]] = {}
    for user in people(workspace, cast):
        if "add" in pageset.kinds() and may_add(user, pageset.model):
            found.setdefault("add", (user, url("add")))
        if "edit" in pageset.kinds():
            for one in pageset.queryset(user, "change").order_by("-pk")[:1]:
                found.setdefault("edit", (user, url("edit", one.pk)))
        if pageset.label in WORKFLOWS:
            for one in pageset.queryset(user, "view").order_by("-pk")[:6]:
                for step in available(one, user):
                    found.setdefault(step.name, (user, url("do", one.pk, step.name)))
    return found


@EACH
def test_no_form_takes_more_than_it_shows(workspace: str, pageset: PageSet, furnished: Cast) -> None:
    for what, (user, address) in forms(workspace, pageset, furnished).items():
        client = signed_in(user)
        page = client.get(address)
        if page.status_code != 200 or "form" not in page.context:
            continue
        # A step without a form takes nothing but its reason; the test's own paper needs a section besides.
        if what == "assign" and pageset.label == "workflow_app.paper":
            continue
        fields = {"reason": "why", **typed(page.context)}
        shown = page.context["form"].fields
        more = {
            name: value
            for name, value in every_field(pageset.model).items()
            if name.removesuffix("_id") not in shown and name not in fields and not _is_box(name, shown)
        }
        assert effect(client, address, fields, pageset.model) == effect(
            client, address, {**more, **fields}, pageset.model
        ), what


def _is_box(name: str, shown: Any) -> bool:
    """One of the boxes of a field, such as the year of a day."""
    return any(name.startswith(f"{one}_") for one in shown)


def test_a_letter_takes_nothing_but_what_the_steps_ask(cast: Cast) -> None:
    answers = {
        "kind": {"kind": "request"},
        "text": {"title": "T", "body": "B", "school": ""},
        "writer": {"name": "N", "phone": "13800000000"},
    }
    more = {name: value for name, value in every_field(Letter).items() if name not in ("school", "kind")}
    fields = {**more, "draft": Draft(answers, "t").signed(), "step": "check", "go": "send"}
    from django.test import Client

    Client().post("/en/letters/new/", fields)
    letter = Letter.objects.get()
    assert (letter.title, letter.body, letter.sender_name) == ("T", "B", "N")
    assert (letter.status, letter.answer, letter.rating, letter.unit, letter.drafted_by) == (
        "received",
        "",
        None,
        None,
        None,
    )
    assert letter.owner.key == "office"


def test_a_rating_takes_nothing_but_a_rating(cast: Cast) -> None:
    from django.test import Client

    letter = letters.answered(cast, token="rated")
    before = Letter.objects.filter(pk=letter.pk).values().get()
    client = Client()
    client.post("/en/track/", {"number": letter.number, "code": receipt_code("rated")})
    fields = {**every_field(Letter), "act": "rate", "rating": "4", "rating_comment": "Good"}
    client.post("/en/track/status/", fields)
    after = Letter.objects.filter(pk=letter.pk).values().get()
    touched = {name for name in before if before[name] != after[name]}
    assert touched == {"rating", "rating_comment", "version", "updated_at"}


def test_ones_own_account_takes_nothing_that_gives_a_right(cast: Cast) -> None:
    client = signed_in(cast.basic_clerk)
    before = User.objects.filter(pk=cast.basic_clerk.pk).values().get()
    for address in ("/account/", "/account/language/", "/account/password/"):
        client.post(address, {**every_field(User), "language": "en"})
    after = User.objects.filter(pk=cast.basic_clerk.pk).values().get()
    assert {name for name in before if before[name] != after[name]} <= {"language", "name", "email", "phone"}
    assert not after["is_superuser"]
