"""One school in the register twice: found, compared, kept apart or merged."""

from datetime import date

import pytest
from django.urls import reverse

from bureau.access.remits import apply_remits, drift
from bureau.access.services import may, permitted
from bureau.access.shares import grant, shares_of
from bureau.accounts.principals import PUBLIC
from bureau.audit.models import Event
from bureau.charter.choices import Role
from bureau.charter.models import Membership
from bureau.duplicates import merging
from bureau.duplicates.choices import PairStatus
from bureau.duplicates.declare import DEPENDANTS, MERGEABLES
from bureau.duplicates.finding import search, search_all
from bureau.duplicates.merging import merge
from bureau.duplicates.models import MatchKey
from bureau.notices.models import Notice
from bureau.workflow.models import HistoryEntry
from bureau.workflow.refusals import Conflict, Invalid, NotPermitted, WrongState
from bureau.workflow.selectors import history
from bureau.workflow.services import available, perform
from schools.choices import SchoolStatus
from schools.models import Campus, Confirmation, School, SchoolChange, SchoolDuplicate, SchoolFacts
from schools.selectors.likeness import core
from schools.selectors.record import recent_changes
from schools.services.register import change_school
from tests.cast import SCHOOL, person
from tests.factories.duplicates import second_record
from tests.factories.schools import (
    SchoolContactFactory,
    SchoolFactory,
    SchoolFactsFactory,
    SchoolLeaderFactory,
)

SCHOOLS = MERGEABLES["schools.school"]
REASON = "The same school, entered once by the district and once by the city"


@pytest.fixture
def double(cast):
    """A second record of the cast's school, with a code of its own and hardly anything in it."""
    found = second_record(cast.school, code="2114990077", founded_on=date(1953, 9, 1))
    apply_remits(objects=[found])
    return found


@pytest.fixture
def pair(cast, double):
    return SchoolDuplicate.objects.get(first=cast.school, second=double)


def joined(pair, by, keep="first", **options):
    """The merge of a pair as the page asks for it; everything else as the survivor has it."""
    return merge(pair=pair, keep=keep, values=options.pop("values", {}), by=by, reason=REASON, **options)


# --- found -------------------------------------------------------------------------------------


def test_a_second_record_of_a_school_is_found_when_it_is_saved(cast, double):
    found = SchoolDuplicate.objects.get()
    assert (found.first, found.second, found.status) == (cast.school, double, PairStatus.OPEN)
    assert found.signs == ["name", "former_name", "core"]


def test_a_space_or_a_full_width_sign_does_not_hide_a_double(cast):
    second_record(cast.school, name_zh="演员　小学")
    assert SchoolDuplicate.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("晋中市平遥县第一小学", "第1小学"),
        ("平遥县实验小学", "实验小学"),
        ("平遥实验小学", "实验小学"),
        ("榆次区 实验小学（东校区）", "榆次区实验小学东校区"),
    ],
)
def test_the_short_name_leaves_out_city_and_district(name, short):
    assert core(name, "平遥县") == short


def test_the_same_name_in_another_district_is_another_school(cast):
    second_record(cast.school, district=cast.other_school.district)
    assert not SchoolDuplicate.objects.exists()


def test_a_telephone_alone_makes_no_double(cast):
    SchoolContactFactory(school=cast.school)
    SchoolContactFactory(school=SchoolFactory())
    assert not SchoolDuplicate.objects.exists()


def test_the_sign_of_a_contact_is_followed(cast):
    other = second_record(cast.school, name_zh="榆次区演员小学")
    before = SchoolDuplicate.objects.get().score
    SchoolContactFactory(school=cast.school)
    SchoolContactFactory(school=other)
    assert SchoolDuplicate.objects.get().score > before


def test_a_pair_that_is_no_longer_alike_leaves_the_queue_and_may_come_back(cast, double, planner):
    change_school(school=double, values={"name_zh": "太行路小学"}, by=planner, reason="Typing error")
    pair = SchoolDuplicate.objects.get()
    assert pair.status == PairStatus.OPEN  # its former name is still the other one's name
    change_school(school=double, values={"former_names": ""}, by=planner, reason="Typing error")
    pair.refresh_from_db()
    assert pair.status == PairStatus.LAPSED
    change_school(school=double, values={"name_zh": cast.school.name_zh}, by=planner, reason="Sorry")
    pair.refresh_from_db()
    assert pair.status == PairStatus.OPEN


def test_two_that_were_found_different_are_never_asked_again(cast, pair, chief_planner):
    perform(pair, "keep_apart", by=chief_planner, reason="Two campuses with their own approval")
    search_all()
    pair.refresh_from_db()
    assert pair.status == PairStatus.DIFFERENT
    assert SchoolDuplicate.objects.count() == 1


