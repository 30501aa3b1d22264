"""The key of look-up is changed: nothing is forgotten, nothing is found that should not be, no column is passed over."""

import ast
from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import isolate_apps
from django.utils import timezone

from bureau.identifiers import checks, codes, lookup_key
from bureau.identifiers.digests import DigestField, KeyMarkField, renew
from bureau.identifiers.encryption import EncryptedTextField, keyed_digest
from bureau.identifiers.lookup_key import COLUMNS, Change, Recomputed, Typed
from bureau.registry import OURS
from bureau.settings import environment
from tests.lookup_keys import NEW_KEY, put_a_new_key_first, take_the_former_away


def digest(text):
    return keyed_digest("test", text)


@pytest.fixture
def person_model(transactional_db):
    with isolate_apps("bureau.identifiers"):

        class Person(models.Model):
            number = EncryptedTextField(blank=True)
            digest = DigestField(null=True)
            seal = DigestField(blank=True)
            code_digest = DigestField(blank=True)
            code_key = KeyMarkField("code_digest")

            class Meta:
                app_label = "identifiers"
                constraints = [models.UniqueConstraint(fields=["digest"], name="person_once")]

        with connection.schema_editor() as editor:
            editor.create_model(Person)
        yield Person
        with connection.schema_editor() as editor:
            editor.delete_model(Person)


@pytest.fixture
def column(person_model):
    return Recomputed(person_model, "digest", lambda row: digest(row.number), reads=("number",))


def enter(model, *numbers):
    return [model.objects.create(number=one, digest=digest(one)) for one in numbers]


# -- the keys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,,b", "must be one key, or a list"),
        ("a,", "must be one key, or a list"),
        ("k2:a,k1:b", "a key is base64 and has no name"),
        ("a,b,a", "holds the same key twice"),
    ],
)
def test_a_wrong_list_of_keys_gets_a_sentence(monkeypatch, text, sentence):
    monkeypatch.setenv("LOOKUP_KEY", text)
    with pytest.raises(ImproperlyConfigured, match=sentence):
        environment.key_list("LOOKUP_KEY")


def test_the_first_key_is_the_current_one(monkeypatch):
    monkeypatch.setenv("LOOKUP_KEY", " new , former ")
    assert environment.key_list("LOOKUP_KEY") == ["new", "former"]


def test_a_former_key_that_is_no_key_is_reported(settings):
    settings.LOOKUP_KEYS_FORMER = ["c2hvcnQ="]
    assert [found.msg for found in checks.keys_are_whole()] == [
        "Key 'LOOKUP_KEY, place 2' is not base64 of 32 bytes."
    ]


def test_a_digest_fits_under_each_key_that_is_set_and_no_other(settings):
    before = digest("a")
    put_a_new_key_first(settings)
    assert digest("a") != before
    assert digest("a").fits(str(before)) and digest("a").fits(str(digest("a")))
    assert not digest("b").fits(str(before))
    for wrong in ("", None, "é", str(before)[:-1]):
        assert not digest("a").fits(wrong)
    take_the_former_away(settings)
    assert not digest("a").fits(str(before))


def test_each_comparison_tries_every_key_whatever_is_stored(settings, monkeypatch):
    """Equal work, not equal time: so many digests are made and compared for a right and for a wrong code."""
    code = codes.new_code()
    before = codes.digest("test", code)
    put_a_new_key_first(settings)
    compared = []
    real = codes.Digest.fits
    compare = codes.Digest.fits.__globals__["hmac"].compare_digest

    def counted(one, other):
        compared.append(one)
        return compare(one, other)

    monkeypatch.setattr(real.__globals__["hmac"], "compare_digest", counted)
    counts = set()
    for stored in (str(before), str(codes.digest("test", code)), "0" * 64):
        compared.clear()
        codes.matches("test", code, stored)
        counts.add(len(compared))
    assert counts == {2}


def test_a_code_made_from_a_token_is_given_again_as_it_was(settings):
    first = codes.derived_code("test", "token")
    stored = str(codes.digest("test", first))
    put_a_new_key_first(settings)
    assert codes.derived_code("test", "token") != first
    assert codes.derived_code("test", "token", stored=stored) == first
    assert codes.derived_code("test", "token", stored=str(codes.digest("test", first))) == first


# -- look-up ----------------------------------------------------------------------------------------------


def test_what_a_former_key_made_is_found_by_equal_and_by_in(person_model, settings):
    old, _other = enter(person_model, "a", "b")
    put_a_new_key_first(settings)
    new = enter(person_model, "c")[0]
    rows = person_model.objects.order_by("pk")
    assert rows.get(digest=digest("a")) == old
    assert list(rows.filter(digest__in=[digest("a"), digest("c")])) == [old, new]
    assert rows.exclude(digest=digest("a")).count() == 2
    assert rows.get_or_create(digest=digest("a")) == (old, False)
    take_the_former_away(settings)
    assert not rows.filter(digest=digest("a")).exists()


