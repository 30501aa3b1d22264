"""Every declared kind of record, through the same contract.

The furnished house has two records of every kind; only who counts or changes them makes some for itself.
"""

import csv
import io

import pytest
from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from bureau.access.services import may_add, may_on_the_ground, permitted
from bureau.access.views import Records
from bureau.pages.listing import Listing
from bureau.pages.pagesets import mounted
from tests.site.factories import MAKERS

MOUNTED = mounted()
EACH = pytest.mark.parametrize(
    ("workspace", "pageset"), MOUNTED, ids=[f"{workspace}-{pageset.label}" for workspace, pageset in MOUNTED]
)
MOST_QUERIES = 20
pytestmark = pytest.mark.usefixtures("rights_read_once")


@pytest.fixture
def signed_in():
    clients = {}

    def client_of(user):
        if user.pk not in clients:
            clients[user.pk] = Client()
            clients[user.pk].force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return clients[user.pk]

    return client_of


def make(pageset, cast, count=2):
    """More records, and somebody who sees them all."""
    return MAKERS[pageset.label](cast, count)


def url(workspace, pageset, kind, *args):
    return reverse(pageset.url_name(workspace, kind), args=args)


def seers(workspace, pageset, cast):
    """People of the cast who see records of the kind in the workspace."""
    return [
        user
        for user in cast.people().values()
        if may_on_the_ground(user, f"{workspace}.open") and pageset.queryset(user, "view").exists()
    ]


def test_every_kind_of_record_can_be_made_for_these_tests():
    assert {pageset.label for _workspace, pageset in MOUNTED} <= set(MAKERS)


@EACH
def test_lists_are_open_to_who_has_the_workspace_and_to_nobody_else(workspace, pageset, furnished, signed_in):
    """The rule that the list names decides for everybody; of each answer one person tries it."""
    address = url(workspace, pageset, "list")
    which = resolve(address).func.access_rule
    assert type(which) is Records
    assert (which.verb, which.record_verb, which.model) == (f"{workspace}.open", "view", pageset.model)
    assert Client().get(address).status_code == 302
    tried = {}
    for user in furnished.people().values():
        expected = 200 if may_on_the_ground(user, f"{workspace}.open") else 403
        tried.setdefault(302 if not user.is_active else expected, user)
    assert sorted(tried) == [200, 302, 403]
    for expected, user in tried.items():
        assert signed_in(user).get(address).status_code == expected, user


@EACH
def test_a_record_is_open_to_whom_permitted_names_and_absent_for_the_rest(
    workspace, pageset, furnished, signed_in
):
    record = pageset.model._default_manager.order_by("-pk").first()
    sees = {
        user: pageset.queryset(user, "view").filter(pk=record.pk).exists()
        for user in furnished.people().values()
        if user.is_active and may_on_the_ground(user, f"{workspace}.open")
    }
    for user in two_of_each(sees):
        for kind in ("detail", "history", "print"):
            status = signed_in(user).get(url(workspace, pageset, kind, record.pk)).status_code
            assert status == (200 if sees[user] else 404), (user, kind)


def two_of_each(answers):
    """People for each answer that the rights give: the page asks the same question for all of them."""
    found = {}
    for person, answer in answers.items():
        found.setdefault(answer, []).append(person)
    return [person for people in found.values() for person in (people[0], people[-1])[: len(people)]]


@EACH
def test_the_rows_of_a_list_lie_within_permitted(workspace, pageset, furnished):
    for user in furnished.people().values():
        allowed = set(permitted(user, "view", pageset.model).values_list("pk", flat=True))
        listed = set(Listing(pageset, user, QueryDict()).ordered.values_list("pk", flat=True))
        assert listed <= allowed


@EACH
def test_adding_is_open_to_whom_may_add_says(workspace, pageset, furnished, signed_in):
    if "add" not in pageset.kinds():
        return
    may = {
        user: bool(may_add(user, pageset.model))
        for user in furnished.people().values()
        if user.is_active and may_on_the_ground(user, f"{workspace}.open")
    }
    for user in two_of_each(may):
        expected = 200 if may[user] else 403
        assert signed_in(user).get(url(workspace, pageset, "add")).status_code == expected, user


