"""Invented teachers for a trial: right check digits, numbers that no office issues, the same every time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bureau.accounts.principals import Principal, System
from bureau.charter.choices import Role
from bureau.charter.demo import GIVEN, SURNAMES
from bureau.charter.models import HeldCapability, Membership
from bureau.demo import Account
from bureau.identifiers.resident_id import check_digit
from personnel.choices import AcademicDegree, EducationLevel, IdKind, PostKind, Sex
from personnel.demo_doubles import enter_doubles
from personnel.models import (
    Education,
    HiringForm,
    KeyTeacherLevel,
    Post,
    Qualification,
    Subject,
    Teacher,
    Title,
)
from personnel.services.bulk import NewTeacher, enter_many
from schools.choices import SchoolStatus, Stage
from schools.models import SchoolFacts, SchoolStage

if TYPE_CHECKING:
    from bureau.demo import DemoRun

ACCOUNTS = (
    Account("personnel.clerk", "Personnel Section, clerk: keeps the register of teachers", "/desk/"),
    Account(
        "personnel.officer", "Personnel Section, officer: decides on transfers, reveals numbers", "/desk/"
    ),
)
HOW_MANY = {"small": 5_200, "city": 38_000}
CHUNK = 4_000
# Persons who stand in the register twice, as a school's typing would have it.
DOUBLES = 8
# A county code of Shanxi that was never given out: such a number has the right form and belongs to nobody.
REGION = "140799"
PHONE = "139"
MORE_GIVEN = ("婷", "磊", "静", "杰", "敏", "强", "娜", "伟", "芳", "军", "倩", "鹏", "玲", "斌", "娟", "超")
SUBJECTS: dict[str, tuple[str, ...]] = {
    Stage.PRESCHOOL: ("30",),
    Stage.PRIMARY: ("01", "01", "01", "02", "02", "02", "03", "11", "12", "13", "14", "07", "15", "16"),
    Stage.JUNIOR: ("01", "01", "02", "02", "03", "03", "04", "05", "06", "07", "09", "10", "14", "12", "15"),
    Stage.SENIOR: ("01", "02", "02", "03", "03", "04", "05", "06", "08", "09", "10", "14", "17", "18"),
    Stage.SPECIAL: ("40",),
    Stage.VOCATIONAL: ("01", "02", "03", "08", "50", "51", "52", "53", "54", "55", "56", "59"),
    Stage.ADULT: ("90",),
    Stage.TRAINING: ("99",),
    Stage.TEACHER_EDUCATION: ("01", "02", "03", "12", "56"),
}
QUALIFICATION_OF = {
    Stage.PRESCHOOL: "1",
    Stage.PRIMARY: "2",
    Stage.JUNIOR: "3",
    Stage.SENIOR: "4",
    Stage.VOCATIONAL: "5",
}
UNIVERSITIES = ("山西师范大学", "太原师范学院", "晋中学院", "山西大学", "忻州师范学院", "运城学院")


@dataclass
class _Tables:
    subjects: dict[str, Subject] = field(default_factory=lambda: _by_code(Subject))
    forms: dict[str, HiringForm] = field(default_factory=lambda: _by_code(HiringForm))
    titles: dict[str, Title] = field(default_factory=lambda: _by_code(Title))
    levels: dict[str, KeyTeacherLevel] = field(default_factory=lambda: _by_code(KeyTeacherLevel))


def _by_code(model: type) -> dict:  # type: ignore[type-arg]
    return {row.code: row for row in model._default_manager.all()}  # type: ignore[attr-defined]


def seed(run: DemoRun) -> None:
    """Teachers for every stage of every school in use, with certificates and education."""
    dice = random.Random(f"teachers {run.size}")  # noqa: S311 - invented data, the same every time
    maker = _Maker(run, dice, _Tables())
    entries = list(maker.entries(HOW_MANY[run.size] - DOUBLES))
    entries += maker.doubles(entries)
    by = keeper()
    written: list[Teacher] = []
    for start in range(0, len(entries), CHUNK):
        written += enter_many(entries[start : start + CHUNK], by=by)
    run.step(f"{len(written)} teachers with their posts")
    maker.papers(entries)
    enter_doubles(entries, by=by)
    run.step("certificates and education")


def keeper() -> Principal:
    """Who enters the teachers: a clerk of the section that keeps the register."""
    held = HeldCapability.objects.filter(capability="personnel.teachers", unit__is_active=True)
    rows = Membership.objects.filter(unit__in=held.values("unit"), role=Role.CLERK).select_related("user")
    first = rows.order_by("pk").first()
    return first.user if first is not None else System("demo")


class _Maker:
    def __init__(self, run: DemoRun, dice: random.Random, tables: _Tables) -> None:
        self.run, self.dice, self.tables = run, dice, tables
        self.serials: dict[tuple[date, bool], int] = {}
        self.count = 0

    def entries(self, wanted: int) -> Iterator[NewTeacher]:
        """As many as wanted, shared out by the full-time teachers that the schools report."""
        shares = self.shares()
        scale = wanted / (sum(shares.values()) or 1)
        for stage, share in shares.items():
            for _place in range(max(1, round(share * scale))):
                yield self.entry(stage)

    def doubles(self, entries: list[NewTeacher]) -> Iterator[NewTeacher]:
        """The same name and day of birth once more at another school, without the document."""
        step = len(entries) // (DOUBLES + 1)
        for first in entries[step::step][:DOUBLES]:
            other = self.entry(self.dice.choice(entries).post.school_stage)  # type: ignore[union-attr, arg-type]
            twin, person = other.teacher, first.teacher
            twin.name, twin.sex, twin.born_on = person.name, person.sex, person.born_on
            twin.set_identity(IdKind.NONE, "")
            yield other

    def shares(self) -> dict[SchoolStage, int]:
        stages = SchoolStage.objects.filter(school__status=SchoolStatus.OPEN).select_related("school")
        staff = dict(SchoolFacts.objects.order_by("year").values_list("school_id", "full_time_teachers"))
        found = list(stages.order_by("school_id", "order"))
        per_school: dict[int, int] = {}
        for row in found:
            per_school[row.school_id] = per_school.get(row.school_id, 0) + 1
        return {row: (staff.get(row.school_id) or 4) // per_school[row.school_id] for row in found}

    def entry(self, stage: SchoolStage) -> NewTeacher:
        self.count += 1
        is_man = self.dice.random() < (0.04 if stage.stage == Stage.PRESCHOOL else 0.33)
        born_on = self.birthday()
        teacher = Teacher(
            name=self.name(),
            sex=Sex.MALE if is_man else Sex.FEMALE,
            born_on=born_on,
            hired_on=date(born_on.year + 23, 9, 1),
        )
        self.give_identity(teacher, is_man=is_man)
        teacher.set_phone(f"{PHONE}{self.count:08d}")
        self.give_title(teacher, stage.stage)
        return NewTeacher(teacher, self.post(teacher, stage))

    def birthday(self) -> date:
        oldest = date(self.run.today.year - 59, 1, 1)
        youngest = date(self.run.today.year - 24, 1, 1)
        return oldest + timedelta(days=self.dice.randrange((youngest - oldest).days))

    def name(self) -> str:
        return self.dice.choice(SURNAMES) + self.dice.choice((*GIVEN, *MORE_GIVEN))

    def give_identity(self, teacher: Teacher, *, is_man: bool) -> None:
        if self.count % 97 == 0:
            teacher.id_kind = IdKind.NONE
            return
        if self.count % 1_999 == 0:
            teacher.set_identity(IdKind.PASSPORT, f"E{self.count:08d}")
            return
        key = (teacher.born_on, is_man)
        serial = self.serials[key] = self.serials.get(key, -2 + is_man) + 2
        first = f"{REGION}{teacher.born_on:%Y%m%d}{serial % 1000:03d}"
        teacher.set_identity(IdKind.RESIDENT, first + check_digit(first))

    def give_title(self, teacher: Teacher, stage: str) -> None:
        years = self.run.today.year - teacher.born_on.year - 23
        rank = 4 if years < 6 else 3 if years < 15 else 2
        if self.dice.random() < 0.35:
            rank += 1
        title = self.tables.titles[f"{'V' if stage == Stage.VOCATIONAL else 'S'}{rank}"]
        teacher.title, teacher.title_on = title, date(self.run.today.year - self.dice.randint(1, 5), 12, 1)
        teacher.post_grade = self.dice.randint(title.first_grade, title.last_grade)
        if self.dice.random() < 0.06:
            teacher.key_level = self.tables.levels[self.dice.choice(("21", "31", "32", "33", "33", "34"))]

    def post(self, teacher: Teacher, stage: SchoolStage) -> Post:
        form = self.dice.choices(("10", "20", "30", "40", "50"), (78, 6, 10, 5, 1))[0]
        if stage.school.is_private:
            form = "30"
        start = teacher.hired_on or self.run.today
        since = date(self.dice.randint(start.year, max(start.year, self.run.today.year - 1)), 9, 1)
        post = Post(
            kind=PostKind.TEACHING,
            subject=self.tables.subjects[self.dice.choice(SUBJECTS[stage.stage])],
            hiring_form=self.tables.forms[form],
            since=min(since, self.run.today),
        )
        post.place(stage)
        post.school = stage.school
        return post

    def papers(self, entries: list[NewTeacher]) -> None:
        """A certificate and a degree for nearly everybody."""
        certificates, studies = [], []
        for number, entry in enumerate(entries, start=1):
            teacher = entry.teacher
            year = max(1996, (teacher.hired_on or teacher.born_on).year)
            kind = QUALIFICATION_OF.get(Stage(entry.post.stage)) if entry.post else None
            if kind and number % 41 and not teacher.has_no_document:
                sex = int(teacher.sex == Sex.MALE)
                certificates.append(
                    Qualification(
                        teacher=teacher,
                        number=f"{year}14999{kind}{sex}{number % 1_000_000:06d}",
                        kind=kind,
                        subject=entry.post.subject if entry.post else None,
                        issued_on=date(year, 6, 20),
                        issued_by="晋中市教育局（演示）",
                    )
                )
            studies.append(self.studies(teacher, year))
        Qualification.objects.bulk_create(certificates, batch_size=1000)
        Education.objects.bulk_create(studies, batch_size=1000)

    def studies(self, teacher: Teacher, year: int) -> Education:
        level = self.dice.choices(("masters", "undergraduate", "college"), (8, 72, 20))[0]
        degree = {
            "masters": AcademicDegree.MASTER,
            "undergraduate": AcademicDegree.BACHELOR,
            "college": AcademicDegree.NONE,
        }[level]
        return Education(
            teacher=teacher,
            level=EducationLevel(level),
            degree=degree,
            institution=self.dice.choice(UNIVERSITIES),
            finished_on=date(year, 6, 30),
        )
