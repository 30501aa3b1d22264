"""Another chart over the running bureau: rights, people and open records move together or not at all."""

import pytest
from django.utils import timezone

from bureau.access import remits, reorganisation
from bureau.access.checks import charter_findings
from bureau.access.services import permitted
from bureau.audit.models import Event
from bureau.charter.choices import Role
from bureau.charter.models import Charter, HeldCapability, Membership, Move, Unit
from bureau.charter.selectors import chart_in_force
from bureau.workflow.models import WorkItem
from schools.models import School, SchoolGroupGrant
from tests.cast import person
from tests.workflow_app.models import Paper, Status

pytestmark = pytest.mark.django_db


def section(key):
    return Unit.objects.get(key=key)


def units_of(user):
    return {row.unit.key for row in user.memberships.select_related("unit")}


def grants():
    return set(SchoolGroupGrant.objects.values_list("group_id", "permission_id", "content_object_id"))


@pytest.fixture
def staff(cast):
    """People in sections that compact.toml merges, and a deputy in charge of two of them."""
    cast.safety_clerk = person("safety_clerk", (section("safety_law"), Role.CLERK))
    cast.adult_clerk = person("adult_clerk", (section("adult"), Role.CLERK))
    cast.vocational_clerk = person("vocational_clerk", (section("vocational"), Role.CLERK))
    cast.second_deputy = person("second_deputy", (section("bureau"), Role.DEPUTY_LEADER))
    cast.second_deputy.memberships.get().in_charge_of.set([section("office"), section("safety_law")])
    return cast


def test_loading_the_chart_in_force_again_changes_nothing_and_says_so(cast, load):
    before, rows = Charter.objects.count(), grants()

    report = load("jinzhong")

    assert report.changes_nothing
    assert (Charter.objects.count(), grants()) == (before, rows)
    assert not Event.objects.filter(action="charter.charter.loaded").exclude(
        object_id=Charter.objects.get().pk
    )


def test_compact_again_changes_nothing_though_its_sports_section_succeeds_nobody(staff, load):
    load("compact")
    person("trainer", (section("sports_health_art"), Role.CLERK))

    assert load("compact").changes_nothing


def test_people_go_where_the_new_chart_says(staff, load):
    load("compact")

    assert units_of(staff.safety_clerk) == {"office"}
    assert units_of(staff.preschool_clerk) == {"basic"}
    assert units_of(staff.adult_clerk) == {"vocational_adult"}
    assert units_of(staff.personnel_clerk) == {"personnel"}


def test_rights_change_with_the_chart_at_once(staff, load):
    from tests.factories.schools import SchoolFactory

    kindergarten = SchoolFactory(kindergarten=True)
    remits.apply_remits(objects=[kindergarten])
    assert set(permitted(staff.preschool_clerk, "view", School)) == {kindergarten}
    assert not permitted(staff.basic_clerk, "change", School).filter(pk=kindergarten.pk).exists()

    report = load("compact")

    assert permitted(staff.preschool_clerk, "view", School).count() == 3
    assert permitted(staff.basic_clerk, "change", School).filter(pk=kindergarten.pk).exists()
    assert report.grants.lost["preschool", "school", "view"] == 1
    assert report.grants.gained["basic", "school", "change"] == 1


def test_what_is_announced_is_what_happens(staff, load):
    promised = reorganisation.preview(reorganisation.read("compact"))
    before = grants()

    report = load("compact")

    assert promised.grants == report.grants
    assert sum(n for (_u, over, _v), n in report.grants.gained.items() if over == "school") == len(
        grants() - before
    )
    assert not remits.drift()
    assert not [finding for finding in charter_findings() if finding.is_failure and "Grants" in str(finding)]


def test_a_preview_writes_nothing(staff):
    before = (Charter.objects.count(), grants(), Unit.objects.count(), HeldCapability.objects.count())

    reorganisation.preview(reorganisation.read("compact"))

    assert before == (Charter.objects.count(), grants(), Unit.objects.count(), HeldCapability.objects.count())


