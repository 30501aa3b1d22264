"""A section officer issues a form in the browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bureau.jobs.draining import drain
from bureau.workflow.services import perform
from schools.returns.choices import CollectionStatus
from schools.returns.definition import CellSpec, Definition, Part, Question, Questions, Words
from schools.returns.models import Collection, Form, Return
from schools.returns.services import designing
from tests.cast import Cast, in_english
from tests.factories.schools import SchoolFactory

TODAY = timezone.localdate()
BLOCK = Questions("q", Words("问"), (Question("staff", Words("教职工总数"), CellSpec()),))


@pytest.fixture
def officer(cast: Cast, client: Client) -> Client:
    client.force_login(in_english(cast.basic_officer))
    return client


def desk(name: str, *args: object) -> str:
    return reverse(f"desk:schools:{name}", args=args)


def key_of(page: str) -> str:
    return page.split('name="key" value="')[1].split('"')[0]


def add_form(client: Client, cast: Cast) -> Form:
    page = client.get(desk("form_add")).content.decode()
    assert "Basic Education" in page and "Personnel" not in page.split("<form")[1]
    given = {
        "key": key_of(page),
        "code": "staff",
        "name_zh": "教职工表",
        "name": "Staff form",
        "owner": cast.basic_officer.memberships.get().unit_id,
        "legal_basis": "统计法",
        "period": "quarter",
        "minutes": 30,
        "is_public": "on",
    }
    answer = client.post(desk("form_add"), given)
    assert answer.status_code == 302, answer.content.decode()
    return Form.objects.get(code="staff")


def add_one_that_opened_later(officer: Client, collection: Collection) -> None:
    late = SchoolFactory()
    page = officer.get(desk("collection_detail", collection.pk)).content.decode()
    assert "1 school fits and has no return yet." in page
    schools = desk("collection_add_schools", collection.pk)
    assert late.code in officer.get(schools).content.decode()
    assert officer.post(schools, {"codes": late.code}).status_code == 302
    assert Return.objects.filter(school=late).exists()


def test_from_a_new_form_to_the_returns_of_all_schools(officer: Client, cast: Cast) -> None:
    form = add_form(officer, cast)
    assert officer.post(desk("form_begin", form.pk)).status_code == 302
    version = form.versions.get()
    designing.change_definition(
        version=version, definition=Definition((Part("a", Words("甲"), (BLOCK,)),)), by=cast.basic_officer
    )
    assert officer.post(desk("formversion_do", version.pk, "freeze")).status_code == 302
    page = officer.get(desk("collection_add")).content.decode()
    given = {
        "key": key_of(page),
        "version_of_form": version.pk,
        "title_zh": "教职工一季度",
        "year": 2026,
        "part": 9,
        "opens_on": TODAY,
        "due_on": TODAY + timedelta(5),
        "locks_on": TODAY + timedelta(9),
        "stages": ["primary"],
        "codes": f"{cast.school.code}，9999999999",
    }
    answer = officer.post(desk("collection_add"), given)
    page = answer.content.decode()
    assert answer.status_code == 422 and "from 1 to 4" in page and "9999999999" in page
    given |= {"key": key_of(page), "part": 1, "codes": ""}
    assert officer.post(desk("collection_add"), given).status_code == 302
    collection = Collection.objects.get()
    assert (collection.owner, collection.stages) == (form.owner, ["primary"])
    page = officer.get(desk("collection_detail", collection.pk)).content.decode()
    assert "2 schools will be asked." in page and "60 minutes in total" in page
    held = officer.get(desk("formversion_held", version.pk)).content.decode()
    assert "facts.staff" in held
    do = desk("collection_do", collection.pk, "issue")
    assert "Why figures are asked for again" in officer.get(do).content.decode()
    assert officer.post(do, {}).status_code == 422
    assert officer.post(do, {"repeat_reason": "核对登记"}).status_code == 302
    assert Return.objects.count() == 0
    drain()
    assert {row.school_id for row in Return.objects.all()} == {cast.school.pk, cast.other_school.pk}
    collection.refresh_from_db()
    assert (collection.status, collection.repeat_reason) == (CollectionStatus.ISSUED, "核对登记")
    add_one_that_opened_later(officer, collection)
    assert officer.get(desk("collection_move", collection.pk)).status_code == 200
    page = officer.get(desk("collection_detail", collection.pk)).content.decode()
    counted = f"{desk('return_completeness')}?collection={collection.pk}"
    assert counted in page and "quarter 1" in page
    assert officer.get(counted).status_code == 200
    assert officer.get(desk("collection_edit", collection.pk)).status_code in (302, 403, 409)
    cancelled = perform(collection, "cancel", by=cast.basic_officer, reason="试填结束")
    drain()
    assert cancelled.status == CollectionStatus.CANCELLED
    officer.force_login(cast.school_clerk)
    assert officer.get(desk("collection_detail", collection.pk)).status_code in (403, 404)


def test_a_draft_is_changed_until_it_is_issued(officer: Client, cast: Cast) -> None:
    form = add_form(officer, cast)
    draft = designing.begin_version(
        form=form, by=cast.basic_officer, definition=Definition((Part("a", Words("甲"), (BLOCK,)),))
    )
    version = designing.freeze(version=draft, by=cast.basic_officer)
    days = {"opens_on": TODAY, "due_on": TODAY, "locks_on": TODAY}
    record = Collection(version_of_form=version, owner=form.owner, title_zh="表", year=2026, part=1, **days)
    record = perform(record, "prepare", by=cast.basic_officer)
    address = desk("collection_edit", record.pk)
    page = officer.get(address).content.decode()
    stamp = page.split('name="version" value="')[1].split('"')[0]
    given = {
        "version": stamp,
        "title_zh": "新表",
        "year": 2026,
        "part": 2,
        **{name: day.isoformat() for name, day in days.items()},
        "due_on": (TODAY - timedelta(1)).isoformat(),
        "codes": cast.school.code,
    }
    assert officer.post(address, given).status_code == 422
    assert officer.post(address, {**given, "due_on": TODAY.isoformat()}).status_code == 302
    record.refresh_from_db()
    assert (record.title_zh, record.part, list(record.schools.all())) == ("新表", 2, [cast.school])
