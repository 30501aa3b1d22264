"""The fixed cast: everybody who ever knocks at the portal, in the Jinzhong bureau."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bureau.access.remits import apply_remits
from bureau.accounts.models import User
from bureau.accounts.principals import PUBLIC, Public
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from schools.models import District, School
from tests.factories.schools import SchoolFactory

SINCE = date(2020, 9, 1)
SCHOOL, OTHER_SCHOOL = "2114990001", "2114990002"


@dataclass
class Cast:
    """People by name. `school` is that of principal and school_clerk; `other_school` lies in another district."""

    office_clerk: User
    office_chief: User
    basic_clerk: User
    basic_officer: User
    preschool_clerk: User
    personnel_clerk: User
    finance_clerk: User
    deputy_leader: User
    bureau_leader: User
    discipline_officer: User
    auditor: User
    system_admin: User
    security_admin: User
    district_reviewer: User
    district_leader: User
    other_district: User
    principal: User
    school_clerk: User
    other_principal: User
    outsider: User
    inactive: User
    school: School
    other_school: School
    visitor: Public = field(default=PUBLIC)

    def people(self) -> dict[str, User]:
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


def person(username: str, *posts: tuple[Unit, Role], **fields: object) -> User:
    """Somebody with memberships in force and no usable password: sign in with `force_login`."""
    user = User(username=username, name=username.replace("_", " ").title(), **fields)
    user.password = "!"
    user.save()
    for unit, role in posts:
        Membership.objects.create(user=user, unit=unit, role=role, since=SINCE)
    return user


# user name → (key of the unit, role)
POSTS: dict[str, tuple[str, Role]] = {
    "office_clerk": ("office", Role.CLERK),
    "office_chief": ("office", Role.CHIEF),
    "basic_clerk": ("basic", Role.CLERK),
    "basic_officer": ("basic", Role.OFFICER),
    "preschool_clerk": ("preschool", Role.CLERK),
    "personnel_clerk": ("personnel", Role.CLERK),
    "finance_clerk": ("planning_finance", Role.CLERK),
    "deputy_leader": ("bureau", Role.DEPUTY_LEADER),
    "bureau_leader": ("bureau", Role.BUREAU_LEADER),
    "discipline_officer": ("discipline", Role.OFFICER),
    "auditor": ("bureau", Role.AUDITOR),
    "system_admin": ("bureau", Role.SYSTEM_ADMIN),
    "security_admin": ("bureau", Role.SECURITY_ADMIN),
    "district_reviewer": ("district-140702", Role.DISTRICT_REVIEWER),
    "district_leader": ("district-140702", Role.DISTRICT_LEADER),
    "other_district": ("district-140728", Role.DISTRICT_REVIEWER),
    "principal": (f"school-{SCHOOL}", Role.PRINCIPAL),
    "school_clerk": (f"school-{SCHOOL}", Role.SCHOOL_CLERK),
    "other_principal": (f"school-{OTHER_SCHOOL}", Role.PRINCIPAL),
    "inactive": ("office", Role.CHIEF),
}


def build_cast() -> Cast:
    """Needs the Jinzhong chart and its districts (fixture `charter_jinzhong`)."""
    make_cast()
    return the_cast()


def make_cast() -> None:
    _two_schools()
    units = {unit.key: unit for unit in Unit.objects.all()}
    for username, (unit, role) in POSTS.items():
        person(username, (units[unit], role), is_active=username != "inactive")
    person("outsider")
    charge = Membership.objects.get(user__username="deputy_leader")
    charge.in_charge_of.set([units["office"], units["basic"]])


def the_cast() -> Cast:
    people = {user.username: user for user in User.objects.filter(username__in=[*POSTS, "outsider"])}
    schools = School.objects.select_related("unit", "district", "managed_by").in_bulk(
        [SCHOOL, OTHER_SCHOOL], field_name="code"
    )
    return Cast(**people, school=schools[SCHOOL], other_school=schools[OTHER_SCHOOL])


def _two_schools() -> None:
    """A primary school in Yuci and one in Pingyao, with the rights that the remits give."""
    pingyao = District.objects.get(code="140728")
    pair = [
        SchoolFactory(code=SCHOOL, name="Cast Primary School", name_zh="演员小学"),
        SchoolFactory(code=OTHER_SCHOOL, name="Other Primary School", name_zh="另一小学", district=pingyao),
    ]
    apply_remits(objects=pair)


def in_english(user: User) -> User:
    """The person reads the source language: for tests that look for a word on a page."""
    user.language = "en"
    user.save(update_fields=["language"])
    return user
