"""Invented policy documents: they say on their face that they are for the demonstration."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """`months`: how long ago it was issued. `term`: for how many months it holds; 0 for no term."""

    title_zh: str
    title: str
    mark: str
    number: int
    months: int
    genre: str
    topic: str
    issuer: str
    points_zh: tuple[str, ...]
    points: tuple[str, ...]
    term: int = 0
    interpretation_zh: str = ""
    interpretation: str = ""


DOCUMENTS = (
    Text(
        "关于进一步规范中小学作息时间的通知（演示）",
        "Notice on school hours (demonstration)",
        "市教基字",
        21,
        2,
        "notice",
        "compulsory",
        "bureau",
        (
            "小学早晨上课时间不早于八时二十分。",
            "课后服务结束时间由学校与家长商定并公示。",
            "各校九月十五日前公布作息时间表。",
        ),
        (
            "Lessons in primary schools begin no earlier than 8:20.",
            "The end of after-school care is agreed with parents and announced.",
            "Schools publish their timetable by 15 September.",
        ),
        60,
        "为什么调整：让学生睡眠更充足。家长最关心的接送时间，由学校公示后执行。",
        "Why: pupils shall sleep longer. Schools announce the hours for bringing and fetching children.",
    ),
    Text(
        "市级示范幼儿园评估办法（演示）",
        "Measures for assessing model kindergartens (demonstration)",
        "市教字",
        48,
        8,
        "measures",
        "preschool",
        "bureau",
        ("评估每三年一次，结果向社会公布。", "不达标的幼儿园限期整改一年。"),
        (
            "Assessment takes place every three years; results are public.",
            "Who fails has one year to improve.",
        ),
        60,
    ),
    Text(
        "关于中小学校车安全管理的意见（演示）",
        "Opinions on the safety of school buses (demonstration)",
        "市教安字",
        7,
        14,
        "opinions",
        "safety",
        "bureau-jointly",
        ("校车线路每学期核定一次。", "随车照管人员须经培训合格后上岗。"),
        ("Routes are approved each term.", "Attendants are trained before they begin."),
        24,
    ),
    Text(
        "普通高中招生工作实施方案（演示）",
        "Plan for admission to senior high schools (demonstration)",
        "市教招字",
        12,
        19,
        "plan",
        "examinations",
        "bureau",
        ("公办、民办高中同步招生。", "指标到校比例不低于百分之六十。"),
        (
            "Public and private schools admit at the same time.",
            "At least 60% of places are allotted to schools.",
        ),
        12,
    ),
    Text(
        "关于加强中小学生心理健康工作的通知（演示）",
        "Notice on the mental health of pupils (demonstration)",
        "市教德字",
        33,
        11,
        "notice",
        "moral",
        "bureau-jointly",
        ("每校至少配备一名专职心理健康教师。", "每学期至少开展一次面向家长的讲座。"),
        ("Every school has at least one counsellor.", "At least one lecture for parents each term."),
    ),
    Text(
        "中小学教师培训管理细则（演示）",
        "Rules on teacher training (demonstration)",
        "市教师字",
        5,
        30,
        "rules",
        "teachers",
        "bureau",
        ("教师五年内培训不少于三百六十学时。",),
        ("Teachers train for at least 360 hours in five years.",),
        60,
    ),
    Text(
        "中小学教师培训管理细则（修订）（演示）",
        "Rules on teacher training, revised (demonstration)",
        "市教师字",
        18,
        5,
        "rules",
        "teachers",
        "bureau",
        ("教师五年内培训不少于三百六十学时，其中实践不少于三分之一。",),
        ("Teachers train for at least 360 hours in five years, a third of it in practice.",),
        60,
        "与原细则相比，增加了实践培训的比例要求。",
        "Compared with the former rules, a share of practice was added.",
    ),
    Text(
        "家庭经济困难学生资助申请指南（演示）",
        "How to apply for student aid (demonstration)",
        "市教助字",
        3,
        1,
        "notice",
        "aid",
        "bureau",
        ("申请人向就读学校提出申请。", "学校在十个工作日内完成认定并公示。"),
        ("Apply at the school that the pupil attends.", "The school decides within ten working days."),
    ),
)
REPLACED, REPLACING = 5, 6  # places above


def as_html(points: tuple[str, ...]) -> str:
    return "<ol>" + "".join(f"<li>{point}</li>" for point in points) + "</ol>"
