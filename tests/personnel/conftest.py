from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from bureau.access.remits import apply_remits
from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from personnel.models import Teacher
from schools.models import School
from tests.cast import Cast, person
from tests.factories.schools import SchoolFactory
from tests.factories.teachers import TeacherFactory


@pytest.fixture
def officer(cast: Cast) -> User:
    """Of the personnel section: decides on transfers, reveals numbers."""
    return person("personnel_officer", (Unit.objects.get(key="personnel"), Role.OFFICER))


@pytest.fixture
def trainer(cast: Cast) -> User:
    return person("trainer", (Unit.objects.get(key="teacher_training"), Role.CLERK))


@pytest.fixture
def kindergarten(cast: Cast) -> School:
    school = SchoolFactory(kindergarten=True, name_zh="演员幼儿园", name="Cast Kindergarten")
    apply_remits(objects=[school])
    return school


@pytest.fixture
def teacher(cast: Cast) -> Teacher:
    """At the cast's primary school."""
    return TeacherFactory(school=cast.school, name="王小燕", phone="13900001234")


@pytest.fixture
def other(cast: Cast) -> Teacher:
    """At the school of the other district."""
    return TeacherFactory(school=cast.other_school, name="李志强")


@pytest.fixture
def signed_in():
    def client_of(user: User) -> Client:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return client_of