def test_the_nightly_search_finds_what_was_written_in_bulk(cast, double):
    SchoolDuplicate.objects.all().delete()
    MatchKey.objects.all().delete()
    report = search(SCHOOLS)
    assert (report.found, SchoolDuplicate.objects.count()) == (1, 1)
    assert search(SCHOOLS).found == 0


def test_the_search_asks_as_many_questions_for_many_schools_as_for_few(cast, django_assert_num_queries):
    SchoolFactory.create_batch(3)
    search(SCHOOLS)
    with django_assert_num_queries(6):
        search(SCHOOLS)
    SchoolFactory.create_batch(20)
    with django_assert_num_queries(6):
        search(SCHOOLS)


def test_keys_are_digests_not_names(cast, double):
    assert all(len(row.key) == 64 for row in MatchKey.objects.all())


# --- who ---------------------------------------------------------------------------------------

RIGHTS = {
    "finance_clerk": {"view"},
    "auditor": {"view"},
    "bureau_leader": {"view"},
    "basic_officer": set(),
    "office_chief": set(),
    "personnel_clerk": set(),
    "district_reviewer": set(),
    "principal": set(),
    "system_admin": set(),
    "security_admin": set(),
    "outsider": set(),
    "inactive": set(),
}


@pytest.mark.parametrize(("name", "verbs"), RIGHTS.items())
def test_the_queue_is_open_to_the_section_that_adjusts_the_register(cast, pair, name, verbs):
    user = getattr(cast, name)
    assert {verb for verb in ("view", "merge", "add") if may(user, verb, pair)} == verbs


def test_the_chief_of_the_section_merges(pair, chief_planner, planner):
    assert may(chief_planner, "merge", pair)
    assert not may(planner, "merge", pair)
    assert [step.name for step in available(pair, chief_planner)] == ["merge", "keep_apart"]
    assert available(pair, planner) == []


def test_nobody_takes_up_a_double_outside_a_merge(pair, cast, chief_planner):
    names = {step.name for step in available(cast.school, chief_planner)}
    assert not names & {"fold", "absorb"}
    with pytest.raises(NotPermitted):
        perform(cast.school, "fold", by=chief_planner, reason=REASON, data={"survivor": None, "released": []})


def test_a_clerk_who_tries_is_refused_and_nothing_moves(pair, planner):
    with pytest.raises(NotPermitted):
        joined(pair, planner)
    pair.refresh_from_db()
    assert pair.status == PairStatus.OPEN
    assert not School.objects.filter(merged_into__isnull=False).exists()


# --- merged ------------------------------------------------------------------------------------


def test_the_survivor_takes_the_chosen_values_and_the_other_becomes_a_tombstone(
    cast, pair, double, chief_planner
):
    done = joined(pair, chief_planner, values={"founded_on": "second"})
    kept = School.objects.get(pk=cast.school.pk)
    gone = School.objects.get(pk=double.pk)
    assert (done.status, done.survivor) == (PairStatus.MERGED, kept)
    assert (kept.founded_on, kept.code) == (date(1953, 9, 1), SCHOOL)
    assert (gone.status, gone.merged_into, gone.code) == (SchoolStatus.DOUBLE, kept, "2114990077")


def test_a_code_that_is_chosen_from_the_double_changes_places(cast, pair, double, chief_planner):
    joined(pair, chief_planner, values={"code": "second"})
    assert School.objects.get(pk=cast.school.pk).code == "2114990077"
    assert School.objects.get(pk=double.pk).code == SCHOOL


def test_a_proposed_record_gives_its_place_without_a_code(cast, chief_planner):
    proposed = second_record(cast.school, proposed=True)
    apply_remits(objects=[proposed])
    pair = SchoolDuplicate.objects.get(second=proposed)
    joined(pair, chief_planner, keep="second", values={"code": "first", "school_type": "first"})
    assert School.objects.get(pk=proposed.pk).code == SCHOOL
    assert School.objects.get(pk=cast.school.pk).code is None


def test_what_was_taken_stands_among_the_changes_with_the_old_value(cast, pair, chief_planner):
    joined(pair, chief_planner, values={"founded_on": "second"})
    line = SchoolChange.objects.get(school=cast.school)
    assert (line.field, line.old, line.new, line.source) == (
        "founded_on",
        "1985-09-01",
        "1953-09-01",
        "double",
    )


