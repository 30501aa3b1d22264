"""Invented people of the bureau and of the district bureaus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau.accounts.models import User
from bureau.charter.choices import ROLES_OF_KIND, Role, UnitKind
from bureau.charter.models import Membership, Unit
from bureau.demo import Account

if TYPE_CHECKING:
    from bureau.demo import DemoRun

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = (
    "建国",
    "秀英",
    "志强",
    "丽华",
    "文博",
    "晓燕",
    "海涛",
    "雪梅",
    "永红",
    "俊杰",
    "素芳",
    "国栋",
    "慧敏",
    "振华",
)

ACCOUNTS = (
    Account("office.clerk", "Office, clerk: registers and assigns letters", "/desk/"),
    Account("office.chief", "Office, section chief: accepts letters, approves answers", "/desk/"),
    Account("basic.clerk", "Basic Education Section, clerk: writes answers", "/desk/"),
    Account("basic.officer", "Basic Education Section, officer: decides on changes of schools", "/desk/"),
    Account("bureau.leader", "Bureau leader", "/desk/"),
    Account("deputy.leader", "Deputy leader in charge of Office and Basic Education", "/desk/"),
    Account("auditor", "Auditor: reads the audit", "/desk/"),
    Account("system.admin", "System administrator: jobs, calendar", "/desk/"),
    Account("security.admin", "Security administrator: accounts, members, charter", "/desk/"),
    Account("140702.reviewer", "Yuci District bureau, reviewer", "/desk/"),
    Account("140702.leader", "Yuci District bureau, leader", "/desk/"),
)
# Roles at the bureau itself; the user name of each.
AT_THE_BUREAU = {
    Role.BUREAU_LEADER: "bureau.leader",
    Role.DEPUTY_LEADER: "deputy.leader",
    Role.AUDITOR: "auditor",
    Role.SYSTEM_ADMIN: "system.admin",
    Role.SECURITY_ADMIN: "security.admin",
}
IN_CHARGE = ("office", "basic")


def seed(run: DemoRun) -> None:
    bureau = Unit.objects.get(kind=UnitKind.BUREAU)
    for role, username in AT_THE_BUREAU.items():
        membership = join(run, username, bureau, role)
        if role is Role.DEPUTY_LEADER:
            membership.in_charge_of.set(Unit.objects.filter(key__in=IN_CHARGE))
    for section in Unit.objects.filter(kind=UnitKind.SECTION, is_active=True):
        for role in ROLES_OF_KIND[UnitKind.SECTION]:
            join(run, f"{section.key}.{role.value}", section, role)
    run.step(f"{User.objects.count()} people of the bureau")


def join(run: DemoRun, username: str, unit: Unit, role: Role) -> Membership:
    """A new invented person in a unit."""
    name = run.dice.choice(SURNAMES) + run.dice.choice(GIVEN)
    user = User.objects.create(username=username, name=name, password=run.password_hash)
    return Membership.objects.create(user=user, unit=unit, role=role, since=run.today.replace(month=1, day=1))
