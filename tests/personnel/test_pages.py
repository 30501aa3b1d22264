"""The pages: masks everywhere, the reveal, two editors, forms that lose nothing."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bureau.audit.models import Event
from bureau.proposals.forms import KEPT_BY_BUREAU
from bureau.workflow.services import history
from personnel.models import Teacher
from tests.factories.teachers import (
    BORN_ON,
    QualificationFactory,
    TeacherFactory,
    hiring_form,
    resident_number,
    subject,
)

pytestmark = pytest.mark.django_db


def url(kind, *args, workspace="desk", model="teacher"):
    return reverse(f"{workspace}:personnel:{model}_{kind}", args=args)


def body(response):
    if response.streaming:
        return b"".join(response.streaming_content).decode("utf-8-sig")
    return response.content.decode()


def stepped_up(client, user, password="right-horse-battery-staple"):
    user.set_password(password)
    user.save()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return password


def test_no_page_file_or_history_shows_a_number(cast, officer, teacher, signed_in):
    QualificationFactory(teacher=teacher)
    secrets = (teacher.id_number, teacher.phone)
    for user, workspace in ((officer, "desk"), (cast.personnel_clerk, "desk"), (cast.principal, "school")):
        client = signed_in(user)
        pages = [url("list", workspace=workspace)]
        pages += [url(kind, teacher.pk, workspace=workspace) for kind in ("detail", "history", "print")]
        pages += [url("export", workspace=workspace)]
        if user is not officer:
            pages += [url("edit", teacher.pk, workspace=workspace)]
        for address in pages:
            text = body(client.get(address))
            assert teacher.name in text, address
            assert not [secret for secret in secrets if secret in text], address
        assert "*" * 16 + teacher.id_number[-2:] in body(client.get(pages[1]))
        assert "139****1234" in body(client.get(pages[1]))


def test_a_number_is_shown_once_after_reason_and_password_and_audited(officer, teacher, client):
    password = stepped_up(client, officer)
    address = url("reveal", teacher.pk)
    assert teacher.id_number not in body(client.get(address))
    asked = client.post(address, {"field": "id_number", "reason": "Pension office asks"})
    assert asked.status_code == 401 and teacher.id_number not in body(asked)
    assert not Event.objects.filter(action="personal_data.revealed").exists()
    fields = {"field": "id_number", "reason": "Pension office asks", "step_up_password": password}
    shown = client.post(address, fields)
    assert teacher.id_number in body(shown) and teacher.phone not in body(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    event = Event.objects.get(action="personal_data.revealed")
    assert (event.fields, event.reason, event.object_id) == (
        ["id_number"],
        "Pension office asks",
        str(teacher.pk),
    )
    assert teacher.id_number not in str(event.detail)
    assert teacher.id_number not in body(client.get(address))


def test_revealing_asks_for_a_reason_and_for_the_right(cast, officer, teacher, client, signed_in):
    password = stepped_up(client, officer)
    refused = client.post(
        url("reveal", teacher.pk), {"field": "phone", "reason": "", "step_up_password": password}
    )
    assert refused.status_code == 422 and teacher.phone not in body(refused)
    assert signed_in(cast.personnel_clerk).get(url("reveal", teacher.pk)).status_code == 403
    assert signed_in(cast.office_clerk).get(url("reveal", teacher.pk)).status_code == 404
    assert not Event.objects.filter(action="personal_data.revealed").exists()


def person(**given):
    fields = {
        "name": "赵敏",
        "sex": "female",
        "born_on": BORN_ON.isoformat(),
        "id_kind": "resident",
        "document": resident_number(301),
        "telephone": "13900005555",
        "kind": "teaching",
        "subject": subject().pk,
        "hiring_form": hiring_form().pk,
        "since": "2026-09-01",
    }
    return fields | given


def hidden(page):
    """What the page itself carries: the key, the school, the stage."""
    text = body(page)
    return dict(re.findall(r'<input type="hidden" name="(key|school|stage|version)" value="([^"]*)"', text))


def test_a_principal_adds_a_teacher_and_is_not_asked_for_the_school(cast, signed_in):
    client = signed_in(cast.principal)
    page = client.get(url("add", workspace="school"))
    carried = hidden(page)
    assert carried["school"] == cast.school.code and carried["stage"] == "primary"
    done = client.post(url("add", workspace="school"), {**carried, **person()})
    teacher = Teacher.objects.get(name="赵敏")
    assert done.status_code == 302 and teacher.main_post.school == cast.school


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"document": "140799198506090"}, "document"),
        ({"id_kind": ""}, "id_kind"),
        ({"sex": ""}, "sex"),
        ({"telephone": "12"}, "telephone"),
        ({"subject": ""}, "subject"),
        ({"since": "soon"}, "since"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_entry_is_said_at_its_field_and_nothing_typed_is_lost(cast, signed_in, wrong, field):
    client = signed_in(cast.principal)
    page = client.get(url("add", workspace="school"))
    refused = client.post(url("add", workspace="school"), {**hidden(page), **person(**wrong)})
    assert refused.status_code == 422
    form = refused.context["form"]
    assert field in form.errors and not form.non_field_errors()
    text = body(refused)
    assert all(str(value) in text for name, value in person(**wrong).items() if name in ("name", "telephone"))
    assert not Teacher.objects.exists()


def test_the_desk_names_the_school_by_code_or_name(cast, signed_in):
    client = signed_in(cast.personnel_clerk)
    carried = {"key": hidden(client.get(url("add")))["key"], "stage": "primary"}
    refused = client.post(url("add"), {**carried, **person(), "school": "2114777777"})
    assert refused.status_code == 422 and "school" in refused.context["form"].errors
    client.post(url("add"), {**carried, **person(), "school": cast.school.name_zh})
    assert Teacher.objects.get(name="赵敏").main_post.school == cast.school


def kept(form):
    return {name for name, field in form.fields.items() if str(KEPT_BY_BUREAU) in str(field.help_text)}


def test_a_school_sees_which_fields_it_changes_at_once(cast, teacher, signed_in):
    form = signed_in(cast.principal).get(url("edit", teacher.pk, workspace="school")).context["form"]
    own = {"latin_name", "telephone", "no_telephone", "email", "version", "reason"}
    assert set(form.fields) - kept(form) == own and {"name", "document", "title"} <= kept(form)
    nobody = TeacherFactory(school=cast.school, id_kind="none")
    form = signed_in(cast.principal).get(url("edit", nobody.pk, workspace="school")).context["form"]
    assert not {"new_id_kind", "document"} & kept(form)
    form = signed_in(cast.personnel_clerk).get(url("edit", teacher.pk)).context["form"]
    assert not kept(form) and "reason" not in form.fields


def test_a_number_that_is_no_longer_in_use_is_removed(cast, signed_in):
    teacher = TeacherFactory(school=cast.school, phone="13900005555")
    client = signed_in(cast.principal)
    where = url("edit", teacher.pk, workspace="school")
    sent = {**hidden(client.get(where)), "name": teacher.name, "sex": teacher.sex, "born_on": teacher.born_on}
    sent |= {"no_telephone": "on"}
    assert client.post(where, {**sent, "telephone": "13900006666"}).status_code == 422
    assert client.post(where, sent).status_code == 302
    teacher.refresh_from_db()
    assert teacher.phone == ""


def test_the_second_editor_sees_what_the_first_one_changed(cast, teacher, signed_in):
    client, address = signed_in(cast.personnel_clerk), url("edit", teacher.pk)
    page = client.get(address)
    stamp = page.context["form"].initial.get("version") or page.context["form"].stamp()
    fields = {
        "name": teacher.name,
        "sex": teacher.sex,
        "born_on": BORN_ON.isoformat(),
        "email": "mine@example.org",
        "version": stamp,
    }
    Teacher.objects.filter(pk=teacher.pk).update(email="theirs@example.org")
    second = client.post(address, fields)
    assert second.status_code == 409
    assert "theirs@example.org" in body(second) and "mine@example.org" in body(second)
    teacher.refresh_from_db()
    assert teacher.email == "theirs@example.org"


def test_personnel_corrects_a_document_through_the_form(cast, teacher, signed_in):
    client, address = signed_in(cast.personnel_clerk), url("edit", teacher.pk)
    stamp = client.get(address).context["form"].stamp()
    new = resident_number(411)
    fields = {
        "name": teacher.name,
        "sex": "female",
        "born_on": BORN_ON.isoformat(),
        "document": new,
        "version": stamp,
    }
    assert client.post(address, fields).status_code == 302
    teacher.refresh_from_db()
    assert teacher.id_number == new
    assert set(history(teacher)[0].fields) == {"id_number", "id_digest"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=王小", "王小燕"),
        ("q=wxy", "王小燕"),
        ("district=140702", "王小燕"),
        ("district=140728", "李志强"),
        ("stage=primary&school=另一", "李志强"),
        ("subject=01&title=", "王小燕 李志强"),
        ("document=none", ""),
        ("hiring_form=30", ""),
        ("key_level=31", ""),
        ("tab=left", ""),
    ],
)
def test_filters_of_the_list(cast, teacher, other, signed_in, query, found):
    page = signed_in(cast.personnel_clerk).get(f"{url('list')}?{query}")
    assert page.status_code == 200
    assert {row.record.name for row in page.context["rows"]} == set(found.split())


@pytest.mark.parametrize("query", ["id_number=1", "id_digest__startswith=a", "sort=id_number", "title=NOPE"])
def test_no_filter_or_order_reaches_a_number(cast, teacher, signed_in, query):
    assert signed_in(cast.personnel_clerk).get(f"{url('list')}?{query}").status_code == 400


def test_titles_are_entered_for_several_teachers_at_once(cast, signed_in):
    from personnel.models import Title

    chosen = TeacherFactory.create_batch(3, school=cast.school)
    fields = {
        "act": "award_title",
        "pk": [one.pk for one in chosen],
        "confirmed": "1",
        "title": Title.objects.get(code="S3").pk,
        "title_on": "2026-09-01",
        "post_grade": "9",
    }
    assert signed_in(cast.personnel_clerk).post(url("bulk"), fields).status_code == 200
    assert Teacher.objects.filter(title__code="S3", post_grade=9).count() == 3


def test_a_transfer_is_asked_for_by_number_and_name(cast, teacher, signed_in):
    client, address = signed_in(cast.other_principal), url("add", workspace="school", model="transfer")
    key = hidden(client.get(address))["key"]
    fields = {
        "key": key,
        "teacher_number": teacher.number,
        "teacher_name": "别人",
        "school": cast.other_school.code,
        "stage": "primary",
        "kind": "transfer",
        "on": "2030-09-01",
        "grounds": "Vacancy",
    }
    refused = client.post(address, fields)
    assert refused.status_code == 422 and "teacher_number" in refused.context["form"].errors
    assert client.post(address, {**fields, "teacher_name": teacher.name}).status_code == 302
    assert teacher.transfers.get().status == "requested"


def test_a_school_moves_a_teacher_from_the_teachers_page(cast, teacher, signed_in):
    client = signed_in(cast.principal)
    add = url("add", workspace="school", model="transfer")
    page = body(client.get(url("detail", teacher.pk, workspace="school")))
    address = re.search(rf'href="({add}[^"]*)"', page)[1].replace("&amp;", "&")
    form = client.get(address).context["form"]
    assert form["teacher_number"].value() == teacher.number and form["teacher_name"].value() == teacher.name
    step = client.get(url("do", teacher.pk, "change_post", workspace="school"))
    assert step.context["form"].initial["stage"] == "primary"


def test_an_export_opens_no_number_and_costs_the_same_queries_for_many(cast, signed_in):
    """Numbers sealed with a key that is gone: whoever read one would fail."""

    def exported():
        with CaptureQueriesContext(connection) as found:
            text = body(signed_in(cast.personnel_clerk).get(url("export")))
        return text, sum('FROM "personnel_' in one["sql"] for one in found)

    def sealed(*teachers):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE personnel_teacher SET phone = 'gone:AAAA', id_number = 'gone:AAAA'")
        return teachers

    [teacher] = sealed(TeacherFactory(school=cast.school))
    text, few = exported()
    assert teacher.number in text
    sealed(*TeacherFactory.create_batch(4, school=cast.school))
    text, many = exported()
    assert (text.count("\r\n"), many) == (6, few)