def test_everything_that_hangs_on_the_double_moves(cast, pair, double, chief_planner):
    SchoolContactFactory(school=double)
    SchoolLeaderFactory(school=double)
    SchoolFactsFactory(school=double, year=2024)
    Campus.objects.create(school=double, name_zh="东校区", address="东街")
    joined(pair, chief_planner)
    for rows in (cast.school.contacts, cast.school.leaders, cast.school.facts, cast.school.campuses):
        assert rows.count() == 1
    assert not double.contacts.exists()


def test_figures_of_a_year_that_both_have_stay_with_the_double(cast, pair, double, chief_planner):
    for school in (cast.school, double):
        SchoolFactsFactory(school=school, year=2025)
    SchoolFactsFactory(school=double, year=2024)
    joined(pair, chief_planner)
    assert list(cast.school.facts.values_list("year", flat=True)) == [2025, 2024]
    assert list(double.facts.values_list("year", flat=True)) == [2025]


def test_two_main_campuses_become_one(cast, pair, double, chief_planner):
    for school in (cast.school, double):
        Campus.objects.create(school=school, name_zh=f"校区{school.pk}", address="街", is_main=True)
    joined(pair, chief_planner)
    assert [row.is_main for row in cast.school.campuses.all()] == [True, False]


def test_an_open_confirmation_moves_with_its_work_item(cast, pair, double, chief_planner):
    row = perform(
        Confirmation(school=double, year=2026, asked_on=date(2026, 9, 1), due_on=date(2027, 1, 1)),
        "ask",
        by=cast.basic_officer,
    )
    joined(pair, chief_planner)
    row.refresh_from_db()
    assert row.school == cast.school
    assert may(cast.principal, "confirm", row)
    assert workflow_agrees()


def workflow_agrees():
    from bureau.workflow.items import disagreements

    return not list(disagreements())


def test_both_histories_are_read_at_the_survivor(cast, pair, double, chief_planner):
    change_school(school=double, values={"address": "东街2号"}, by=cast.basic_clerk)
    joined(pair, chief_planner)
    labels = [line.label for line in history(School.objects.get(pk=cast.school.pk))]
    assert any("double record" in label for label in labels)
    assert any("(at the merged record)" in label for label in labels)
    assert "东街2号" in [row.new for row in recent_changes(cast.school)]
    assert history(cast.school)[0].reason == REASON
    assert Event.objects.filter(action="schools.school.merged", object_id=str(cast.school.pk)).exists()


def test_rights_and_shares_follow(cast, pair, double, chief_planner):
    friend = person("friend")
    grant(double, to=friend, verb="view", until=date(2099, 1, 1), reason="Helps", by=chief_planner)
    joined(pair, chief_planner)
    assert [share.user for share in shares_of(cast.school)] == [friend]
    assert not drift()
    stage = double.stages.get()
    assert not permitted(cast.personnel_clerk, "view_teachers", type(stage)).filter(pk=stage.pk).exists()


def test_the_longer_of_two_shares_counts(cast, pair, double, chief_planner):
    friend = person("friend")
    for school, until in ((cast.school, date(2098, 1, 1)), (double, date(2099, 1, 1))):
        grant(school, to=friend, verb="view", until=until, reason="Helps", by=chief_planner)
    joined(pair, chief_planner)
    assert [share.until for share in shares_of(cast.school)] == [date(2099, 1, 1)]


def test_people_of_the_double_lose_access_and_are_told(cast, pair, double, chief_planner):
    head = person("second_head", (double.unit, Role.PRINCIPAL))
    joined(pair, chief_planner)
    assert not permitted(head, "view", School).exists()
    assert Notice.objects.filter(user=head, kind="schools.double_ended").count() == 1
    assert Notice.objects.filter(user=cast.principal, kind="schools.double_merged").count() == 1
    assert Notice.objects.filter(user=cast.district_reviewer, kind="schools.double_merged").count() == 1
    assert Membership.objects.filter(user=head).count() == 1


def test_open_requests_are_decided_first(cast, pair, double, chief_planner):
    head = person("second_head", (double.unit, Role.PRINCIPAL))
    change_school(school=double, values={"name_zh": "新小学"}, by=head, reason="Renamed")
    with pytest.raises(Invalid, match="Decide them first"):
        joined(pair, chief_planner)
    assert School.objects.get(pk=double.pk).status == SchoolStatus.OPEN


