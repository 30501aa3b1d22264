"""Every address × every method × everybody: nothing is open that the table does not name."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client

from bureau.access.standing import rights_scope
from bureau.access.views import Open
from bureau.accounts.models import User
from tests.attacks.route_table import ROUTES, RULES, read, routes_now
from tests.attacks.walking import (
    addresses,
    body,
    changed,
    door,
    lets_in,
    one_of_each_view,
    routes,
    rows,
    signed_in,
)
from tests.cast import Cast

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def test_every_address_and_its_rule_stand_in_the_table() -> None:
    """A new address, or one whose rule changed: python -m tests.attacks.route_table, and look at the difference."""
    kept, now = Counter(read(ROUTES)), Counter(routes_now())
    assert sorted((now - kept).elements()) == []
    assert sorted((kept - now).elements()) == []


def test_each_entrance_lets_in_whom_the_table_names_whatever_the_method(
    cast: Cast,
) -> None:
    entrances = {door(entry.callback.access_rule): entry.callback.access_rule for _where, entry in routes()}
    people: dict[str, User | None] = {**cast.people(), "visitor": None}
    del people["inactive"]  # has no session to come with
    found = []
    with rights_scope():
        for name, which in entrances.items():
            each = [
                {who for who, user in people.items() if lets_in(which, user, method)}
                for method in ("GET", "POST")
            ]
            assert each[0] == each[1], name
            found.append((name, " ".join(sorted(each[0]))))
    assert sorted(found) == read(RULES)


def test_a_visitor_gets_behind_no_door_by_any_method(furnished: Cast) -> None:
    guarded = {where for where, entry in routes() if not isinstance(entry.callback.access_rule, Open)}
    assert len(guarded) > 900
    client, before = Client(), rows()
    walk = one_of_each_view(
        address for address in addresses(most=1, steps=1) if not address.startswith(("/zh/", "/en/"))
    )
    for address in walk:
        if not address.startswith(("/desk/", "/school/", "/api/")):
            continue
        for method in METHODS:
            response = client.generic(method, address)
            assert response.status_code in (302, 401, 403, 405), (method, address)
            if response.status_code == 302:
                assert response.headers["Location"].startswith("/account/login/")
            assert furnished.school.code.encode() not in body(response)
    assert not changed(before)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_a_method_that_no_page_has_is_refused_and_changes_nothing(method: str, furnished: Cast) -> None:
    client, before = signed_in(furnished.office_chief), rows()
    for address in one_of_each_view(addresses(most=1, steps=1)):
        if address.startswith("/api/"):
            continue
        response = client.generic(method, address)
        assert response.status_code in (302, 400, 403, 404, 405), address
    assert not changed(before)
