"""Personal numbers at rest: closed to whoever has the database alone."""

import copy
import pickle

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection, models
from django.test.utils import isolate_apps

from bureau.identifiers import checks, encryption, services
from bureau.identifiers.encryption import CannotDecrypt, EncryptedTextField
from bureau.settings.environment import derived_key

NUMBER = "11010519491231002X"


@pytest.fixture
def person_model(transactional_db):
    with isolate_apps("bureau.identifiers"):

        class Person(models.Model):
            number = EncryptedTextField(blank=True, null=True)
            other = EncryptedTextField(blank=True, null=True)

            class Meta:
                app_label = "identifiers"

        with connection.schema_editor() as editor:
            editor.create_model(Person)
        yield Person
        with connection.schema_editor() as editor:
            editor.delete_model(Person)


def stored(model, column="number"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_what_the_database_holds_is_not_the_number(person_model):
    person_model.objects.create(number=NUMBER)
    assert stored(person_model)[0].startswith("k1:")
    assert NUMBER not in stored(person_model)[0]
    assert person_model.objects.get().number == NUMBER
    assert person_model.objects.values_list("number", flat=True).get() == NUMBER


def test_the_same_number_is_stored_differently_each_time(person_model):
    person_model.objects.bulk_create([person_model(number=NUMBER), person_model(number=NUMBER)])
    first, second = stored(person_model)
    assert first != second


def test_an_update_is_encrypted_too(person_model):
    row = person_model.objects.create(number="")
    person_model.objects.update(number=NUMBER)
    row.other = NUMBER
    person_model.objects.bulk_update([row], ["other"])
    assert NUMBER not in stored(person_model)[0] + stored(person_model, "other")[0]
    row.refresh_from_db()
    assert (row.number, row.other) == (NUMBER, NUMBER)


def test_empty_and_missing_stay_what_they_are(person_model):
    person_model.objects.create(number="", other=None)
    assert stored(person_model) == [""]
    assert person_model.objects.filter(other__isnull=True).get().number == ""


@pytest.mark.parametrize("lookup", ["exact", "icontains", "startswith", "in"])
def test_a_look_up_by_the_number_itself_is_refused(person_model, lookup):
    with pytest.raises(FieldError):
        list(person_model.objects.filter(**{f"number__{lookup}": NUMBER}))


def test_a_value_moved_to_another_column_does_not_open(person_model):
    person_model.objects.create(number=NUMBER)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {person_model._meta.db_table} SET other = number")
    with pytest.raises(CannotDecrypt):
        person_model.objects.get()


def test_an_altered_value_does_not_open():
    sealed = encryption.encrypt(NUMBER, column="a.b")
    altered = sealed[:-4] + ("AAAA" if sealed[-4:] != "AAAA" else "BBBB")
    with pytest.raises(CannotDecrypt):
        encryption.decrypt(altered, column="a.b")
    with pytest.raises(CannotDecrypt):
        encryption.decrypt(f"gone:{sealed.partition(':')[2]}", column="a.b")


def test_after_a_rotation_the_older_key_can_go(person_model, settings):
    person_model.objects.create(number=NUMBER)
    person_model.objects.create(number="")
    old, new = settings.FIELD_KEYS["k1"], derived_key("another", "key")
    settings.FIELD_KEYS = {"k2": new, "k1": old}
    field = person_model._meta.get_field("number")
    assert services.rotate_field(person_model, field) == 1
    assert services.rotate_field(person_model, field) == 0
    settings.FIELD_KEYS = {"k2": new}
    assert person_model.objects.order_by("pk").first().number == NUMBER
    assert encryption.key_id_of(stored(person_model)[0]) == "k2"


def test_a_digest_differs_by_purpose_and_needs_the_key(settings):
    assert encryption.keyed_digest("a", NUMBER) == encryption.keyed_digest("a", NUMBER)
    assert encryption.keyed_digest("a", NUMBER) != encryption.keyed_digest("b", NUMBER)
    before = encryption.keyed_digest("a", NUMBER)
    settings.LOOKUP_KEY = derived_key("another", "key")
    assert encryption.keyed_digest("a", NUMBER) != before
    settings.LOOKUP_KEY = ""
    with pytest.raises(ImproperlyConfigured):
        encryption.keyed_digest("a", NUMBER)


def test_missing_and_short_keys_are_reported(settings):
    assert checks.keys_are_whole() == []
    settings.FIELD_KEYS = {}
    settings.LOOKUP_KEY = "c2hvcnQ="
    assert [found.id for found in checks.keys_are_whole()] == ["identifiers.E001", "identifiers.E002"]


def test_a_copy_of_a_digest_knows_the_former_keys_too(settings):
    settings.LOOKUP_KEYS_FORMER = (settings.LOOKUP_KEY,)
    found = encryption.keyed_digest("a", NUMBER)
    for copied in (copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert (copied, copied.every, copied.mark) == (found, found.every, found.mark)