def test_other_questions_about_the_double_become_questions_about_the_survivor(cast, double, chief_planner):
    third = second_record(cast.school, code="2114990088")
    apply_remits(objects=[third])
    fourth_pair = SchoolDuplicate.objects.get(first=double, second=third)
    perform(fourth_pair, "keep_apart", by=chief_planner, reason="Another street")
    SchoolDuplicate.objects.get(first=cast.school, second=third).delete()
    joined(SchoolDuplicate.objects.get(first=cast.school, second=double), chief_planner)
    fourth_pair.refresh_from_db()
    assert (fourth_pair.first, fourth_pair.second) == (cast.school, third)
    assert fourth_pair.status == PairStatus.DIFFERENT
    search_all()
    assert SchoolDuplicate.objects.filter(status=PairStatus.OPEN).count() == 0


def test_a_chain_of_merges_leads_to_the_last_record(cast, pair, double, chief_planner):
    third = second_record(cast.school, code="2114990088")
    apply_remits(objects=[third])
    joined(pair, chief_planner, keep="second")
    second = SchoolDuplicate.objects.get(status=PairStatus.OPEN)
    assert {second.first, second.second} == {double, third}
    joined(second, chief_planner, keep="second")
    assert set(third.merged_from.values_list("pk", flat=True)) == {cast.school.pk, double.pk}


# --- refused -----------------------------------------------------------------------------------


def test_a_pair_is_merged_once(pair, chief_planner):
    joined(pair, chief_planner)
    with pytest.raises(WrongState):
        joined(pair, chief_planner)


def test_a_record_that_changed_since_it_was_read_is_not_merged(cast, pair, double, chief_planner):
    seen = (cast.school.version, double.version)
    change_school(school=double, values={"address": "东街2号"}, by=cast.basic_clerk)
    with pytest.raises(Conflict, match="changed after you opened"):
        joined(pair, chief_planner, seen=seen)


def test_without_a_reason_or_a_choice_nothing_is_merged(pair, chief_planner):
    with pytest.raises(Invalid, match="reason"):
        merge(pair=pair, keep="first", values={}, by=chief_planner, reason=" ")
    with pytest.raises(Invalid, match="which of the two"):
        merge(pair=pair, keep="third", values={}, by=chief_planner, reason=REASON)


def test_a_merge_that_fails_in_its_last_step_leaves_nothing(cast, pair, double, chief_planner, monkeypatch):
    SchoolLeaderFactory(school=double)

    def full_disk(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(merging, "index_records", full_disk)
    before = snapshot()
    with pytest.raises(OSError, match="disk full"):
        joined(pair, chief_planner, values={"code": "second", "founded_on": "second"})
    assert snapshot() == before


def snapshot():
    models = [one.model for one in DEPENDANTS if one.how != "rights"]
    rows = {model: sorted(model._base_manager.values_list()) for model in {*models, School, SchoolDuplicate}}
    return rows, HistoryEntry.objects.count(), Notice.objects.count()


def test_a_table_that_nobody_declared_stops_the_merge(pair, chief_planner, monkeypatch):
    monkeypatch.delitem(DEPENDANTS._entries, "schools.schoolleader.school")
    with pytest.raises(Invalid, match=r"schools\.schoolleader\.school"):
        joined(pair, chief_planner)


# --- addresses ---------------------------------------------------------------------------------


def test_the_old_address_leads_to_the_survivor(client, cast, pair, double, chief_planner):
    joined(pair, chief_planner)
    client.force_login(chief_planner)
    detail = reverse("desk:schools:school_detail", args=[double.pk])
    assert client.get(detail).url == reverse("desk:schools:school_detail", args=[cast.school.pk])
    assert client.get(reverse("desk:schools:school_history", args=[double.pk])).status_code == 200


def test_the_public_address_of_the_double_leads_to_the_school(client, cast, pair, double, chief_planner):
    assert client.get(f"/zh/schools/{double.code}/").status_code == 200
    joined(pair, chief_planner)
    answer = client.get(f"/zh/schools/{double.code}/")
    assert (answer.status_code, answer.url) == (302, f"/zh/schools/{cast.school.code}/")
    assert not permitted(PUBLIC, "view", School).filter(pk=double.pk).exists()
    assert client.get("/zh/schools/2114999999/").status_code == 404


def test_the_number_of_the_double_is_still_found(client, cast, pair, double, chief_planner):
    joined(pair, chief_planner)
    client.force_login(chief_planner)
    page = client.get(reverse("desk:schools:school_list"), {"q": double.code})
    assert double.code in page.content.decode()


def test_all_figures_of_a_school_count_once_after_a_merge(cast, pair, double, chief_planner):
    SchoolFactsFactory(school=double, year=2024)
    before = SchoolFacts.objects.count()
    joined(pair, chief_planner)
    assert SchoolFacts.objects.count() == before
