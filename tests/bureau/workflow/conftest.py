"""An office, a section, another section; a clerk, officers and chiefs in them."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone, translation

from bureau.accounts.models import User
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import Membership, Unit
from bureau.deadlines.models import ClockRule
from bureau.workflow.services import perform
from tests.workflow_app.models import Paper


class House:
    """People by name, units by name."""

    def __init__(self):
        self.office = unit("wf-office", "Office", "办公室")
        self.section = unit("wf-section", "Safety Section", "安全科")
        self.other = unit("wf-other", "Sports Section", "体卫艺科")
        self.clerk = person("clerk", self.office, Role.CLERK)
        self.chief = person("chief", self.office, Role.CHIEF)
        self.officer = person("officer", self.office, Role.OFFICER)
        self.drafter = person("drafter", self.section, Role.CLERK)
        self.section_chief = person("section_chief", self.section, Role.CHIEF)
        self.outsider = person("outsider", self.other, Role.CLERK)
        self.other_chief = person("other_chief", self.other, Role.CHIEF)

        self.rule = ClockRule.objects.create(
            matter="workflow_app.drafting",
            name="Drafting",
            name_zh="拟稿",
            length=5,
            unit="days",
            basis="House rules",
            basis_zh="内部规定",
            extension_length=5,
            extended_by=[Role.CHIEF],
            valid_from=date(2000, 1, 1),
        )

    def paper(self, **fields):
        fields = {"subject": "Stairs", "owner": self.office, **fields}
        return perform(Paper(**fields), "submit", by=self.clerk)

    def assigned(self, **fields):
        return perform(self.paper(**fields), "assign", by=self.clerk, data={"section": self.section})

    def drafted(self, **fields):
        return perform(self.assigned(**fields), "draft", by=self.drafter, data={"note": "Done"})


def unit(key, name, name_zh, kind=UnitKind.SECTION):
    group = Group.objects.create(name=key)
    return Unit.objects.create(key=key, kind=kind, name=name, name_zh=name_zh, group=group)


def person(username, place, role, **fields):
    user = User.objects.create_user(username, name=username.replace("_", " ").title(), **fields)
    Membership.objects.create(
        user=user, unit=place, role=role, since=timezone.localdate() - timedelta(days=400)
    )
    return user


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def house(db):
    return House()


@pytest.fixture
def today():
    return timezone.localdate()
