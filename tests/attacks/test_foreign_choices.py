"""Somebody else's record as the value of a field: refused wherever a form, a filter or a program may name one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from bureau.access.services import permitted
from bureau.api.resources import Resource, resources
from bureau.pages.listing import Listing
from bureau.pages.pagesets import PageSet, mounted
from tests.attacks import test_mass_assignment
from tests.attacks.walking import changed, rows, signed_in, typed
from tests.cast import Cast

MOUNTED = mounted()
EACH = pytest.mark.parametrize(
    ("workspace", "pageset"), MOUNTED, ids=[f"{workspace}-{pageset.label}" for workspace, pageset in MOUNTED]
)
NOBODYS = 987_654_321
pytestmark = pytest.mark.usefixtures("rights_read_once")


def foreign(field: forms.ModelChoiceField) -> Any:
    """A stored record that the field does not offer; a key that nobody has where it offers all of them."""
    model = field.queryset.model
    other = model._base_manager.exclude(pk__in=field.queryset.values("pk")).order_by("-pk").first()
    if other is None:
        return NOBODYS
    return getattr(other, field.to_field_name or "pk")


def references(form: Any) -> dict[str, forms.ModelChoiceField]:
    return {
        name: field
        for name, field in form.fields.items()
        if isinstance(field, forms.ModelChoiceField) and not field.disabled
    }


@EACH
def test_no_form_takes_a_record_that_it_does_not_offer(
    workspace: str, pageset: PageSet, furnished: Cast
) -> None:
    tried = 0
    forms_open = test_mass_assignment.forms(workspace, pageset, furnished)
    clients = {user.pk: signed_in(user) for user, _address in forms_open.values()}
    before = rows()
    for what, (user, address) in forms_open.items():
        client = clients[user.pk]
        page = client.get(address)
        if page.status_code != 200 or not page.context or "form" not in page.context:
            continue
        given = {"reason": "why", **typed(page.context)}
        for name, field in references(page.context["form"]).items():
            key = foreign(field)
            many = isinstance(field, forms.ModelMultipleChoiceField)
            answer = client.post(address, {**given, name: [key] if many else key})
            assert answer.status_code in (400, 403, 404, 409, 422), (what, name)
            if answer.status_code == 422:
                assert name in answer.context["form"].errors, (what, name)
            tried += 1
    if tried:
        assert not changed(before)


@EACH
def test_no_filter_takes_a_record_that_it_does_not_offer(
    workspace: str, pageset: PageSet, furnished: Cast
) -> None:
    if pageset.filters is None:
        return
    for user in test_mass_assignment.people(workspace, furnished)[::5]:
        filterset = Listing(pageset, user, QueryDict()).filterset
        assert filterset is not None
        for name, field in references(filterset.form).items():
            listing = Listing(pageset, user, QueryDict(f"{name}={foreign(field)}"))
            assert not listing.is_valid, name
            assert not listing.ordered.exists()
            assert listing.form is not None and name in listing.form.errors


def mine(resource: Resource, cast: Cast) -> tuple[Any, PageSet, Any] | None:
    """Somebody who may change a record of the kind through the API."""
    for user in cast.people().values():
        declared = resource.pageset_for(user) if user.is_active else None
        if declared is None or declared.form is None:
            continue
        for record in declared.queryset(user, "change").order_by("-pk"):
            if not declared.locked(record, user):
                return user, declared, record
    return None


@pytest.mark.parametrize("resource", resources(), ids=lambda one: one.label)
def test_no_program_writes_a_record_that_the_form_does_not_offer(resource: Resource, furnished: Cast) -> None:
    found = mine(resource, furnished) if resource.can_change else None
    if found is None:
        return
    user, declared, record = found
    client = signed_in(user)
    where = f"/api/v1/{resource.path}{record.pk}/"
    tag = {"If-Match": client.get(where).json()["version"]}
    before = rows()
    assert declared.form is not None
    names = [
        name for name, field in declared.form.base_fields.items() if isinstance(field, forms.ModelChoiceField)
    ]
    for name in names:
        model = resource.model._meta.get_field(name).related_model
        seen = permitted(user, "view", model).values("pk")
        other = model._base_manager.exclude(pk__in=seen).order_by("-pk").first()
        for key in (NOBODYS, *([other.pk] if other is not None else [])):
            for sent in ({name: key}, {f"{name}_id": key}, {name: {"id": key}}, {name: [key]}):
                body = json.dumps(sent)
                answer = client.patch(where, body, content_type="application/json", headers=tag)
                assert answer.status_code in (400, 403, 422), (name, sent, answer.status_code)
    assert not changed(before)
