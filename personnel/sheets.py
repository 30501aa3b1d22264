"""The roster of teachers as a workbook: of a school, of a district, of the city.

A row with a teacher number is a person of the register; a row without one is new and brings the number of its
document. Numbers of persons leave the register masked, and a mask that comes back means "as it is".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.access.services import permitted
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.sheets.declare import (
    Outcome,
    Row,
    Scope,
    Sheet,
    SheetColumn,
    choices_of,
    choices_of_table,
    register,
)
from bureau.workflow.refusals import Conflict
from personnel import alike, newcomers, roster
from personnel.choices import IdKind, Sex
from personnel.models import HiringForm, KeyTeacherLevel, Subject, Teacher, Title
from personnel.selectors.fields import writable
from personnel.services.bulk import change_many, enter_many
from schools.choices import Stage
from schools.models import District

# Columns whose field is another one of the record, or of its main post.
_OF_POST = ("subject", "hiring_form")
_PERSON = (
    "name",
    "former_names",
    "latin_name",
    "sex",
    "born_on",
    "email",
    "hired_on",
    "title",
    "title_on",
    "post_grade",
    "key_level",
)


@register
class TeacherRoster(Sheet):
    """Who has a post where, with title and contact."""

    key = "personnel.roster"
    model = Teacher
    title = _("Roster of teachers")
    note = _(
        "A row without a teacher number is a new person. A change of school is no matter of a roster: "
        "ask for a transfer."
    )
    identity = ("number",)
    columns = (
        SheetColumn(
            "number",
            label=_("Teacher number"),
            kind="code",
            aliases=("教师编号", "编号"),
            note=_("Leave it empty for a person who is not in the register yet."),
        ),
        SheetColumn("name", required=True, aliases=("姓名", "教师姓名")),
        SheetColumn("sex", kind="choice", choices=choices_of(Sex), required=True, aliases=("性别",), width=8),
        SheetColumn("born_on", kind="date", required=True, aliases=("出生日期", "出生年月日"), width=12),
        SheetColumn(
            "id_kind", kind="choice", choices=choices_of(IdKind), aliases=("证件类型", "身份证件类型")
        ),
        SheetColumn(
            "document",
            label=_("Number of the document"),
            kind="code",
            aliases=("身份证号", "身份证号码", "证件号码", "身份证件号"),
            note=_("Only for a new person or a new document. A masked number means: as it is."),
            width=22,
        ),
        SheetColumn(
            "school_code",
            label=_("School code"),
            kind="code",
            aliases=("学校代码", "学校标识码", "单位代码"),
            note=_("Ten digits; left empty it is your own school."),
        ),
        SheetColumn("school_name", label=_("School"), read_only=True, aliases=("学校名称",), width=28),
        SheetColumn(
            "stage",
            label=_("Stage"),
            kind="choice",
            choices=choices_of(Stage),
            aliases=("学段",),
            note=_("Left empty it is the only stage of the school."),
        ),
        SheetColumn(
            "subject",
            label=pgettext_lazy("taught", "Subject"),
            kind="choice",
            choices=choices_of_table(Subject),
            aliases=("任教学科", "学科"),
        ),
        SheetColumn(
            "hiring_form",
            label=_("Hiring form"),
            kind="choice",
            choices=choices_of_table(HiringForm),
            required=True,
            aliases=("聘用形式", "用人形式"),
        ),
        SheetColumn(
            "since",
            label=_("First day in the post"),
            kind="date",
            aliases=("任职日期", "到校时间", "来校年月"),
        ),
        SheetColumn(
            "title", kind="choice", choices=choices_of_table(Title), aliases=("职称", "专业技术职务")
        ),
        SheetColumn("title_on", kind="date", aliases=("职称取得时间",)),
        SheetColumn("post_grade", kind="integer", aliases=("岗位等级",)),
        SheetColumn(
            "key_level", kind="choice", choices=choices_of_table(KeyTeacherLevel), aliases=("骨干教师",)
        ),
        SheetColumn("phone", kind="code", aliases=("手机号", "手机号码", "联系电话", "电话")),
        SheetColumn("email", aliases=("电子邮箱", "邮箱"), width=24),
        SheetColumn("hired_on", kind="date", aliases=("参加工作时间", "从教时间")),
        SheetColumn("former_names", aliases=("曾用名",)),
        SheetColumn("latin_name", aliases=("外文姓名",)),
    )

    def field(self, column: SheetColumn) -> Any:
        # The stored values of these are encrypted or belong to a pair; the roster checks them itself.
        return None if column.name in ("id_kind", "phone", "number") else super().field(column)

    def label(self, column: SheetColumn) -> str:
        own = super().field(column)
        return str(own.verbose_name) if own is not None and not column.label else super().label(column)

    def scopes(self, by: User) -> Sequence[Scope]:
        """A school has its one roster; who keeps all teachers may also take one district."""
        if not standing(by).has_whole_remit("teacher", "change"):
            return (Scope(),)
        districts = permitted(by, "view", District)
        return (
            Scope("", str(_("All teachers"))),
            *(Scope(f"district:{row.code}", row.label) for row in districts),
        )

    def records(self, scope: Scope, by: User, verb: str = "view") -> QuerySet[Any]:
        rows = permitted(by, verb, Teacher).filter(merged_into__isnull=True)
        if scope.key:
            rows = rows.filter(main_post__school__district__code=scope.key.removeprefix("district:"))
        return rows.select_related("title", "key_level", "main_post__school")

    def writable(self, scope: Scope, by: User) -> frozenset[str]:
        own = writable(by)
        return frozenset(name for name in _PERSON if name in own) | {*_OF_POST}

    def value(self, record: Teacher, column: SheetColumn) -> Any:
        post = record.main_post
        shown = {
            "number": record.number,
            "id_kind": record.id_kind,
            "document": record.masked_id,
            "phone": record.masked_phone,
        }
        if column.name in shown:
            return shown[column.name]
        of_post = (
            {
                "school_code": post.school.code if post else None,
                "school_name": post.school.name_zh if post else None,
                "stage": post.stage if post else None,
                "subject": post.subject_id if post else None,
                "hiring_form": post.hiring_form_id if post else None,
                "since": post.since if post else None,
            }
            if column.name not in _PERSON
            else {}
        )
        return of_post[column.name] if column.name in of_post else super().value(record, column)

    def who(self, row: Row) -> str:
        if row.record is not None:
            return f"{row.record.name} {row.record.number}"
        return str(row.get("name") or "")

    def check(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        """Kernel's comparison first, without what the roster understands otherwise."""
        given = [roster.take_apart(row) for row in rows]
        super().check(rows, scope, by)
        reach = roster.Reach.of(rows, given, by)
        for row, one in zip(rows, given, strict=True):
            if row.record is not None:
                roster.check_known(row, one, reach)
            elif row.outcome is Outcome.NEW:
                newcomers.check_new(row, one, reach)
        alike.doubt_lookalikes(rows, by)

    def check_all(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        newcomers.refuse_twice(rows)

    def save(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        """A batch: new persons with their posts, changed ones with versions and history."""
        tables = roster.Tables()
        new = [row for row in rows if row.outcome is Outcome.NEW]
        enter_many(newcomers.new_teachers(new, tables), by=by)
        changed = [row for row in rows if row.outcome is Outcome.CHANGED]
        try:
            change_many([roster.change_of(row, tables) for row in changed], by=by)
        except Conflict as conflict:
            for row in changed:
                row.fault(conflict.sentence)
