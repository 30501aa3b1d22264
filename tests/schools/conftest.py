from __future__ import annotations

import pytest

from bureau.access.remits import apply_remits
from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from schools.models import School
from tests.cast import Cast, person
from tests.factories.schools import SchoolFactory


@pytest.fixture
def planner(cast: Cast) -> User:
    """An officer of the section that founds and closes schools."""
    return person("planner", (Unit.objects.get(key="planning_finance"), Role.OFFICER))


@pytest.fixture
def chief_planner(cast: Cast) -> User:
    return person("chief_planner", (Unit.objects.get(key="planning_finance"), Role.CHIEF))


@pytest.fixture
def kindergarten(cast: Cast) -> School:
    school = SchoolFactory(kindergarten=True, name_zh="演员幼儿园", name="Cast Kindergarten")
    apply_remits(objects=[school])
    return school


@pytest.fixture
def senior(cast: Cast) -> School:
    """Run by the city: no district reviews it."""
    school = SchoolFactory(senior=True, name_zh="演员高中", name="Cast Senior School")
    apply_remits(objects=[school])
    return school