def test_a_section_that_is_gone_keeps_its_name_and_holds_nothing(staff, load):
    load("compact")

    gone = section("safety_law")
    assert (gone.is_active, gone.ended_on, gone.successor) == (False, timezone.localdate(), section("office"))
    assert gone.name_zh == "安全法规科"
    assert not gone.held.exists()
    assert not gone.remits.exists()
    assert not SchoolGroupGrant.objects.filter(group=gone.group).exists()
    assert (
        Move.objects.get(object_id=staff.safety_clerk.memberships.get().pk, field="unit").from_name
        == "安全法规科"
    )


def test_a_deputy_leader_keeps_charge_of_what_followed(staff, load):
    load("compact")

    charge = staff.second_deputy.memberships.get().in_charge_of
    assert set(charge.values_list("key", flat=True)) == {"office"}


def test_an_empty_region_leaves_the_districts_and_the_region(staff, load):
    load("compact")

    assert Charter.objects.first().region == "140700"
    assert set(permitted(staff.district_reviewer, "view", School)) == {staff.school}


def test_open_records_move_and_closed_ones_keep_the_old_section(staff, load):
    office, safety = section("office"), section("safety_law")
    common = {"owner": office, "section": safety}
    still_open = Paper.objects.create(subject="open", status=Status.ASSIGNED, **common)
    closed = Paper.objects.create(subject="closed", status=Status.CLOSED, **common)

    report = load("compact")

    still_open.refresh_from_db()
    closed.refresh_from_db()
    assert still_open.section == office
    assert closed.section == safety
    assert report.records["workflow_app.paper", "safety_law", "office"] == 1


def test_the_inbox_follows_the_record(staff, load):
    paper = Paper.objects.create(
        subject="open", status=Status.ASSIGNED, owner=section("office"), section=section("safety_law")
    )
    WorkItem.objects.create(
        kind="workflow_app.paper", object_id=paper.pk, unit=section("safety_law"), label="Draft"
    )

    load("compact")

    assert set(WorkItem.objects.filter(object_id=paper.pk).values_list("unit__key", flat=True)) == {"office"}


def test_the_owner_of_a_record_is_the_new_holder_of_its_capability(staff, load):
    paper = Paper.objects.create(subject="teacher", status=Status.RECEIVED, owner=section("personnel"))

    load("compact")

    paper.refresh_from_db()
    assert paper.owner == section("teacher_training")
    assert section("personnel").is_active


def test_a_split_without_a_moves_file_is_refused_with_everyone_it_concerns(staff, load):
    load("compact")
    before = (grants(), chart_in_force(), Membership.objects.count())

    with pytest.raises(reorganisation.NoDestination) as refused:
        load("jinzhong")

    named = "\n".join(refused.value.sentences())
    assert "Safety Clerk · clerk, in “office”" in named
    assert "Office Clerk · clerk, in “office”" in named
    assert "Adult Clerk · clerk, in “vocational_adult”" in named
    assert "Personnel Clerk" not in named
    assert (grants(), chart_in_force(), Membership.objects.count()) == before


def test_the_prepared_moves_take_everyone_back_to_where_they_came_from(staff, load, prepared):
    before = {user.pk: units_of(user) for user in staff.people().values()}
    rows, paper = (
        grants(),
        Paper.objects.create(
            subject="open", status=Status.ASSIGNED, owner=section("office"), section=section("safety_law")
        ),
    )
    load("compact")

    report = load("jinzhong", moves=prepared("jinzhong"))

    assert {user.pk: units_of(user) for user in staff.people().values()} == before
    assert units_of(staff.adult_clerk) == {"adult"}
    charge = staff.second_deputy.memberships.get().in_charge_of
    assert set(charge.values_list("key", flat=True)) == {"office", "safety_law"}
    paper.refresh_from_db()
    assert paper.section == section("safety_law")
    assert grants() == rows
    assert report.stale_lines == 0
    assert section("safety_law").successor is None


def test_somebody_who_joined_a_merged_section_must_be_given_a_place(staff, load, prepared):
    load("compact")
    newcomer = person("newcomer", (section("vocational_adult"), Role.CLERK))

    with pytest.raises(reorganisation.NoDestination) as refused:
        load("jinzhong", moves=prepared("jinzhong"))
    assert [line.what for line in refused.value.lines] == ["Newcomer · clerk"]

    load("jinzhong", moves=prepared("jinzhong", edit=lambda text: text.replace('to = ""', 'to = "adult"')))
    assert units_of(newcomer) == {"adult"}


