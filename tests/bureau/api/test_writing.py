"""Programs write through the form of the page, its service and the steps of the engine."""

from __future__ import annotations

import pytest
from django.utils import timezone

from bureau.audit.models import Event
from bureau.charter.models import Unit
from bureau.deadlines.models import ClockRule
from bureau.workflow.models import HistoryEntry
from bureau.workflow.services import perform
from schools.models import Campus, ChangeRequest, School, SchoolChange, SchoolFacts
from tests.bureau.api.conftest import SCHOOLS, Program
from tests.factories.schools import SchoolFactsFactory
from tests.pages_app.models import Club
from tests.pages_app.pages import ClubForm
from tests.workflow_app.models import Paper

CLUBS, PAPERS, CAMPUSES = (
    "/api/v1/pages_app/clubs/",
    "/api/v1/workflow_app/papers/",
    "/api/v1/schools/campuses/",
)
FIGURES, REQUESTS = "/api/v1/schools/figures/", "/api/v1/schools/change-requests/"


@pytest.fixture
def office(cast):
    return Unit.objects.get(key="office")


@pytest.fixture
def club(office):
    return Club.objects.create(number="C1", name="Chess", owner=office, seats=4, phone="13800000000")


@pytest.fixture
def paper(cast, office):
    return perform(Paper(subject="S", owner=office), "submit", by=cast.office_clerk)


@pytest.fixture
def assigned(cast, paper):
    ClockRule.objects.create(
        matter="workflow_app.drafting",
        name="Drafting",
        name_zh="拟稿",
        length=5,
        unit="days",
        basis="House rules",
        basis_zh="内部规定",
        valid_from=timezone.localdate(),
    )
    return perform(paper, "assign", by=cast.office_clerk, data={"section": Unit.objects.get(key="basic")})


def version_of(one, address):
    return one.get(address).json()["version"]


# --- a new record -----------------------------------------------------------------------------------


def test_a_new_record_is_checked_and_audited_like_the_form(cast, office):
    one = Program(cast.office_chief)
    answer = one.post(
        CLUBS, {"number": "C9", "name": "Go", "kind": "chess", "owner": office.pk, "founded_on": "2019-09-01"}
    )
    assert answer.status_code == 201
    club = Club.objects.get(number="C9")
    assert answer.headers["Location"] == f"{CLUBS}{club.pk}/"
    assert (club.name, club.kind, str(club.founded_on)) == ("Go", "chess", "2019-09-01")
    assert Event.objects.get(action="pages_app.club.added").actor_id == cast.office_chief.pk


def test_wrong_values_come_back_each_at_its_field(cast, office):
    answer = Program(cast.office_chief).post(
        CLUBS, {"name": "N" * 61, "kind": "ball", "owner": 10**9, "founded_on": "soon"}
    )
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"founded_on"}
    answer = Program(cast.office_chief).post(
        CLUBS, {"name": "N" * 61, "kind": "ball", "owner": 10**9, "seats": "many"}
    )
    assert set(answer.json()["errors"]) == {"number", "name", "kind", "owner", "seats"}
    assert answer.json()["errors"]["number"] == ["Fill in: Number."]
    assert not Club.objects.exists()


def test_a_record_for_another_place_is_not_begun(cast):
    elsewhere = Unit.objects.get(key="basic")
    answer = Program(cast.office_chief).post(
        CLUBS, {"number": "C9", "name": "Go", "kind": "chess", "owner": elsewhere.pk}
    )
    assert answer.status_code in (403, 422)
    assert not Club.objects.exists()


def test_who_may_not_begin_a_record_is_told_so(cast, office):
    answer = Program(cast.auditor).post(CLUBS, {"number": "C9", "name": "Go", "owner": office.pk})
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "Your role does not begin records of this kind.",
    )


def test_the_same_request_twice_makes_one_record(cast, office):
    one, data = (
        Program(cast.office_chief),
        {"number": "C9", "name": "Go", "kind": "chess", "owner": office.pk},
    )
    first = one.post(CLUBS, data, Idempotency_Key="k1")
    second = one.post(CLUBS, data, Idempotency_Key="k1")
    assert (first.json()["id"], first.status_code) == (second.json()["id"], second.status_code)
    assert Club.objects.count() == 1
    # The key is the caller's own: another person's is another one.
    other = Program(cast.office_clerk).post(CLUBS, {**data, "number": "C10"}, Idempotency_Key="k1")
    assert other.json()["id"] != first.json()["id"]


def test_what_may_be_read_may_be_sent_back(cast):
    """A reference and a coded value stand in the form in which they were read."""
    one = Program(cast.principal)
    made = one.post(CAMPUSES, {"name_zh": "东校区", "address": "新建路"})
    assert made.status_code == 201 and made.json()["school"]["id"] == cast.school.pk
    row = Program(cast.basic_clerk).get(f"{SCHOOLS}{cast.school.pk}/").json()
    same = {
        name: row[name]
        for name in ("district", "school_type", "is_private", "founded_on", "name_zh", "longitude")
    }
    answer = Program(cast.basic_clerk).patch(f"{SCHOOLS}{cast.school.pk}/", same, If_Match=row["version"])
    assert answer.status_code == 200 and answer.json()["version"] == row["version"]


