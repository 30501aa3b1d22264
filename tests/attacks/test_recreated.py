"""A record or a person deleted, by whatever way, and another one with the same key or name: nothing is inherited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone
from guardian.models import UserObjectPermission

from bureau.access.models import GroupGrant, UserGrant
from bureau.access.services import permitted
from bureau.access.shares import grant
from bureau.accounts.models import User
from bureau.api.models import ApiToken
from bureau.charter.models import Membership, Unit
from bureau.workflow.models import Delegation
from schools.models import School
from tests.attacks.walking import signed_in
from tests.cast import Cast
from tests.factories.finance import FundFactory
from tests.factories.schools import SchoolFactory
from tests.factories.teachers import TeacherFactory, first_stage

TABLES: list[Any] = [model for model in apps.get_models() if issubclass(model, GroupGrant | UserGrant)]
# One record of each kind that grants name.
MAKE: dict[str, Callable[[], Any]] = {
    "schools.school": SchoolFactory,
    "schools.schoolstage": lambda: first_stage(SchoolFactory()),
    "personnel.teacher": lambda: TeacherFactory(),
    "finance.fund": FundFactory,
}


def named_by(table: Any) -> Any:
    return table._meta.get_field("content_object").related_model


KINDS = sorted({named_by(table) for table in TABLES}, key=lambda model: model._meta.label_lower)


def by_sql(record: models.Model) -> None:
    """As somebody at the database prompt would, with everything that hangs on it but the grants."""
    for relation in type(record)._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: record.pk})
        if relation.related_model not in TABLES and relation.on_delete is models.CASCADE:
            rows.delete()
    table = connection.ops.quote_name(type(record)._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [record.pk])
    connection.check_constraints()


WAYS: dict[str, Callable[[models.Model], object]] = {
    "the record itself": lambda record: record.delete(),
    "a queryset": lambda record: type(record)._base_manager.filter(pk=record.pk).delete(),
    "SQL": by_sql,
}


def orphans() -> int:
    alive = {model: model._base_manager.values("pk") for model in KINDS}
    return sum(
        table._base_manager.exclude(content_object_id__in=alive[named_by(table)]).count() for table in TABLES
    )


def counts() -> list[int]:
    return [table._base_manager.count() for table in TABLES]


def give_all(record: models.Model, cast: Cast) -> None:
    """A row in every table that names this kind."""
    permission = Permission.objects.filter(
        content_type=ContentType.objects.get_for_model(type(record)), codename__startswith="view"
    ).first()
    for table in TABLES:
        if named_by(table) is not type(record):
            continue
        row: dict[str, Any] = {"permission": permission, "content_object": record}
        if issubclass(table, GroupGrant):
            row["group"] = Unit.objects.get(key="retirees").group
        else:
            row |= {"user": cast.outsider, "until": timezone.localdate(), "reason": "x", "granted_by": "x"}
        table._base_manager.create(**row)


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind._meta.label_lower)
def test_no_way_of_deleting_leaves_a_grant_behind(kind: Any, way: str, cast: Cast) -> None:
    record = MAKE[kind._meta.label_lower]()
    give_all(record, cast)
    before = counts()
    try:
        with transaction.atomic():
            WAYS[way](record)
    except (ProtectedError, RestrictedError, IntegrityError, DatabaseError):
        # Refused as long as anything hangs on it: then record and grants are both there.
        assert counts() == before
        assert kind._base_manager.filter(pk=record.pk).exists()
    else:
        assert not kind._base_manager.filter(pk=record.pk).exists()
    assert orphans() == 0


def test_no_right_hangs_on_a_key_that_the_database_does_not_hold() -> None:
    """A generic reference (kind and number) survives what it names; what gives a right names a real row."""
    for model in (*TABLES, Membership, ApiToken, Delegation):
        real = [field for field in model._meta.concrete_fields if field.is_relation]
        assert real and all(field.db_constraint for field in real), model
        assert not model._meta.private_fields, model


def test_guardians_own_tables_of_kind_and_number_give_nothing(cast: Cast) -> None:
    permission = Permission.objects.get(codename="view_school", content_type__app_label="schools")
    UserObjectPermission.objects.create(
        user=cast.outsider,
        permission=permission,
        content_type=permission.content_type,
        object_pk=str(cast.school.pk),
    )
    assert not permitted(cast.outsider, "view", School).exists()


def test_a_new_person_with_the_name_and_key_of_one_who_was_deleted_has_nothing(cast: Cast) -> None:
    old = User(username="returning", name="Old")
    old.password = "!"
    old.save()
    Membership.objects.create(
        user=old, unit=cast.office_chief.memberships.get().unit, role="officer", since=timezone.localdate()
    )
    cast.office_chief.memberships.update(unit=cast.basic_clerk.memberships.get().unit)
    until = timezone.localdate() + timedelta(days=9)
    grant(cast.school, to=old, verb="view", until=until, reason="x", by=cast.office_chief)
    browser, key = signed_in(old), old.pk
    assert browser.get("/desk/").status_code == 200
    Membership.objects.filter(user=old).delete()
    old.delete()
    new = User(pk=key, username="returning", name="New")
    new.password = "!"
    new.save()
    assert new.pk == key
    assert not permitted(new, "view", School).exists()
    assert browser.get("/desk/").status_code == 302, "the cookie of the old one"
    assert signed_in(new).get("/desk/").status_code == 403