@EACH
def test_the_export_holds_what_the_list_shows_and_is_refused_without_the_right(
    workspace, pageset, furnished, signed_in
):
    if "export" not in pageset.kinds():
        return
    for name, user in furnished.people().items():
        if not user.is_active or not may_on_the_ground(user, f"{workspace}.open"):
            continue
        response = signed_in(user).get(url(workspace, pageset, "export"))
        allowed = pageset.queryset(user, "export")
        if not allowed.exists():
            assert response.status_code == 403, name
            continue
        listed = Listing(pageset, user, QueryDict()).ordered.filter(pk__in=allowed.values("pk")).count()
        rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
        assert len(rows) == listed + 1, name


@EACH
def test_every_page_renders_in_both_languages(workspace, pageset, furnished, signed_in):
    user = seers(workspace, pageset, furnished)[0]
    client = signed_in(user)
    record = pageset.queryset(user, "view").first()
    pages = [url(workspace, pageset, "list")]
    pages += [url(workspace, pageset, kind, record.pk) for kind in ("detail", "history", "print")]
    for language, shown in (("en", "en"), ("zh-hans", "zh")):
        user.language = language
        user.save(update_fields=["language"])
        for address in pages:
            page = client.get(address)
            assert page.status_code == 200, (address, language)
            assert f'<html lang="{shown}' in page.content.decode(), (address, language)
            assert " style=" not in page.content.decode(), (address, language)


@pytest.mark.parametrize("label", sorted({pageset.label for _workspace, pageset in MOUNTED}))
def test_a_list_takes_the_same_number_of_queries_for_2_rows_and_for_50(label, cast, signed_in):
    """In each workspace that has it: the rows are made once for all of them."""
    mine = [(workspace, pageset) for workspace, pageset in MOUNTED if pageset.label == label]
    make(mine[0][1], cast)
    lists = [reader(workspace, pageset, cast, signed_in) for workspace, pageset in mine]
    few = [queries_of(*one) for one in lists]
    make(mine[0][1], cast, 48)
    assert [queries_of(*one) for one in lists] == few
    assert max(few) <= MOST_QUERIES + 5


def reader(workspace, pageset, cast, signed_in):
    """Whoever sees the most, signed in and with the menu known; the address of the list."""
    user = max(seers(workspace, pageset, cast), key=lambda one: pageset.queryset(one, "view").count())
    address, client = f"{url(workspace, pageset, 'list')}?per=100", signed_in(user)
    client.get(address)
    return client, address


def queries_of(client, address):
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


@EACH
def test_no_form_changes_a_field_that_it_does_not_declare(workspace, pageset, cast, signed_in):
    if "edit" not in pageset.kinds():
        return
    make(pageset, cast)
    for user in seers(workspace, pageset, cast):
        record = pageset.queryset(user, "change").order_by("-pk").first()
        if record is None or pageset.locked(record, user):
            continue
        address = url(workspace, pageset, "edit", record.pk)
        form = signed_in(user).get(address).context["form"]
        before = row(pageset, record)
        signed_in(user).post(address, {**every_field(pageset), **typed(form)})
        after = row(pageset, record)
        changed = {name for name in before if before[name] != after[name]}
        declared = {name for name in form.fields} | {f"{name}_id" for name in form.fields}
        # Who changed a record and when is written by the service, never by what was sent.
        assert changed <= declared | {"version", "updated_at", "changed_at", "changed_by"}
        return
    # A school may look at what its section keeps; then the other workspace has somebody who changes it.
    assert sum(one is pageset for _workspace, one in MOUNTED) > 1, f"Nobody may change a {pageset.label}"


def row(pageset, record):
    return pageset.model._base_manager.filter(pk=record.pk).values().get()


def every_field(pageset):
    """A value for every column of the table, as an attacker would send them."""
    return {
        name: "1" for field in pageset.model._meta.concrete_fields for name in (field.name, field.attname)
    }


def typed(form):
    """What the page holds when nobody types anything."""
    found = {}
    for bound in form:
        widget = bound.field.widget
        value = bound.value()
        if hasattr(widget, "decompress") and not isinstance(value, list):
            names = [f"{bound.html_name}{ending}" for ending in widget.widgets_names]
            found.update(zip(names, widget.decompress(value), strict=True))
            found = {name: "" if one is None else one for name, one in found.items()}
        elif value not in (None, False):
            found[bound.html_name] = value
    return found