# --- a change ---------------------------------------------------------------------------------------


def test_some_fields_change_and_the_others_stay(cast, club):
    one = Program(cast.office_chief)
    address = f"{CLUBS}{club.pk}/"
    answer = one.patch(address, {"seats": 9}, If_Match=f'"{version_of(one, address)}"')
    club.refresh_from_db()
    assert (answer.status_code, club.seats, club.name, club.phone) == (200, 9, "Chess", "13800000000")
    assert Event.objects.get(action="pages_app.club.changed").fields == ["seats"]


def test_put_empties_what_is_not_sent(cast, club, office):
    one = Program(cast.office_chief)
    address = f"{CLUBS}{club.pk}/"
    whole = {"number": "C1", "name": "Chess", "kind": "sport", "owner": office.pk}
    assert one.put(address, {"name": "Chess"}, If_Match=version_of(one, address)).status_code == 422
    assert one.put(address, whole, If_Match=version_of(one, address)).status_code == 200
    club.refresh_from_db()
    assert club.seats is None and club.phone == "13800000000"


def test_the_second_of_two_editors_gets_the_present_state(cast, club):
    first, second = Program(cast.office_chief), Program(cast.office_clerk)
    address = f"{CLUBS}{club.pk}/"
    seen = version_of(second, address)
    first.patch(address, {"name": "Go"}, If_Match=seen)
    answer = second.patch(address, {"name": "Draughts"}, If_Match=seen)
    assert answer.status_code == 409
    assert answer.json()["current"]["name"] == "Go"
    again = second.patch(address, {"name": "Draughts", "version": answer.json()["current"]["version"]})
    assert again.json()["name"] == "Draughts"


@pytest.mark.parametrize("header", ["", "*", 'W/"*"'])
def test_nobody_changes_what_he_does_not_say_he_read(cast, club, header):
    answer = Program(cast.office_chief).patch(f"{CLUBS}{club.pk}/", {"name": "Go"}, If_Match=header)
    assert answer.status_code == 428


def test_a_locked_record_says_why(cast, club):
    Club.objects.update(is_hidden=True)
    one = Program(cast.office_chief)
    address = f"{CLUBS}{club.pk}/"
    answer = one.patch(address, {"name": "Go"}, If_Match=version_of(one, address))
    assert (answer.status_code, answer.json()["detail"]) == (403, "The club is closed to changes.")


def test_to_see_is_not_to_change(cast):
    one = Program(cast.bureau_leader)
    address = f"{SCHOOLS}{cast.school.pk}/"
    answer = one.patch(address, {"address": "X"}, If_Match=version_of(one, address))
    assert answer.status_code == 403 and answer.json()["detail"].startswith("You may see this record")


def test_a_school_asks_for_what_its_section_keeps(cast):
    """Field ownership holds here as on the page: the address at once, the name as a request."""
    one = Program(cast.principal)
    address = f"{SCHOOLS}{cast.school.pk}/"
    sent = {"address": "新建路9号", "name_zh": "新名小学", "reason": "Moved"}
    answer = one.patch(address, sent, If_Match=version_of(one, address))
    assert answer.status_code == 200
    assert (answer.json()["address"], answer.json()["name_zh"]) == ("新建路9号", "演员小学")
    assert ChangeRequest.objects.get().new == "新名小学"
    assert [row.field for row in SchoolChange.objects.all()] == ["address"]


def test_a_service_refuses_at_the_field_and_nothing_stays(cast):
    one = Program(cast.basic_clerk)
    address = f"{SCHOOLS}{cast.school.pk}/"
    sent = {"code": cast.other_school.code, "address": "X"}
    answer = one.patch(address, sent, If_Match=version_of(one, address))
    assert answer.status_code == 422 and "belongs to" in answer.json()["errors"]["code"][0]
    cast.school.refresh_from_db()
    assert cast.school.address != "X"


def test_money_is_whole_fen_with_its_text(cast):
    facts = SchoolFactsFactory(school=cast.school, year=2024)
    one = Program(cast.basic_clerk)
    address = f"{FIGURES}{facts.pk}/"
    answer = one.patch(address, {"equipment_fen": {"fen": 123456789}}, If_Match=version_of(one, address))
    assert answer.json()["equipment_fen"] == {"fen": 123456789, "text": "1,234,567.89"}
    for wrong in (12.5, "12.50", {"fen": 1.5}, {"fen": True}, {"yuan": 1}, []):
        again = one.patch(address, {"equipment_fen": wrong}, If_Match=version_of(one, address))
        assert again.status_code == 422 and "equipment_fen" in again.json()["errors"], wrong
    assert SchoolFacts.objects.get().equipment_fen == 123456789


