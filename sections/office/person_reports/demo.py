"""Invented reports at the ends of their way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.workflow import services as workflow
from sections.office.person_reports.selectors import unit_that_takes_reports
from sections.office.person_reports.services import send_report

if TYPE_CHECKING:
    from bureau.demo import DemoRun

# Whom, post, unit, subject, text, name (empty: anonymous).
REPORTS = (
    (
        "演示甲",
        "后勤主任",
        "演示小学",
        "食堂采购问题",
        "食堂采购长期由其亲属的商店供货，价格明显偏高。",
        "演示人",
    ),
    ("演示乙", "教师", "演示中学", "有偿补课", "周末在校外租房组织本班学生有偿补课。", ""),
)


def seed(run: DemoRun) -> None:
    unit = unit_that_takes_reports()
    officer = _officer(unit) if unit is not None else None
    if officer is None:
        return
    for place, (accused, post, where, subject, body, name) in enumerate(REPORTS):
        report = send_report(
            accused_name=accused,
            accused_post=post,
            accused_unit=where,
            subject=subject,
            body=body,
            name=name,
            phone="13800000000" if name else "",
            token=f"demo-report-{place}",
        ).report
        if name:
            data = {"is_by_real_name": True, "accused_account": None}
            report = workflow.perform(report, "register", by=officer, data=data)
            workflow.perform(report, "verify", by=officer)
    run.step(f"{len(REPORTS)} reports on persons")


def _officer(unit: Unit) -> User | None:
    roles = (Role.OFFICER, Role.CHIEF)
    found = Membership.objects.in_force().filter(unit=unit, role__in=roles).order_by("pk").first()
    return found.user if found else None
