import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bureau.access.remits import apply_remits
from schools.models import ChangeRequest, FieldOwnership, School, SchoolFacts, SchoolLeader
from schools.selectors.fields import kept_by_school
from schools.services.register import change_school
from tests.factories.schools import SchoolFactory, SchoolFactsFactory, SchoolLeaderFactory

pytestmark = pytest.mark.django_db


def desk(kind, *args):
    return reverse(f"desk:schools:school_{kind}", args=args)


def own(kind, *args):
    return reverse(f"school:schools:school_{kind}", args=args)


def posted(client, page, **given):
    """What the form on a page holds, with some of its fields changed."""
    context = client.get(page).context
    data = {"key": context.get("key", "")}
    for bound in context["form"]:
        value = bound.value()
        if value is True:
            data[bound.html_name] = "on"
        elif value not in (None, False):
            data[bound.html_name] = value
    return {**data, **given}


@pytest.fixture
def signed_in(client, cast):
    def sign_in(name):
        client.force_login(cast.people()[name] if isinstance(name, str) else name)
        return client

    return sign_in


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("basic_clerk", 200),
        ("office_clerk", 200),
        ("bureau_leader", 200),
        ("district_reviewer", 200),
        ("preschool_clerk", 404),
        ("other_district", 404),
        ("system_admin", 404),
        ("principal", 403),
        ("outsider", 403),
    ],
)
def test_the_desk_shows_a_school_to_those_whose_remit_covers_it(signed_in, cast, who, status):
    assert signed_in(who).get(desk("detail", cast.school.pk)).status_code == status


def test_a_school_out_of_reach_is_byte_for_byte_one_that_does_not_exist(signed_in, cast):
    client = signed_in("preschool_clerk")
    other = client.get(desk("detail", cast.school.pk))
    missing = client.get(desk("detail", 999999))
    assert (other.status_code, other.content) == (missing.status_code, missing.content)


def test_the_list_finds_a_school_by_initials_and_by_former_name(signed_in, cast):
    school = SchoolFactory(name_zh="榆次区育才小学", former_names="东关小学")
    apply_remits(objects=[school])
    client = signed_in("basic_clerk")
    for text in ("ycqyc", "东关", school.code):
        page = client.get(desk("list"), {"q": text})
        assert "育才小学" in page.content.decode() or "Yuci Primary" in page.content.decode()
        assert cast.school.name_zh not in page.content.decode()


def test_a_list_filters_by_stage(signed_in, cast, kindergarten):
    page = signed_in("office_clerk").get(desk("list"), {"stage": "preschool"}).content.decode()
    assert kindergarten.code in page
    assert cast.school.code not in page


def test_a_list_takes_the_same_number_of_queries_for_two_schools_and_for_twenty(signed_in, cast):
    client = signed_in("basic_clerk")
    client.get(desk("list"))
    with CaptureQueriesContext(connection) as few:
        client.get(desk("list"))
    apply_remits(objects=[SchoolFactory() for _number in range(18)])
    with CaptureQueriesContext(connection) as many:
        client.get(desk("list"))
    assert len(many) == len(few)


def test_a_section_edits_at_once(signed_in, cast):
    client = signed_in("basic_clerk")
    address = desk("edit", cast.school.pk)
    answer = client.post(address, posted(client, address, township="北关街道"))
    assert answer.status_code == 302
    assert School.objects.get(pk=cast.school.pk).township == "北关街道"


def test_the_second_of_two_editors_sees_what_the_first_one_did(signed_in, cast):
    client = signed_in("basic_clerk")
    address = desk("edit", cast.school.pk)
    late = posted(client, address, township="南关街道")
    change_school(school=cast.school, values={"township": "北关街道"}, by=cast.basic_officer)
    answer = client.post(address, late)
    assert answer.status_code == 409
    assert "北关街道" in answer.content.decode()
    assert School.objects.get(pk=cast.school.pk).township == "北关街道"


def test_a_code_in_use_is_named_at_the_field(signed_in, cast, planner):
    client = signed_in(planner)
    address = desk("add")
    data = posted(
        client,
        address,
        code=cast.school.code,
        name_zh="新小学",
        school_type=cast.school.school_type_id,
        organiser=cast.school.organiser_id,
        area_class=cast.school.area_class_id,
        district=cast.school.district_id,
        is_open="on",
    )
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert cast.school.name in answer.content.decode() or cast.school.name_zh in answer.content.decode()


def test_a_new_school_follows_its_organiser_to_its_manager(signed_in, cast, planner):
    client = signed_in(planner)
    address = desk("add")
    data = posted(
        client,
        address,
        code="２１１４ ０００９５５",
        name_zh="新小学",
        school_type=cast.school.school_type_id,
        organiser=cast.school.organiser_id,
        area_class=cast.school.area_class_id,
        district=cast.school.district_id,
        is_open="on",
    )
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context["form"].errors
    school = School.objects.get(code="2114000955")
    assert school.managed_by == cast.school.district.unit


def test_a_school_edits_its_record_and_what_the_bureau_keeps_waits(signed_in, cast):
    client = signed_in("principal")
    address = own("edit", cast.school.pk)
    data = posted(client, address, address="新建街2号", name_zh="演员实验小学", reason="Decision 12")
    answer = client.post(address, data, follow=True)
    school = School.objects.get(pk=cast.school.pk)
    assert (school.address, school.name_zh) == ("新建街2号", "演员小学")
    assert ChangeRequest.objects.get().new == "演员实验小学"
    page = answer.content.decode()
    assert "演员实验小学" in page