def test_one_person_stands_once_across_keys(person_model, settings):
    enter(person_model, "a")
    put_a_new_key_first(settings)
    with pytest.raises(ValidationError):
        person_model(number="a", digest=digest("a"), seal="-", code_digest="-").full_clean()
    person_model(number="b", digest=digest("b"), seal="-", code_digest="-").full_clean()


# -- written anew -----------------------------------------------------------------------------------------


def test_after_a_rotation_the_former_key_can_go(person_model, column, settings):
    rows = enter(person_model, "a", "b")
    person_model.objects.create(number="", digest=None)
    put_a_new_key_first(settings)
    assert (column.left().former, column.rotate(), column.rotate(), column.left().former) == (2, 2, 0, 0)
    take_the_former_away(settings)
    assert person_model.objects.get(digest=digest("a")) == rows[0]


def test_many_rows_are_written_in_batches_of_bounded_size(person_model, column, settings, monkeypatch):
    enter(person_model, *"abcdefg")
    put_a_new_key_first(settings)
    monkeypatch.setattr(lookup_key, "BATCH", 3)
    sizes = [len(rows) for rows in lookup_key.batches(person_model.objects.all())]
    assert (sizes, column.rotate(), column.left().former) == ([3, 3, 1], 7, 0)


def test_a_row_that_somebody_changed_meanwhile_is_left_alone(person_model, settings):
    row = enter(person_model, "a")[0]
    put_a_new_key_first(settings)
    change = Change(row.pk, str(row.digest), digest("a"))
    person_model.objects.update(number="b", digest=digest("b"))
    assert lookup_key.write(person_model.objects.all(), "digest", [change]) == 0
    assert person_model.objects.get().digest == digest("b")


def test_one_number_entered_under_both_keys_is_named_and_holds_nobody_up(person_model, column, settings):
    """Two servers, one of which did not know the new key yet."""
    first, second = enter(person_model, "a", "b")
    put_a_new_key_first(settings)
    enter(person_model, "a")
    assert column.rotate() == 1
    assert (column.left().former, column.left().rows) == (1, (first.pk,))
    assert person_model.objects.get(pk=second.pk).digest == digest("b")


def test_a_value_that_fits_no_key_is_made_again_but_never_a_seal(person_model, column, settings):
    person_model.objects.create(number="a", digest="0" * 64, seal="0" * 64)
    put_a_new_key_first(settings)
    seal = Recomputed(person_model, "seal", lambda row: digest(row.number), reads=("number",), heals=False)
    assert (column.left().lost, seal.left().lost) == (1, 1)
    assert (column.rotate(), seal.rotate()) == (1, 0)
    assert person_model.objects.get().seal == "0" * 64


# -- what waits for its owner -----------------------------------------------------------------------------


def coded(model, code):
    return model.objects.create(number="n", code_digest=codes.digest("test", code))


def test_a_right_code_is_written_anew_and_a_wrong_one_changes_nothing(person_model, settings):
    record = coded(person_model, "ABCDE23456")
    before = record.code_digest
    put_a_new_key_first(settings)
    record.refresh_from_db()
    assert not codes.opens("test", "WRONG23456", record)
    record.refresh_from_db()
    assert record.code_digest == before
    assert codes.opens("test", "abcde-23456", record)
    take_the_former_away(settings)
    record.refresh_from_db()
    assert codes.opens("test", "ABCDE23456", record)


def test_codes_are_counted_by_the_key_that_made_them(person_model, settings):
    column = Typed(person_model, "code_digest")
    record = coded(person_model, "ABCDE23456")
    coded(person_model, "FGHJK23456")
    person_model.objects.update(code_key="")  # written by the release before
    assert (column.left().former, column.left().lost) == (0, 0)
    put_a_new_key_first(settings)
    coded(person_model, "MNPQR23456")
    assert (column.left().former, column.rotate()) == (2, 0)
    record.refresh_from_db()
    codes.opens("test", "ABCDE23456", record)
    assert column.left().former == 1
    take_the_former_away(settings)
    assert (column.left().former, column.left().lost) == (0, 1)


def test_the_same_text_again_renews_what_a_former_key_made(person_model, settings):
    row = enter(person_model, "a")[0]
    assert renew(person_model.objects.all(), "digest", digest("a")) == 0
    put_a_new_key_first(settings)
    assert renew(person_model.objects.all(), "digest", digest("a")) == 1
    row.refresh_from_db()
    assert row.digest == str(digest("a"))


# -- nothing is passed over -------------------------------------------------------------------------------


def test_every_column_of_digests_says_how_it_comes_under_another_key():
    columns = {f"{model._meta.label_lower}.{one.name}" for model, one in lookup_key.digest_fields()}
    assert columns == set(COLUMNS.keys())


