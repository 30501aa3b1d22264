"""Invented letters at every step of their way."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from bureau.accounts.models import User
from bureau.accounts.principals import PUBLIC
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.charter.selectors import holders, sections
from bureau.workflow import services as workflow
from schools.models import School
from sections.office.letters import reply_guard
from sections.office.letters.choices import Ground, Kind, Outcome
from sections.office.letters.demo_more import seed_more
from sections.office.letters.demo_past import Staff, seed_past
from sections.office.letters.models import Letter

if TYPE_CHECKING:
    from bureau.demo import DemoRun

# Subject, text, kind, whether it names a school, how far it has come, days ago.
SUBJECTS = (
    (
        "一年级新生校车站点",
        "我们小区离最近的校车站点有九百米，早班车七点零五分发车。请问新学期线路是否调整？",
        Kind.REQUEST,
        True,
        "",
        1,
    ),
    (
        "建议学校操场周末开放",
        "建议在保证安全的前提下，周末向附近居民开放学校操场。",
        Kind.SUGGESTION,
        True,
        "register",
        3,
    ),
    (
        "转学手续需要哪些材料",
        "孩子下学期要从外市转入，请问需要准备哪些材料，到哪里办理？",
        Kind.REQUEST,
        False,
        "accept",
        8,
    ),
    (
        "课后服务时间能否延长",
        "双职工家庭接孩子困难，希望课后服务延长到十八时。",
        Kind.REQUEST,
        True,
        "assign",
        12,
    ),
    ("食堂菜谱公示", "建议每周在学校门口和网上公示食堂菜谱和价格。", Kind.SUGGESTION, True, "draft", 20),
    ("教师资格认定时间", "请问今年秋季教师资格认定什么时候开始报名？", Kind.REQUEST, False, "propose", 25),
    (
        "校门口交通拥堵",
        "上学放学时段校门口车辆多，存在安全隐患，请协调疏导。",
        Kind.REQUEST,
        True,
        "approve",
        40,
    ),
    (
        "图书馆建议",
        "建议增加适合低年级学生的图书，并延长图书馆开放时间。",
        Kind.SUGGESTION,
        True,
        "approve",
        55,
    ),
    ("班级人数过多", "孩子所在班级有五十八人，请问学校有无分班计划？", Kind.REQUEST, True, "register", 19),
    ("校服费用", "请问校服购买是否自愿，收费依据是什么？", Kind.REQUEST, True, "assign", 58),
    (
        "课后服务教师补助发放",
        "（演示）请问课后服务补助多久发放一次？已两个月没有收到。",
        Kind.REQUEST,
        True,
        "draft",
        76,
    ),
    ("劳动仲裁问题", "我与原单位的劳动争议正在仲裁，请教育局裁决。", Kind.REQUEST, False, "decline", 15),
)
WAY = ("register", "accept", "assign", "draft", "propose", "approve")
ANSWER = "来信收悉。经研究，现答复如下：您反映的情况已转相关学校核实并改进，感谢您对教育工作的关心和支持。"


def seed(run: DemoRun) -> None:
    office = holders("office.letters").first()
    if office is None:
        return
    clerk, chief = _person(office, Role.CLERK), _person(office, Role.CHIEF)
    section = Unit.objects.filter(key="basic").first() or office
    writer = _person(section, Role.CLERK)
    schools = list(School.objects.order_by("code")[:40])
    for place, (title, body, kind, names_school, reached, days) in enumerate(SUBJECTS):
        school = run.dice.choice(schools) if names_school and schools else None
        sent = timezone.make_aware(datetime.combine(run.today - timedelta(days=days), time(9, 12)))
        letter = workflow.perform(
            Letter(
                kind=kind,
                title=title,
                body=body,
                school=school,
                sender_name="演示人",
                sender_phone="13800000000",
            ),
            "submit",
            by=PUBLIC,
            data={"token": f"demo-{place}", "on": sent.date()},
            at=sent,
        )
        _walk(letter, reached, clerk, chief, writer, section, sent)
    past = seed_past(run, Staff(clerk, office, _writers(office), schools))
    more = seed_more(run, clerk)
    run.step(f"{len(SUBJECTS) + past + more} letters")


def _writers(office: Unit) -> dict[str, tuple[Unit, User]]:
    """The clerk of each section that has one."""
    posts = (
        Membership.objects.in_force()
        .filter(role=Role.CLERK, unit__in=sections())
        .select_related("unit", "user")
    )
    found = {post.unit.key: (post.unit, post.user) for post in posts.order_by("-pk")}
    return found or {office.key: (office, _person(office, Role.CLERK))}


def _walk(
    letter: Letter, reached: str, clerk: User, chief: User, writer: User, section: Unit, sent: datetime
) -> None:
    steps = (
        ("register", "decline") if reached == "decline" else WAY[: WAY.index(reached) + 1] if reached else ()
    )
    actors = {"register": clerk, "assign": clerk, "draft": writer, "propose": writer}
    data: dict[str, dict[str, Any]] = {
        "register": {"kind": letter.kind, "school": letter.school},
        "decline": {"ground": Ground.COURT},
        "assign": {"unit": section},
        "draft": {"answer": ANSWER, "outcome": Outcome.EXPLAINED},
    }
    for number, step in enumerate(steps, start=1):
        letter = workflow.perform(
            letter,
            step,
            by=actors.get(step, chief),
            data=data.get(step) or reply_guard.reasons_for(letter, actors.get(step, chief), step, "演示数据"),
            reason="该事项属于仲裁机构职权范围。" if step == "decline" else "",
            at=min(sent + timedelta(hours=20 * number), timezone.now()),
        )
    if reached in ("approve", "decline"):
        _on_its_day(letter, min(sent + timedelta(hours=20 * len(steps)), timezone.now()).date())


def _on_its_day(letter: Letter, day: date) -> None:
    """A step taken today for an earlier day writes today as the day of the ending."""
    answered = {"answered_on": day} if letter.answered_on else {}
    Letter.objects.filter(pk=letter.pk).update(closed_on=day, **answered)


def _person(unit: Unit, role: Role) -> User:
    return Membership.objects.in_force().filter(unit=unit, role=role).earliest("pk").user