def test_a_change_of_an_owned_field_without_a_reason_keeps_what_was_typed(signed_in, cast):
    client = signed_in("principal")
    address = own("edit", cast.school.pk)
    answer = client.post(address, posted(client, address, name_zh="演员实验小学"))
    assert answer.status_code == 422
    assert "演员实验小学" in answer.content.decode()
    assert "reason" in answer.context["form"].errors


def test_a_school_does_not_reach_another_school(signed_in, cast):
    client = signed_in("principal")
    assert client.get(own("detail", cast.other_school.pk)).status_code == 404
    assert client.get(own("edit", cast.other_school.pk)).status_code == 404


def test_a_school_adds_a_leader_without_being_asked_which_school(signed_in, cast):
    client = signed_in("principal")
    address = reverse("school:schools:schoolleader_add")
    data = posted(client, address, name="李敏", post="principal", since="2026-08-15")
    assert client.post(address, data).status_code == 302
    assert SchoolLeader.objects.get().school == cast.school


def test_a_leader_of_another_school_cannot_be_added(signed_in, cast):
    client = signed_in("principal")
    address = reverse("school:schools:schoolleader_add")
    data = posted(
        client, address, name="李敏", post="principal", since="2026-08-15", school=cast.other_school.pk
    )
    assert client.post(address, data).status_code == 422
    assert not SchoolLeader.objects.exists()


def test_a_term_that_ends_before_it_begins_is_refused(signed_in, cast):
    leader = SchoolLeaderFactory(school=cast.school)
    client = signed_in("principal")
    address = reverse("school:schools:schoolleader_edit", args=[leader.pk])
    answer = client.post(address, posted(client, address, until="2020-01-01"))
    assert answer.status_code == 422
    assert "until" in answer.context["form"].errors


def test_an_impossible_date_gets_a_sentence(signed_in, cast):
    client = signed_in("basic_clerk")
    address = desk("edit", cast.school.pk)
    answer = client.post(address, posted(client, address, founded_on="1999-02-30"))
    assert answer.status_code == 422
    assert "founded_on" in answer.context["form"].errors


def test_figures_keep_an_empty_box_empty_and_a_zero_zero(signed_in, cast):
    facts = SchoolFactsFactory(school=cast.school)
    client = signed_in("basic_clerk")
    address = reverse("desk:schools:schoolfacts_edit", args=[facts.pk])
    data = posted(
        client, address, equipment_fen="1234.50", **{"primary-1-boys": "21", "primary-2-girls": "0"}
    )
    assert client.post(address, data).status_code == 302
    facts = SchoolFacts.objects.get()
    assert (facts.equipment_fen, facts.pupils) == (123450, 21)
    second = facts.pupil_counts.get(grade=2)
    assert (second.boys, second.girls) == (None, 0)


def test_a_school_reads_its_figures_but_cannot_edit_them(signed_in, cast):
    facts = SchoolFactsFactory(school=cast.school)
    client = signed_in("principal")
    assert client.get(reverse("school:schools:schoolfacts_detail", args=[facts.pk])).status_code == 200
    assert client.get(reverse("school:schools:schoolfacts_edit", args=[facts.pk])).status_code == 403


def test_a_district_gives_its_opinion_on_the_page_of_the_request(signed_in, cast):
    change_school(school=cast.school, values={"name_zh": "新名"}, by=cast.principal, reason="Decision")
    request = ChangeRequest.objects.get()
    client = signed_in("district_reviewer")
    address = reverse("desk:schools:changerequest_do", args=[request.pk, "give_opinion"])
    assert client.get(address).status_code == 200
    assert client.post(address, {"opinion": "supports", "seen": request.version}).status_code == 302
    assert ChangeRequest.objects.get().status == "open"
    # It waits for the section now; the district still follows it.
    page = client.get(reverse("desk:schools:changerequest_detail", args=[request.pk]))
    assert page.status_code == 200
    assert (
        client.get(reverse("desk:schools:changerequest_do", args=[request.pk, "accept"])).status_code == 403
    )


def test_an_export_holds_what_the_list_shows(signed_in, cast, kindergarten):
    answer = signed_in("basic_clerk").get(desk("export"))
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = content.decode("utf-8-sig")
    assert cast.school.code in text
    assert kindergarten.code not in text


@pytest.mark.parametrize("kind", ["changerequest", "confirmation", "schoolfacts", "schoolchange"])
def test_every_list_of_the_register_opens_in_both_languages(signed_in, cast, kind):
    client = signed_in("basic_clerk")
    for language in ("en", "zh-hans"):
        cast.basic_clerk.language = language
        cast.basic_clerk.save()
        assert client.get(reverse(f"desk:schools:{kind}_list")).status_code == 200


def test_my_school_leads_to_the_record_itself(cast):
    from bureau.pages.menu import _drawn_lists

    addresses = {label: entry.url for label, _place, _group, entry in _drawn_lists(cast.principal, "school")}
    assert addresses["schools.school"] == reverse("school:schools:school_detail", args=[cast.school.pk])


def test_the_section_that_adjusts_schools_says_who_keeps_a_field(signed_in, cast, planner):
    row = FieldOwnership.objects.get(field="township")
    address = reverse("desk:schools:fieldownership_edit", args=[row.pk])
    assert signed_in("basic_clerk").get(address).status_code == 403
    assert signed_in("principal").get(address).status_code in (403, 404)
    other = "section" if row.owner == "school" else "school"
    client = signed_in(planner)
    assert client.post(address, posted(client, address, owner=other)).status_code == 302
    assert ("township" in kept_by_school()) is (other == "school")
    rows = client.get(reverse("desk:schools:fieldownership_list")).content.decode()
    assert reverse("desk:schools:fieldownership_detail", args=[row.pk]) in rows
