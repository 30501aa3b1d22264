"""The roster of schools as a workbook: for sections with their remit, for districts as requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.access.services import YES, Decision, permitted
from bureau.accounts.models import User
from bureau.charter.models import Unit
from bureau.sheets.declare import (
    Choice,
    Outcome,
    Row,
    Scope,
    Sheet,
    SheetColumn,
    choices_of_table,
    named_choices,
    register,
)
from bureau.sheets.writing import clean
from schools.forms import managing_units
from schools.models import AreaClass, District, Organiser, School, SchoolType
from schools.selectors.fields import EDITABLE
from schools.selectors.remits import may_add_such, review_districts, reviewed_by
from schools.services.many import Edit, change_schools, create_schools
from schools.services.register import default_manager
from schools.services.values import tidied


def _types(by: User) -> list[Choice]:
    """Headings of the table are no choice."""
    rows = permitted(by, "view", SchoolType).exclude(stages=[])
    return named_choices(rows.values_list("pk", "code", "name_zh", "name"))


def _managers(by: User) -> Iterable[Choice]:
    return named_choices(managing_units().values_list("pk", "key", "name_zh", "name"))


@register
class SchoolRoster(Sheet):
    """Rows with a code are schools in operation; a new row without one is a proposed school."""

    key = "schools.roster"
    model = School
    title = _("Roster of schools")
    note = _("What a district changes here becomes a request to the section that keeps the record.")
    identity = ("code",)
    job_rows = 200  # each school moves its unit, its stages and its rights
    columns = (
        SheetColumn(
            "code",
            kind="code",
            aliases=("学校代码", "学校标识码", "机构标识码", "School code"),
            note=_("Ten digits. Leave it empty only for a school that is proposed."),
        ),
        SheetColumn("name_zh", required=True, aliases=("学校名称", "单位名称", "School"), width=30),
        SheetColumn("name", width=30, aliases=("学校英文名称",)),
        SheetColumn("school_type", kind="choice", choices=_types, required=True, aliases=("办学类型",)),
        SheetColumn(
            "organiser",
            kind="choice",
            choices=choices_of_table(Organiser),
            required=True,
            aliases=("举办者类型",),
        ),
        SheetColumn("is_private", kind="yes_no", aliases=("是否民办",)),
        SheetColumn(
            "area_class",
            kind="choice",
            choices=choices_of_table(AreaClass),
            required=True,
            aliases=("城乡类型",),
        ),
        SheetColumn(
            "district",
            kind="choice",
            choices=choices_of_table(District),
            required=True,
            aliases=("县区", "所在县区"),
        ),
        SheetColumn(
            "managed_by",
            kind="choice",
            choices=_managers,
            note=_("Left empty, it follows from the organiser."),
        ),
        SheetColumn("township", aliases=("乡镇", "所在乡镇")),
        SheetColumn("address", aliases=("学校地址", "详细地址"), width=40),
        SheetColumn("longitude", kind="decimal", aliases=("经度",)),
        SheetColumn("latitude", kind="decimal", aliases=("纬度",)),
        SheetColumn("credit_code", kind="code", aliases=("社会信用代码", "信用代码"), width=22),
        SheetColumn("founded_on", kind="date", aliases=("建校年月", "建校时间")),
        SheetColumn("status", read_only=True),
        SheetColumn("reason", label=_("Reason of the change"), note=_("Districts say here why."), width=30),
    )

    def may_use(self, by: User) -> Decision:
        return YES if reviewed_by(by).exists() else super().may_use(by)

    def scopes(self, by: User) -> Sequence[Scope]:
        """A district's workbook for each district one works for; all of one's remit for a section."""
        own = [Scope(f"district:{one.code}", one.label) for one in review_districts(by)]
        return own if own else (Scope(),)

    def records(self, scope: Scope, by: User, verb: str = "view") -> QuerySet[Any]:
        """A district "changes" by asking: what it reviews counts as open to it."""
        rows = permitted(by, verb, School)
        if verb == "change":
            asked = reviewed_by(by).values("pk")
            rows = School.objects.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=asked))
        code = scope.key.removeprefix("district:")
        rows = rows.filter(managed_by__district__code=code) if code else rows
        return rows.select_related("school_type", "organiser", "district", "managed_by")

    def value(self, record: School, column: SheetColumn) -> Any:
        if column.name == "reason":
            return ""
        return record.get_status_display() if column.name == "status" else super().value(record, column)

    def check(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        super().check(rows, scope, by)
        asks = set(reviewed_by(by).values_list("pk", flat=True))
        taken, relations, covered = _credit_codes(rows), _relations(), cache(_may_add_such)
        for row in rows:
            row.changes.pop("reason", None)
            if row.outcome is Outcome.CHANGED and not row.changes:
                row.outcome = Outcome.SAME
            if row.writes and row.is_ready:
                _check_school(row, _values(row, relations))
                _check_circumstances(row, taken, is_asked=row.record is not None and row.record.pk in asks)
            kind = relations["school_type"].get(row.get("school_type"))
            if row.record is not None or kind is None or not row.is_ready:
                continue
            if not covered(by, frozenset(kind.stages), bool(row.get("is_private"))):
                row.fault(_("Schools of this kind are not yours to add."), "school_type")

    def save(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        """Through the services of the register: history, unit, stages and rights follow each school."""
        relations, managers = _relations(), _managers_by_default()
        new = [row for row in rows if row.record is None]
        for row in new:
            values = _values(row, relations)
            if values.get("managed_by") is None:
                values["managed_by"] = managers(
                    *(values[name] for name in ("organiser", "school_type", "district"))
                )
            row.record = School(**tidied(values))
        for place, name, sentence in create_schools([row.record for row in new], by=by):
            new[place].fault(sentence, name if name in new[place].values else "")
        changed = [row for row in rows if row.outcome is Outcome.CHANGED]
        edits = [Edit(row.record, _values(row, relations), row.get("reason") or "") for row in changed]
        for place, name, sentence in change_schools(edits, by=by):
            changed[place].fault(sentence, name if name in changed[place].values else "")


def _may_add_such(by: User, stages: frozenset[str], is_private: bool) -> bool:
    return may_add_such(by, stages=stages, is_private=is_private)


def _relations() -> dict[str, dict[Any, Any]]:
    """Column → key → record, read once for a batch."""
    return {
        "school_type": SchoolType.objects.in_bulk(),
        "organiser": Organiser.objects.in_bulk(),
        "area_class": AreaClass.objects.in_bulk(),
        "district": District.objects.in_bulk(),
        "managed_by": managing_units().in_bulk(),
    }


def _credit_codes(rows: Sequence[Row]) -> dict[str, School]:
    wanted = {row.get("credit_code") for row in rows} - {None, ""}
    return {school.credit_code: school for school in School.objects.filter(credit_code__in=wanted)}


def _values(row: Row, relations: dict[str, dict[Any, Any]]) -> dict[str, Any]:
    """What the row would write, in the form that the services take."""
    given = {name: then for name, (_now, then) in row.changes.items()} if row.record else row.values
    return {
        name: relations[name][value] if name in relations else value
        for name, value in given.items()
        if name in EDITABLE
    }


def _check_school(row: Row, values: dict[str, Any]) -> None:
    """The record as it would be, against the model's own checks."""
    wanted = copy(row.record) if row.record is not None else School()
    for name, value in values.items():
        setattr(wanted, name, value)
    clean(row, wanted)


def _check_circumstances(row: Row, taken: dict[str, School], *, is_asked: bool) -> None:
    if row.record is None and not row.get("code"):
        row.doubt(_("There is no code: the school is entered as proposed."), "code")
    if row.record is not None and not row.record.is_in_use:
        row.fault(_("The school has ended; its record stays as it is."))
    if is_asked and not row.get("reason"):
        row.fault(_("Say why: this change becomes a request to the section."), "reason")
    other = taken.get(row.get("credit_code") or "-")
    if other is not None and other.pk != getattr(row.record, "pk", None):
        row.fault(_t("This code belongs to %(school)s already.") % {"school": other}, "credit_code")


def _managers_by_default() -> Callable[[Organiser, SchoolType, District], Unit]:
    """Whoever manages a school of such a kind, asked once for each kind of a batch."""
    return cache(
        lambda organiser, school_type, district: default_manager(
            organiser=organiser, school_type=school_type, district=district
        )
    )