# --- more than the form takes -----------------------------------------------------------------------


def test_a_field_beyond_the_form_is_refused(cast, club):
    one = Program(cast.office_chief)
    address = f"{CLUBS}{club.pk}/"
    version = version_of(one, address)
    before = Club.objects.filter(pk=club.pk).values().get()
    columns = {name for field in Club._meta.concrete_fields for name in (field.name, field.attname)}
    beyond = columns - set(ClubForm._meta.fields) | {
        "is_staff",
        "pk",
        "title",
        "__class__",
        "csrfmiddlewaretoken",
    }
    assert {"phone", "is_hidden", "owner_id", "id"} <= beyond
    for name in beyond:
        answer = one.patch(address, {name: "1", "seats": 5}, If_Match=version)
        assert (answer.status_code, set(answer.json()["errors"])) == (400, {name})
    assert Club.objects.filter(pk=club.pk).values().get() == before


def test_every_column_of_a_school_sent_at_once_changes_nothing(cast):
    one = Program(cast.basic_clerk)
    address = f"{SCHOOLS}{cast.school.pk}/"
    before = School.objects.filter(pk=cast.school.pk).values().get()
    sent = {name: "1" for field in School._meta.concrete_fields for name in (field.name, field.attname)}
    answer = one.patch(address, sent, If_Match=version_of(one, address))
    assert answer.status_code == 400
    assert {"status", "unit", "unit_id", "id", "initials"} <= set(answer.json()["errors"])
    assert School.objects.filter(pk=cast.school.pk).values().get() == before


# --- steps ------------------------------------------------------------------------------------------


def test_a_step_goes_through_the_engine(cast, assigned):
    one = Program(cast.basic_clerk)
    address = f"{PAPERS}{assigned.pk}/"
    assert "draft" in one.get(address).json()["steps"]
    answer = one.post(f"{address}draft/", {"note": "N", "reason": "R"}, Idempotency_Key="k")
    assert answer.status_code in (200, 204), answer.content
    assert one.post(f"{address}draft/", {"note": "N"}, Idempotency_Key="k").status_code == answer.status_code
    assigned.refresh_from_db()
    assert (assigned.status, assigned.note) == ("drafted", "N")
    entry = HistoryEntry.objects.get(object_id=assigned.pk, transition="draft")
    assert (entry.actor_id, entry.reason) == (cast.basic_clerk.pk, "R")


def test_a_step_from_the_wrong_status_is_a_conflict(cast, paper):
    answer = Program(cast.office_chief).post(f"{PAPERS}{paper.pk}/approve/")
    assert answer.status_code in (403, 409)
    paper.refresh_from_db()
    assert paper.status == "received"


def test_a_decision_asks_for_its_right_its_form_and_its_state(cast):
    school = Program(cast.principal)
    address = f"{SCHOOLS}{cast.school.pk}/"
    sent = {"name_zh": "新名小学", "reason": "Renamed"}
    assert school.patch(address, sent, If_Match=version_of(school, address)).status_code == 200
    request = ChangeRequest.objects.get()
    where = f"{REQUESTS}{request.pk}/"
    assert school.post(f"{where}accept/").status_code == 403
    officer = Program(cast.basic_officer)
    reviewer = Program(cast.district_reviewer)
    assert officer.post(f"{where}refuse/", {"refusal": "No notice"}).status_code == 409
    assert reviewer.post(f"{where}give_opinion/", {"opinion": "x"}).status_code == 422
    choice = ChangeRequest._meta.get_field("opinion").flatchoices[0][0]
    assert reviewer.post(f"{where}give_opinion/", {"opinion": choice}).status_code == 200
    assert {"accept", "refuse"} <= set(officer.get(where).json()["steps"])
    assert officer.post(f"{where}refuse/", {}).json()["errors"] == {"refusal": ["Fill in: Reason."]}
    assert officer.post(f"{where}refuse/", {"refusal": "No notice"}).json()["status"]["value"] == "refused"
    assert officer.post(f"{where}refuse/", {"refusal": "No notice"}).status_code == 409


def test_a_step_on_an_old_version_is_a_conflict_with_the_present_state(cast, assigned):
    one = Program(cast.basic_clerk)
    answer = one.post(f"{PAPERS}{assigned.pk}/draft/", {"note": "N"}, If_Match='"1"')
    assert answer.status_code == 409 and answer.json()["current"]["status"]["value"] == "assigned"


def test_a_refused_write_stands_in_the_audit(cast):
    Program(cast.principal).patch(f"{SCHOOLS}{cast.other_school.pk}/", {"address": "X"}, If_Match="0")
    assert Event.objects.filter(action="access.refused", actor_id=cast.principal.pk, refused=True).exists()
    assert not Campus.objects.exists()
