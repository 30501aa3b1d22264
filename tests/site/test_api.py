"""Every kind of record that programs reach: list = page = detail = export, for everybody of the cast."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bureau.access.services import may_add, permitted
from bureau.api.resources import resources
from bureau.pages.listing import Listing
from tests.site.factories import MAKERS

EACH = pytest.mark.parametrize("resource", resources(), ids=lambda one: one.label)
# One of each kind of standing; the pages' own tests walk through everybody.
NAMES = (
    "basic_clerk",
    "personnel_clerk",
    "finance_clerk",
    "auditor",
    "district_reviewer",
    "principal",
    "outsider",
)
MOST_QUERIES = 20


def signed_in(user):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def address(resource, pk=None):
    return f"/api/v1/{resource.path}" + (f"{pk}/" if pk is not None else "")


def rows(client, resource):
    link, found = address(resource), []
    while link:
        part = client.get(link).json()
        found += [row["id"] for row in part["results"]]
        link = part["next"]
    return found


def workspace_of(resource, pageset):
    return next(name for name, one in resource.pagesets.items() if one is pageset)


@EACH
def test_programs_get_the_rows_of_the_page_and_each_of_them_alone(cast, resource):
    MAKERS[resource.label](cast, 2)
    everything = set(resource.model._base_manager.values_list("pk", flat=True))
    for name in NAMES:
        user = getattr(cast, name)
        client, pageset = signed_in(user), resource.pageset_for(user)
        if pageset is None:
            assert client.get(address(resource)).status_code == (403 if user.is_active else 401), name
            continue
        listed = rows(client, resource)
        expected = Listing(pageset, user, QueryDict()).ordered.values_list("pk", flat=True)
        assert listed == list(expected), name
        assert set(listed) <= set(permitted(user, "view", resource.model).values_list("pk", flat=True))
        for pk in sorted(everything)[-2:]:
            expected_status = 200 if pk in listed else 404
            assert client.get(address(resource, pk)).status_code == expected_status, (name, pk)


@EACH
def test_an_export_holds_no_row_and_no_value_beyond_those_for_programs(cast, resource):
    user = MAKERS[resource.label](cast, 2)
    pageset = resource.pageset_for(user)
    if pageset is None or not pageset.exports or not pageset.queryset(user, "export").exists():
        return
    client = signed_in(user)
    where = reverse(pageset.url_name(workspace_of(resource, pageset), "export"))
    answer = client.get(where, {"format": "csv"})
    if answer.status_code == 400:
        answer = client.get(where)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    exported = list(csv.reader(io.StringIO(text)))[1:]
    allowed = set(pageset.queryset(user, "export").values_list("pk", flat=True))
    assert len(exported) == len([pk for pk in rows(client, resource) if pk in allowed])


@EACH
def test_a_list_for_programs_takes_as_many_queries_for_2_rows_as_for_20(cast, resource):
    user = MAKERS[resource.label](cast, 2)
    if resource.pageset_for(user) is None:
        user = cast.principal
    client = signed_in(user)
    client.get(address(resource))
    with CaptureQueriesContext(connection) as few:
        client.get(address(resource))
    MAKERS[resource.label](cast, 18)
    with CaptureQueriesContext(connection) as many:
        assert client.get(address(resource)).status_code == 200
    assert len(many) == len(few) <= MOST_QUERIES + 5


@EACH
def test_adding_and_changing_are_open_to_whom_the_page_opens_them(cast, resource):
    MAKERS[resource.label](cast, 1)
    record = resource.model._default_manager.order_by("-pk").first()
    for name in NAMES:
        user = getattr(cast, name)
        pageset = resource.pageset_for(user)
        if pageset is None or not user.is_active:
            continue
        client = signed_in(user)
        data = {"content_type": "application/json"}
        added = client.post(address(resource), "{}", **data).status_code
        if not resource.can_add:
            assert added == 405
        elif pageset.add_form is None or not may_add(user, resource.model):
            assert added == 403, name
        changed = client.patch(address(resource, record.pk), "{}", **data).status_code
        seen = pageset.queryset(user, "view").filter(pk=record.pk).exists()
        mine = pageset.queryset(user, "change").filter(pk=record.pk).exists()
        if not resource.can_change:
            assert changed == 405
        elif not seen:
            assert changed == 404, name
        elif pageset.form is None or not mine or pageset.locked(record, user):
            assert changed == 403, name
        else:
            assert changed == 428, name


@EACH
def test_every_column_sent_at_once_writes_nothing(cast, resource):
    user = MAKERS[resource.label](cast, 1)
    pageset = resource.pageset_for(user)
    if pageset is None or not resource.can_change:
        return
    client = signed_in(user)
    record = pageset.queryset(user, "view").order_by("-pk").first()
    columns = {name for field in resource.model._meta.concrete_fields for name in (field.name, field.attname)}
    before = resource.model._base_manager.filter(pk=record.pk).values().get()
    tag = {"If-Match": client.get(address(resource, record.pk)).json()["version"]}
    sent = json.dumps(dict.fromkeys(columns, "1"))
    answer = client.patch(address(resource, record.pk), sent, content_type="application/json", headers=tag)
    assert answer.status_code in (400, 403)
    assert resource.model._base_manager.filter(pk=record.pk).values().get() == before