def test_a_digest_that_cannot_be_made_again_says_by_which_key_it_was_made():
    assert [column.mark for column in COLUMNS if isinstance(column, Typed)]


# Where keyed digests are made → in which columns they stand; none where nothing of them is stored.
MADE = {
    "bureau/backup/keys.py": (),  # the list of a backup, outside of the database
    "bureau/backup/manifest.py": (),
    "bureau/duplicates/keys.py": ("duplicates.matchkey.key",),
    "bureau/identifiers/codes.py": (),  # for those who store a code
    "bureau/public/enclosing.py": ("office.opiniondraft.form_digest", "office.reportdraft.form_digest"),
    "bureau/public/tracking.py": (),  # the work of a wrong number
    "bureau/sheets/uploading.py": ("sheets.sheetupload.digest",),
    "personnel/alike.py": (),  # compared with what stands in duplicates.matchkey.key
    "personnel/identity.py": ("personnel.teacher.id_digest",),
    "schools/returns/workbook/uploading.py": ("sheets.sheetupload.digest",),
    "sections/office/answers/selectors.py": ("office.dismissedfinding.digest",),
    "sections/office/consultations/opinions.py": ("office.opinion.code_digest",),
    "sections/office/consultations/public.py": ("office.opinion.code_digest",),
    "sections/office/letter_figures/models.py": ("office.letterreport.seal",),
    "sections/office/letters/demo_past.py": ("office.letter.code_digest",),
    "sections/office/letters/drafts.py": ("office.letterdraft.code_digest", "office.letterdraft.form_digest"),
    "sections/office/letters/public.py": ("office.letter.code_digest",),
    "sections/office/letters/same_writer.py": ("office.letter.sender_digest",),
    "sections/office/letters/services.py": ("office.letter.code_digest",),
    "sections/office/person_reports/accused.py": ("office.reportedperson.person_digest",),
    "sections/office/person_reports/public.py": ("office.personreport.code_digest",),
    "sections/office/person_reports/services.py": ("office.personreport.code_digest",),
}


def makes_digests(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return bool({"keyed_digest", "digests_for"} & names) or any(
        isinstance(node, ast.Attribute)
        and node.attr in ("digest", "matches", "opens", "derived_code", "keyed_digest")
        and isinstance(node.value, ast.Name)
        and node.value.id in ("codes", "encryption")
        for node in ast.walk(tree)
    )


def test_whoever_makes_a_keyed_digest_says_in_which_declared_column_it_stands():
    """A new module in this list must say how its digests survive a change of the key."""
    root = configured.ROOT
    folders = {root / name.rstrip(".").replace(".", "/") for name in OURS} - {root / "tests"}
    paths = {path for folder in folders for path in folder.rglob("*.py")}
    found = {path.relative_to(root).as_posix() for path in paths if makes_digests(path)}
    assert found - {"bureau/identifiers/encryption.py"} == set(MADE)
    assert {name for names in MADE.values() for name in names} == set(COLUMNS.keys())
    for name in COLUMNS.keys():  # noqa: SIM118 – a registry is iterated by its entries
        label, _dot, field = name.rpartition(".")
        assert isinstance(apps.get_model(label)._meta.get_field(field), DigestField)


# -- the command ------------------------------------------------------------------------------------------


def said(act):
    out = StringIO()
    call_command("lookup_key", act, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_says_when_the_former_key_may_go(settings):
    from bureau.accounts.models import User
    from bureau.sheets.models import SheetUpload

    owner = User.objects.create_user("liming", name="Li Ming")
    SheetUpload.objects.create(owner=owner, sheet="t", file_name="t", digest=digest("file"), table={})
    assert "One key is set" in said("status")
    put_a_new_key_first(settings)
    assert settings.LOOKUP_KEY == NEW_KEY
    ends = timezone.localtime(timezone.now() + timedelta(hours=settings.SHEET_KEPT_HOURS))
    spoken = said("rotate")
    assert "personnel.teacher.id_digest: 0 written, 0 under a former key, 0 under none." in spoken
    assert f"sheets.sheetupload.digest: 1 need the former key, until {ends:%Y-%m-%d}" in spoken
    assert "stops working without the former key" in spoken
    SheetUpload.objects.all().delete()
    assert "Nothing needs the former key" in said("status")


@pytest.mark.django_db
def test_the_command_fails_while_something_waits_to_be_written(settings):
    from sections.office.letter_figures.models import LetterReport  # a table with a seal of its own row
    from tests.factories.letter_figures import stored_report

    report = stored_report()
    LetterReport.objects.filter(pk=report.pk).update(seal=report.fingerprint())
    put_a_new_key_first(settings)
    with pytest.raises(CommandError, match=r"run “manage.py lookup_key rotate” for office.letterreport.seal"):
        said("status")
    assert "office.letterreport.seal: 1 written" in said("rotate")
    take_the_former_away(settings)
    assert LetterReport.objects.get().is_intact
