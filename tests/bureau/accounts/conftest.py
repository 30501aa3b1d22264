"""People and places for the tests of accounts."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from bureau.accounts.models import User
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import Membership, Unit

PASSWORD = "quiet-river-stone-41"

MakeUser = Callable[..., User]


def make_unit(key: str, kind: str, parent: Unit | None = None) -> Unit:
    group = Group.objects.create(name=f"unit:{key}")
    return Unit.objects.create(
        key=key, kind=kind, parent=parent, name=key.title(), name_zh=f"单位{key}", group=group
    )


@pytest.fixture
def make_user(db: None) -> MakeUser:
    def make(username: str, role: Role | None = None, unit: Unit | None = None, **fields: object) -> User:
        fields.setdefault("name", username.title())
        user = User.objects.create_user(username, PASSWORD, **fields)
        if role is not None and unit is not None:
            Membership.objects.create(user=user, unit=unit, role=role, since=date(2020, 1, 1))
        return user

    return make


@pytest.fixture
def bureau(db: None) -> Unit:
    return make_unit("bureau", UnitKind.BUREAU)


@pytest.fixture
def section(bureau: Unit) -> Unit:
    return make_unit("basic", UnitKind.SECTION, bureau)


@pytest.fixture
def district(bureau: Unit) -> Unit:
    return make_unit("pingyao", UnitKind.DISTRICT, bureau)


@pytest.fixture
def school(district: Unit) -> Unit:
    return make_unit("school-3614000001", UnitKind.SCHOOL, district)


@pytest.fixture
def clerk(make_user: MakeUser, section: Unit) -> User:
    return make_user("clerk", Role.CLERK, section, phone="13800138000", email="clerk@example.org")


@pytest.fixture
def security_admin(make_user: MakeUser, bureau: Unit) -> User:
    return make_user("guard", Role.SECURITY_ADMIN, bureau)


@pytest.fixture
def browser() -> Iterator[Client]:
    yield Client()
