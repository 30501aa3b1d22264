"""manage.py charter load|diff|check."""

import pytest
from django.core.management import CommandError, call_command

from bureau.charter.choices import Role
from bureau.charter.models import Charter, HeldCapability, Unit
from schools.models import SchoolGroupGrant
from tests.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys):
    def call(*arguments):
        call_command("charter", *arguments)
        return capsys.readouterr().out

    return call


def test_the_first_load_lists_sections_and_capabilities(run):
    said = run("load", "compact")

    assert "section + vocational_adult" in said
    assert "capability + office: office.letters" in said
    assert Charter.objects.get().key == "compact"


def test_a_load_lists_every_grant_gained_and_lost_by_unit_and_verb(cast, run):
    said = run("load", "compact")

    assert "grants - ideological: view school × 2" not in said
    assert "grants - safety_law: view school × 2" in said
    assert "grants + sports_health_art: view school × 2" in said
    assert "person Preschool Clerk · clerk: preschool → basic" in said


def test_a_second_load_says_that_nothing_changes(run):
    run("load", "jinzhong")

    assert run("load", "jinzhong").strip() == "“jinzhong” is in force already; nothing changes."


def test_diff_shows_the_same_and_changes_nothing(cast, run):
    said = run("diff", "compact")

    assert "grants - safety_law: view school × 2" in said
    assert Charter.objects.get().key == "jinzhong"


def test_diff_writes_the_moves_that_load_asks_for(cast, run, tmp_path):
    run("load", "compact")
    with pytest.raises(CommandError, match="--write-moves"):
        run("load", "jinzhong")

    file = tmp_path / "moves.toml"
    run("diff", "jinzhong", "--write-moves", str(file))
    assert 'what = "Preschool Clerk · clerk"' in file.read_text(encoding="utf-8")
    run("load", "jinzhong", "--moves", str(file))

    assert cast.preschool_clerk.memberships.get().unit.key == "preschool"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('to = "preschool"', 'to = "preschol"', "“preschol” is no section of the new chart"),
        ('to = "jinzhong"', 'to = "compact"', "The file was made for"),
        ("[units]", "[units]\nofice = 'office'", "“ofice” is no section of the chart in force"),
        ("[units]", "[untis]", "“untis” does not belong in a moves file"),
        ("[units]", "[units", "This is not TOML"),
        ('kind = "charter.membership"\n', "", "A line needs kind, id, field, unit and to"),
    ],
)
def test_a_wrong_moves_file_is_refused_with_line_and_reason(cast, run, tmp_path, old, new, sentence):
    run("load", "compact")
    file = tmp_path / "moves.toml"
    run("diff", "jinzhong", "--write-moves", str(file))
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    with pytest.raises(CommandError, match=rf"Line \d+: .*{sentence}"):
        run("load", "jinzhong", "--moves", str(file))
    assert Charter.objects.latest("pk").key == "compact"


def test_a_chart_with_a_typing_error_is_refused_with_its_line(run, tmp_path):
    file = tmp_path / "wrong.toml"
    file.write_text('key = "wrong"\nname "Bureau"\n', encoding="utf-8")

    with pytest.raises(CommandError, match="Line 2: This is not TOML"):
        run("load", str(file))
    assert not Charter.objects.exists()


def test_check_is_content_with_the_chart_and_says_what_is_not_yet_available(charter_jinzhong, run):
    said = run("check", "jinzhong")

    assert "Not yet available: the capability “vocational.guidance”." in said
    assert "in order" in said


def test_check_fails_when_another_file_is_named(charter_jinzhong, run):
    with pytest.raises(CommandError):
        run("check", "compact")


def test_check_finds_rows_that_are_missing_and_rows_that_nobody_gave(cast, run, capsys):
    office = Unit.objects.get(key="office")
    row = SchoolGroupGrant.objects.filter(group=office.group).first()
    retirees = Unit.objects.get(key="retirees")
    SchoolGroupGrant.objects.create(
        group=retirees.group, permission=row.permission, content_object=row.content_object
    )
    row.delete()

    with pytest.raises(CommandError):
        run("check")

    said = capsys.readouterr().out
    assert "Grants missing: office, view school × 1." in said
    assert "Grants that no remit gives: retirees, view school × 1." in said


def test_check_fails_on_an_installed_capability_without_a_holder(charter_jinzhong, run, capsys):
    from bureau.charter.capabilities import CAPABILITIES

    name = CAPABILITIES.keys()[0]
    HeldCapability.objects.filter(capability=name).delete()

    with pytest.raises(CommandError):
        run("check")
    assert f"No section holds the installed capability “{name}”." in capsys.readouterr().out


def test_a_load_mends_what_was_changed_by_hand(cast, run):
    rows = set(SchoolGroupGrant.objects.values_list("group", "permission", "content_object"))
    SchoolGroupGrant.objects.filter(group__unit__key="basic").delete()

    said = run("load", "jinzhong")

    assert "grants + basic: change school × 2" in said
    assert set(SchoolGroupGrant.objects.values_list("group", "permission", "content_object")) == rows


def test_a_member_without_a_destination_stops_the_load(cast, run):
    run("load", "compact")
    person("trainer", (Unit.objects.get(key="sports_health_art"), Role.CLERK))

    with pytest.raises(CommandError, match="Trainer · clerk, in “sports_health_art”"):
        run("load", "jinzhong")
