"""What may not be read may not be asked for either: no filter, order or search tells a hidden value."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse

from bureau.access.services import may_on_the_ground
from bureau.access.standing import rights_scope
from bureau.accounts.models import User
from bureau.api.resources import Resource, resources
from bureau.identifiers.encryption import EncryptedTextField
from bureau.identifiers.resident_id import check_digit
from bureau.pages.listing import OWN, BadQuery, Listing
from bureau.pages.pagesets import PageSet, mounted
from bureau.pages.tables import field_of
from personnel.choices import IdKind
from personnel.models import Teacher
from sections.office.letters.models import Letter
from tests.attacks.walking import body, signed_in
from tests.cast import Cast
from tests.factories import letters
from tests.factories.teachers import BORN_ON, TeacherFactory
from tests.site.factories import MAKERS

MOUNTED = mounted()
EACH = pytest.mark.parametrize(
    ("workspace", "pageset"), MOUNTED, ids=[f"{workspace}-{pageset.label}" for workspace, pageset in MOUNTED]
)
LOOKUPS = ("", "__startswith", "__gte", "__regex")


def columns(model: Any) -> set[str]:
    return {
        name for field in model._meta.get_fields() for name in (field.name, getattr(field, "attname", ""))
    } - {""}


@EACH
def test_a_list_takes_no_filter_and_no_order_but_those_it_declares(
    workspace: str, pageset: PageSet, cast: Cast
) -> None:
    user = cast.office_chief
    plain = Listing(pageset, user, QueryDict())
    known = OWN | (plain.filterset.parameters() if plain.filterset else set())
    sortable = {column.name for column in pageset.columns if column.order_fields}
    hidden = [name for name in sorted(columns(pageset.model)) if f"{name}__gte" not in known]
    sealed = [name for name in hidden if re.search(r"digest|sealed|number|phone|name", name)]
    asked = [f"{name}{lookup}=1" for name in {*hidden[:2], *sealed[:3]} for lookup in LOOKUPS]
    asked += [f"sort={sign}{name}" for name in hidden[:3] for sign in ("", "-") if name not in sortable]
    asked += [
        "ordering=pk",
        "order=pk",
        "o=1",
        "tab=nonsense",
        "cols=nonsense",
        "owner__users__password__startswith=a",
    ]
    with rights_scope():
        for query in asked:
            if query.partition("=")[0] in known - OWN:
                continue
            with pytest.raises(BadQuery):
                Listing(pageset, user, QueryDict(query))


@EACH
def test_no_list_searches_sorts_or_filters_by_what_is_kept_encrypted(
    workspace: str, pageset: PageSet
) -> None:
    """By its ciphertext or its digest either: equal digests are equal values."""
    asked = [
        name.rsplit("__", 1)[0] if re.search(r"__i?(startswith|contains|exact)$", name) else name
        for name in pageset.search
    ]
    asked += [name.lstrip("-") for column in pageset.columns for name in column.order_fields]
    asked += [name.lstrip("-") for name in pageset.order]
    asked += [one.field_name for one in getattr(pageset.filters, "base_filters", {}).values()]
    asked += [pageset.tabs.field] if pageset.tabs else []
    assert [name for name in asked if isinstance(field_of(pageset.model, name), EncryptedTextField)] == []
    assert [name for name in asked if re.search(r"digest|hash|secret|token", name)] == []


@pytest.mark.parametrize("resource", resources(), ids=lambda one: one.label)
def test_a_program_is_refused_what_the_list_does_not_declare(resource: Resource, cast: Cast) -> None:
    user = MAKERS[resource.label](cast, 1)
    user = user if resource.pageset_for(user) else cast.principal
    client = signed_in(user)
    declared = {
        name for one in resource.pagesets.values() for name in getattr(one.filters, "base_filters", {})
    }
    hidden = [*sorted(columns(resource.model) - declared)[:4], "id_number__startswith", "ordering"]
    for name in hidden:
        if name in OWN:
            continue
        answer = client.get(f"/api/v1/{resource.path}", {name: "1"})
        assert answer.status_code == 400, name
        assert answer.json()


# --- the binary search --------------------------------------------------------------------------------

# Two worlds that differ in one hidden digit: whoever can tell them apart by asking can read the digit.
# The places that are shown are the same in both.
SERIALS = ("002", "192")
PHONES = ("13900010001", "13900090001")


def probes(pageset: PageSet, values: tuple[str, str]) -> list[str]:
    """Every prefix and suffix that tells the two apart, in every box of the list; every order; every page."""
    whole = 6  # somebody who knows the whole number is told nothing new
    texts = [value[:length] for value in values for length in (8, 14)]
    texts += [value[-length:] for value in values for length in range(4, len(value) - whole, 4)]
    names = ["q", *getattr(pageset.filters, "base_filters", {})]
    sorts = [column.name for column in pageset.columns if column.order_fields]
    found = [f"{name}={text}" for name in names for text in texts[: None if name == "q" else 1]]
    found += [f"sort={sign}{name}&per=25" for name in sorts for sign in ("", "-")]
    return found


def world(client: Any, addresses: list[str]) -> list[tuple[int, bytes]]:
    """What the answers say, without what is drawn anew each time."""
    found = []
    for where in addresses:
        response = client.get(where)
        page = re.sub(rb'(value|content|nonce)="[\w.:/+=-]{24,}"', b"", body(response))
        found.append((response.status_code, re.sub(rb"X-Request-ID: \w+|\d\d:\d\d", b"", page)))
    return found


def lists_over(model: Any, user: User) -> list[tuple[str, PageSet]]:
    return [
        (workspace, pageset)
        for workspace, pageset in MOUNTED
        if pageset.model is model and may_on_the_ground(user, f"{workspace}.open")
    ]


def asked_of(model: Any, user: User, values: tuple[str, str]) -> list[str]:
    found = []
    for workspace, pageset in lists_over(model, user):
        address = reverse(pageset.url_name(workspace, "list"))
        found += [f"{address}?{query}" for query in probes(pageset, values)]
        found += [f"/{workspace}/search/?q={value[:length]}" for value in values for length in (8, 10, 14)]
    return found


@pytest.mark.parametrize("name", ["personnel_clerk"])
def test_asking_a_list_of_teachers_does_not_tell_one_digit_of_a_number_from_another(
    name: str, cast: Cast
) -> None:
    first = [f"140799{BORN_ON:%Y%m%d}{serial}" for serial in SERIALS]
    numbers = (first[0] + check_digit(first[0]), first[1] + check_digit(first[1]))
    assert numbers[0][-2:] == numbers[1][-2:]
    teacher = TeacherFactory(name="Hidden Number", school=cast.school)
    user = cast.people()[name]
    client, found = signed_in(user), []
    for number, phone in zip(numbers, PHONES, strict=True):
        teacher.set_identity(IdKind.RESIDENT, number)
        teacher.set_phone(phone)
        Teacher._base_manager.bulk_update([teacher], ["id_number", "id_digest", "phone"])
        where = asked_of(Teacher, user, numbers) + asked_of(Teacher, user, PHONES)
        found.append(dict(zip(where, world(client, where), strict=True)))
    assert len(found[0]) > 20
    assert [where for where in found[0] if found[0][where] != found[1][where]] == []


@pytest.mark.parametrize("name", ["basic_clerk"])
def test_asking_the_letters_does_not_tell_one_writers_phone_from_another(name: str, cast: Cast) -> None:
    letter = letters.assigned(cast, phone=PHONES[0], name="Hidden Writer")
    user = cast.people()[name]
    client, found = signed_in(user), []
    for phone in PHONES:
        Letter._base_manager.filter(pk=letter.pk).update(sender_phone=phone, sender_name=f"Writer {phone}")
        where = asked_of(Letter, user, PHONES)
        found.append(dict(zip(where, world(client, where), strict=True)))
    assert [where for where in found[0] if found[0][where] != found[1][where]] == []
