"""Side doors that no list generates – sheets, results, previews, designers, the API: a foreign key is nobody's there too."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern

from bureau.access.services import may_on_the_ground, permitted
from bureau.access.views import Records
from bureau.accounts.models import User
from bureau.api.access import ApiRecords
from bureau.sheets.models import ResultFile, SheetUpload
from tests.attacks.walking import (
    EVERYBODYS,
    TRACES,
    address,
    changed,
    kind_of,
    routes,
    rows,
    signed_in,
    values,
)
from tests.cast import Cast

NOBODYS = 987_654_321
pytestmark = pytest.mark.usefixtures("rights_read_once")
GENERATED = re.compile(r"_(detail|history|print|edit|do)$")
Door = tuple[str, URLPattern]


def doors() -> list[Door]:
    """One address of each view, kind of record and workspace that names a record and no generic page serves."""
    found: dict[Any, Door] = {}
    for where, entry in routes():
        which, view = entry.callback.access_rule, entry.callback
        if not isinstance(which, Records) or "pk" not in entry.pattern.converters:
            continue
        is_api = isinstance(which, ApiRecords)
        if kind_of(entry) in EVERYBODYS or (GENERATED.search(entry.name or "") and not is_api):
            continue
        same = view if not hasattr(view, "view_class") else view.view_class
        found.setdefault((same, kind_of(entry), where.split("/")[0], where.split("/")[-2]), (where, entry))
    return list(found.values())


def works_there(user: User, which: Records) -> bool:
    if isinstance(which, ApiRecords):
        return which.resource.pageset_for(user) is not None
    return bool(may_on_the_ground(user, which.verb))


def stranger(which: Records, cast: Cast) -> tuple[User, Any] | None:
    """Somebody who gets as far as the page, and a record that he or she does not see; None where all is everybody's."""
    for user in cast.people().values():
        if not user.is_active or not works_there(user, which):
            continue
        seen = permitted(user, "view", which.model).values("pk")
        record = which.model._base_manager.exclude(pk__in=seen).order_by("-pk").first()
        if record is not None:
            return user, record
    return None


def answer(client: Client, method: str, where: str, version: str) -> tuple[Any, ...]:
    extra: dict[str, Any] = {"content_type": "application/json"} if where.startswith("/api/") else {}
    headers = {"If-Match": version}
    response: HttpResponse = client.generic(method, where, "{}" if extra else "", headers=headers, **extra)
    kept = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
    return response.status_code, response.content, kept


def test_a_foreign_key_looks_like_nobodys_behind_every_other_door(furnished: Cast) -> None:
    others = furnished.outsider
    SheetUpload.objects.create(
        owner=others, sheet="schools.roster", file_name="x", digest="d", row_count=0, table={}
    )
    ResultFile.objects.create(
        owner=others, kind="office.letter", workspace="desk", file_name="x.xlsx", query=""
    )
    clients: dict[int, Client] = {}
    tried = set()
    leaving = TRACES | {"accounts.user"}  # who walks signs in on the way
    before = rows(leaving=leaving)
    for where, entry in doors():
        found = stranger(entry.callback.access_rule, furnished)
        if found is None:
            continue
        user, record = found
        if user.pk not in clients:
            clients[user.pk] = signed_in(user)
        client = clients[user.pk]
        more = {name: (some or [1])[0] for name, some in values(where, entry).items() if name != "pk"}
        for method in ("GET", "POST", *(("PATCH", "PUT") if where.startswith("api/") else ())):
            made = [address(where, {**more, "pk": pk}) for pk in (record.pk, NOBODYS)]
            got = [answer(client, method, one, "1") for one in made]
            assert got[0] == got[1], (user.username, method, made[0], got[0][0], got[1][0])
            assert got[0][0] in (404, 405), (user.username, method, made[0], got[0][0])
        tried.add(kind_of(entry))
    assert not changed(before)
    assert len(tried) > 15
