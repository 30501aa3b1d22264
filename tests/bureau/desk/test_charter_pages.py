"""The bureau, its units and the loading of a chart, as pages."""

import re
import time

import pytest
from django.utils import translation

from bureau.accounts import step_up
from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Charter, Unit
from schools.choices import Stage
from schools.models import SchoolGroupGrant
from tests.cast import person
from tests.factories import letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(client):
    def call(user):
        User.objects.filter(pk=user.pk).update(language="en")
        client.force_login(User.objects.get(pk=user.pk))
        return client

    return call


@pytest.fixture
def desk(enter, cast):
    """The security administrator, who has typed the password a moment ago."""
    client = enter(cast.security_admin)
    session = client.session
    session[step_up.SESSION_KEY] = time.time()
    session.save()
    return client


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("office_clerk", 200),
        ("auditor", 200),
        ("district_reviewer", 200),
        ("principal", 403),
        ("outsider", 403),
    ],
)
def test_the_bureau_is_open_to_staff_and_districts(cast, enter, who, status):
    assert enter(getattr(cast, who)).get("/desk/units/").status_code == status


def test_the_bureau_shows_units_people_the_chart_and_what_is_not_yet_available(cast, enter):
    said = text(enter(cast.office_clerk).get("/desk/units/"))

    assert "Basic Education Section 2" in said
    assert "Chart in force" in said
    assert "Not yet available" in said


def test_a_section_shows_members_and_what_each_role_may_do_and_why(cast, enter):
    said = text(enter(cast.office_clerk).get("/desk/units/basic/"))

    assert "Basic Clerk clerk" in said
    with translation.override("en"):
        stages = ", ".join(str(Stage(one).label) for one in ("primary", "junior", "senior", "special"))
    assert f"stages {stages}: 2 schools see, change, export" in said
    assert "4.9 Student status in compulsory and senior-high schools" in said


def test_a_district_shows_its_schools(cast, enter):
    assert "those that it manages: 1 schools" in text(enter(cast.auditor).get("/desk/units/district-140702/"))


def test_an_ended_or_unknown_unit_is_not_found(cast, enter):
    Unit.objects.filter(key="retirees").update(is_active=False)
    desk = enter(cast.office_clerk)

    assert desk.get("/desk/units/retirees/").status_code == 404
    assert desk.get("/desk/units/nowhere/").status_code == 404


def test_drift_is_shown(cast, enter):
    SchoolGroupGrant.objects.filter(group__unit__key="basic").delete()

    assert "Grants missing: basic, change school × 2." in text(enter(cast.auditor).get("/desk/units/check/"))


@pytest.mark.parametrize("who", ["office_chief", "bureau_leader", "system_admin", "auditor", "principal"])
def test_only_the_security_administrator_loads_charts(cast, enter, who):
    client = enter(getattr(cast, who))

    assert client.get("/desk/charter/").status_code == 403
    assert client.post("/desk/charter/load/", {"name": "compact"}).status_code == 403
    assert Charter.objects.get().key == "jinzhong"


def test_the_comparison_shows_grants_and_people_and_changes_nothing(cast, desk):
    page = desk.get("/desk/charter/?name=compact")
    said = text(page)

    assert page.status_code == 200
    assert "Preschool Clerk · clerk" in said
    assert "Sections that end Vocational Education Section, Adult Education Section" in said
    assert Charter.objects.get().key == "jinzhong"


def test_a_chart_that_does_not_come_along_is_not_found(desk):
    assert desk.get("/desk/charter/?name=../../etc/passwd").status_code == 404
    assert desk.post("/desk/charter/load/", {"name": "/etc/passwd"}).status_code == 404


def digest(page):
    return re.search(r'name="digest" value="(\w+)"', page.content.decode())[1]


def test_loading_over_the_page_moves_people(cast, desk):
    page = desk.get("/desk/charter/?name=compact")

    answer = desk.post("/desk/charter/load/", {"name": "compact", "digest": digest(page)})

    assert answer.status_code == 302
    assert Charter.objects.first().key == "compact"
    assert cast.preschool_clerk.memberships.get().unit.key == "basic"


def test_without_a_fresh_password_the_page_asks_first(cast, enter):
    client = enter(cast.security_admin)
    page = client.get("/desk/charter/?name=compact")

    answer = client.post("/desk/charter/load/", {"name": "compact", "digest": digest(page)})

    assert answer.status_code == 401
    assert Charter.objects.get().key == "jinzhong"


def test_a_file_that_changed_after_the_look_is_not_loaded(cast, desk):
    answer = desk.post("/desk/charter/load/", {"name": "compact", "digest": "0" * 64})

    assert answer.status_code == 409
    assert Charter.objects.get().key == "jinzhong"


def test_the_way_back_asks_for_whoever_has_no_place_and_keeps_what_was_chosen(cast, desk):
    desk.post(
        "/desk/charter/load/", {"name": "compact", "digest": digest(desk.get("/desk/charter/?name=compact"))}
    )
    trainer = person("trainer", (Unit.objects.get(key="vocational_adult"), Role.CLERK))
    row = trainer.memberships.get()
    name = f"line:{row.pk}:unit:vocational_adult"
    page = desk.get("/desk/charter/?name=jinzhong")
    assert f'name="{name}"' in page.content.decode()

    form = {"name": "jinzhong", "digest": digest(page)}
    refused = desk.post("/desk/charter/load/", {**form, name: ""})
    assert refused.status_code == 422
    assert "Trainer · clerk" in text(refused)
    assert Charter.objects.first().key == "compact"

    assert desk.post("/desk/charter/load/", {**form, name: "adult"}).status_code == 302
    assert trainer.memberships.get().unit.key == "adult"
    assert cast.preschool_clerk.memberships.get().unit.key == "preschool"


def test_a_record_without_a_place_is_put_one_by_one(cast, desk):
    page = desk.get("/desk/charter/?name=compact")
    desk.post("/desk/charter/load/", {"name": "compact", "digest": digest(page)})
    here, there = (letters.assigned(cast, to="vocational_adult") for _number in range(2))
    page = desk.get("/desk/charter/?name=jinzhong")
    names = {one.pk: f"record:office.letter:{one.pk}:unit:vocational_adult" for one in (here, there)}
    assert all(f'name="{name}"' in page.content.decode() for name in names.values())

    form = {"name": "jinzhong", "digest": digest(page), names[here.pk]: "vocational"}
    refused = desk.post("/desk/charter/load/", form)
    assert refused.status_code == 422 and f"{there.pk} (" in text(refused)
    assert desk.post("/desk/charter/load/", {**form, names[there.pk]: "adult"}).status_code == 302
    for letter, key in ((here, "vocational"), (there, "adult")):
        letter.refresh_from_db()
        assert letter.unit.key == key


def test_pages_are_in_chinese_for_whoever_reads_chinese(cast, client):
    client.force_login(cast.office_clerk)
    with translation.override("zh-hans"):
        assert "基础教育科" in client.get("/desk/units/").content.decode()