def test_a_default_for_the_whole_section_places_whoever_has_no_line(staff, load, prepared):
    load("compact")
    newcomer = person("newcomer", (section("vocational_adult"), Role.CLERK))

    load(
        "jinzhong",
        moves=prepared(
            "jinzhong",
            edit=lambda text: text.replace('"vocational_adult" = ""', '"vocational_adult" = "vocational"'),
        ),
    )

    assert units_of(newcomer) == {"vocational"}
    assert units_of(staff.adult_clerk) == {"adult"}


def test_two_equal_memberships_become_one_when_their_sections_merge(staff, load):
    both = person("both", (section("office"), Role.CLERK), (section("safety_law"), Role.CLERK))

    load("compact")

    assert both.memberships.get().unit.key == "office"


def test_an_ended_membership_stays_in_its_section(staff, load):
    retired = person("retired", (section("retirees"), Role.CLERK))
    retired.memberships.update(until=timezone.localdate() - timezone.timedelta(days=1))

    load("compact")

    assert units_of(retired) == {"retirees"}


def test_a_fault_in_the_last_step_leaves_the_old_chart(staff, load, monkeypatch):
    before = (grants(), chart_in_force(), Unit.objects.filter(is_active=True).count())

    def fail(*args, **kwargs):
        raise RuntimeError("the power failed")

    monkeypatch.setattr(reorganisation.audit, "record", fail)
    with pytest.raises(RuntimeError):
        load("compact")

    assert (grants(), chart_in_force(), Unit.objects.filter(is_active=True).count()) == before
    assert units_of(staff.safety_clerk) == {"safety_law"}


def test_the_load_is_in_the_audit_with_counts_and_without_names(staff, load):
    load("compact", by=staff.security_admin)

    event = Event.objects.filter(action="charter.charter.loaded").latest("pk")
    assert event.actor_id == staff.security_admin.pk
    assert event.detail["from"] == "jinzhong"
    assert "personnel.qualification" in " ".join(event.detail["capabilities_lost"])
    assert "Clerk" not in str(event.detail)


def test_a_section_renamed_in_the_file_is_renamed_and_keeps_its_people(staff, load):
    report = load(
        "jinzhong", change=lambda text: text.replace('name = "Office"', 'name = "General Office"', 1)
    )

    assert report.diff.renamed == ("office",)
    assert section("office").name == "General Office"
    assert units_of(staff.office_clerk) == {"office"}


def test_a_chart_that_drops_a_section_without_saying_who_follows_is_refused(staff, load):
    def without_safety(text):
        text = text.replace('"safety_law.incidents" = "safety_law"\n', "").replace(
            '"safety_law.hazards" = "safety_law"\n', ""
        )
        begin = text.index('[[section]]\nkey = "safety_law"')
        return text[:begin] + text[text.index("[[section]]", begin + 5) :]

    with pytest.raises(reorganisation.NoDestination) as refused:
        load("jinzhong", change=without_safety)

    assert {line.unit for line in refused.value.lines} == {"safety_law"}


def test_what_a_section_left_behind_falls_to_the_lead_or_only_holder(staff):
    from bureau.access.standing import standing
    from bureau.charter.capabilities import CAPABILITIES

    name = CAPABILITIES.keys()[0]
    verb = next(iter(CAPABILITIES[name].holder))
    HeldCapability.objects.filter(capability=name).delete()
    HeldCapability.objects.create(unit=section("basic"), capability=name)
    preschool, basic = section("preschool").pk, section("basic").pk
    assert standing(staff.preschool_clerk).holder_units(name, verb) == set()
    assert standing(staff.basic_clerk).holder_units(name, verb) >= {basic, preschool}

    HeldCapability.objects.create(unit=section("preschool"), capability=name, is_lead=True)

    assert standing(staff.basic_clerk).holder_units(name, verb) == {basic}
    assert standing(staff.preschool_clerk).holder_units(name, verb) >= {preschool, section("office").pk}
