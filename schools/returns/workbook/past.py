"""Returns of past years, brought in by the section that owns the form: a row for each school and period.

Columns are the cells of the form by address, words or key. What comes in is a locked collection of the past with
accepted returns and their figures; nobody is asked, no clock starts. Figures are not judged by the checks of
today: they were accepted then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.access.services import YES, Decision, permitted
from bureau.accounts.models import User
from bureau.sheets.declare import Outcome, Row, Scope, Sheet, SheetColumn, register
from schools.models import School
from schools.returns.checking import canonical, computed_values, shown
from schools.returns.choices import NEVER_USED, PARTS, CollectionStatus, Period
from schools.returns.definition import Cell, Definition
from schools.returns.models import Form, FormVersion, Return
from schools.returns.services.past import keep, period_end

# (school, year, part)
Key = tuple[str, int, int]
FIRST_YEAR = 1949  # as `Collection.year`


def current_version(form: Form) -> FormVersion | None:
    """The version whose cells a past year is written in: the one in use, else the latest that was."""
    used = form.versions.exclude(status__in=NEVER_USED).order_by("-number")
    return used.first()


BASE = (
    SheetColumn(
        "code", kind="code", label=_("School code"), required=True, aliases=("学校代码", "学校标识码")
    ),
    SheetColumn("school_name", label=_("School"), read_only=True, width=28),
    SheetColumn(
        "year",
        kind="integer",
        label=_("Year"),
        required=True,
        note=_("Of a school year the one in which it began: 2023 is 2023-2024."),
    ),
    SheetColumn("part", kind="integer", label=_("Term, quarter or month")),
)


def forms_of(by: User) -> QuerySet[Form]:
    """Forms whose returns this person issues, and that have been in use."""
    used = FormVersion.objects.exclude(status__in=NEVER_USED).values("form_id")
    return permitted(by, "issue", Form).filter(pk__in=used)


@register
class PastReturns(Sheet):
    key = "schools.past_returns"
    model = Return
    title = _("Returns of past years")
    note = _(
        "A row for each school and year. Existing past figures are compared, and only changes are written."
    )
    columns = BASE
    identity = ("code", "year")
    # Each row writes as many cells as the form has.
    job_rows = 300
    form: ClassVar[Form | None] = None
    definition: ClassVar[Definition | None] = None

    def may_use(self, by: User) -> Decision:
        if forms_of(by).exists():
            return YES
        return Decision(False, _t("None of your roles includes this."))

    def scopes(self, by: User) -> Sequence[Scope]:
        return [Scope(form.code, form.label) for form in forms_of(by).order_by("code")]

    def within(self, scope: Scope) -> Sheet:
        """With the cells of the form as columns."""
        form = Form.objects.filter(code=scope.key).first()
        version = current_version(form) if form is not None else None
        if form is None or version is None:
            return self
        parts = PARTS[Period(form.period)]
        base = BASE if parts else tuple(column for column in BASE if column.name != "part")
        own = {
            "columns": (*base, *_columns(version.content)),
            "identity": ("code", "year", "part") if parts else ("code", "year"),
            "form": form,
            "definition": version.content,
        }
        found: Sheet = type("PastReturnsOfForm", (PastReturns,), own)()
        return found

    def version(self) -> str:
        version = current_version(self.form) if self.form is not None else None
        return _t("version %(number)s") % {"number": version.number} if version is not None else ""

    def records(self, scope: Scope, by: User, verb: str = "view") -> QuerySet[Any]:
        found = Return.objects.filter(
            collection__is_past=True, form_version__form__code=scope.key, owner__in=_owners(by)
        )
        return found.select_related("collection", "school", "form_version__form")

    def known(self, scope: Scope, by: User) -> Iterator[Mapping[str, Any]]:
        """The schools in use, for the latest period that is over; figures are empty."""
        if self.form is None:
            return
        year, part = latest_past(Period(self.form.period), timezone.localdate())
        schools = permitted(by, "view", School).filter(closed_on__isnull=True, code__isnull=False)
        for school in schools.order_by("code").iterator(chunk_size=1000):
            yield {"code": school.code, "school_name": str(school), "year": year, "part": part or None}

    def who(self, row: Row) -> str:
        return str(row.get("school_name") or row.get("code") or "")

    def check(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        assert self.form is not None and self.definition is not None  # noqa: S101 - see `within`
        schools = _schools(rows, by)
        past, living = _standing(self.form, rows)
        for row in rows:
            if self._place(row, schools):
                key = _key(row)
                row.record = past.get(key)
                if key in living:
                    row.fault(
                        _("There is a return of this school for this period; it is not replaced."), "year"
                    )
                elif row.is_ready:
                    _compare(row, self.definition)

    def _place(self, row: Row, schools: Mapping[str, School]) -> bool:
        """School and period; False where one of them cannot be read."""
        assert self.form is not None  # noqa: S101 - see `within`
        row.outcome = Outcome.SAME
        school = schools.get(row.get("code") or "")
        if school is None and row.get("code"):
            row.fault(_("No school that you see has this code."), "code")
        elif school is None:
            row.fault(_("This must be filled in for a new record."), "code")
        else:
            row.values["school_name"] = str(school)
        if not any(remark.column in ("year", "part") for remark in row.faults):
            self._period(row)
        row.values["school"] = school
        return school is not None and not any(one.column in ("year", "part") for one in row.faults)

    def _period(self, row: Row) -> None:
        assert self.form is not None  # noqa: S101 - see `within`
        period = Period(self.form.period)
        year, part, parts = row.get("year"), row.get("part") or 0, PARTS[period]
        if year is None:
            row.fault(_("This must be filled in for a new record."), "year")
        elif not FIRST_YEAR <= year <= timezone.localdate().year:
            row.fault(_("Write the year with four digits, such as 2023."), "year")
        elif parts and not 1 <= part <= parts:
            sentence = _t("Write a number from 1 to %(most)s.") % {"most": parts}
            row.fault(sentence, "part")
        elif period_end(period, year, part) >= timezone.localdate():
            row.fault(_("This period is not over. Issue the form instead."), "year")

    def save(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        assert self.form is not None  # noqa: S101 - see `within`
        version = current_version(self.form)
        assert version is not None  # noqa: S101 - see `within`
        keep(version=version, rows=[_entry(row) for row in rows], by=by)


def _owners(by: User) -> list[int]:
    return list(forms_of(by).values_list("owner_id", flat=True))


def _columns(definition: Definition) -> list[SheetColumn]:
    """Two tables may have a line and a column of the same words: such words alone name neither."""
    cells = definition.cells.values()
    counts = Counter(word for cell in cells for word in {cell.label.zh, cell.label.en})
    return [
        _column(cell, [word for word in (cell.label.zh, cell.label.en) if counts[word] == 1])
        for cell in cells
    ]


def _column(cell: Cell, words: Sequence[str]) -> SheetColumn:
    """Read as typed text: the cell itself knows numbers, money, choices."""

    def clean(text: Any) -> str:
        return canonical(cell.spec, str(text))

    return SheetColumn(
        cell.key,
        label=lazy(lambda: f"{cell.address} {cell.label}", str)(),
        aliases=(cell.address, *words),
        clean=clean,
        blank="keep",
    )


def latest_past(period: Period, today: date) -> tuple[int, int]:
    """(year, part) of the last period that is over."""
    parts = PARTS[period] or 1
    for year in range(today.year, today.year - 3, -1):
        for number in range(parts, 0, -1):
            part = number if PARTS[period] else 0
            if period_end(period, year, part) < today:
                return year, part
    raise AssertionError("every period is over within two years")


def _key(row: Row) -> Key:
    return row.get("code"), row.get("year"), row.get("part") or 0


def _schools(rows: Sequence[Row], by: User) -> dict[str, School]:
    codes = {row.get("code") for row in rows} - {None, ""}
    return {
        school.code: school
        for school in permitted(by, "view", School).filter(code__in=codes)
        if school.code is not None
    }


def _standing(form: Form, rows: Sequence[Row]) -> tuple[dict[Key, Return], set[Key]]:
    """Past returns that were imported before, and periods that were asked for here."""
    codes = {row.get("code") for row in rows} - {None, ""}
    known = Return.objects.filter(form_version__form=form, school__code__in=codes).exclude(
        collection__status=CollectionStatus.CANCELLED
    )
    past: dict[Key, Return] = {}
    living: set[Key] = set()
    for one in known.select_related("collection", "school__district", "form_version__form"):
        key = (one.school.code or "", one.collection.year, one.collection.part)
        if one.collection.is_past:
            past[key] = one
        else:
            living.add(key)
    return past, living


def _compare(row: Row, definition: Definition) -> None:
    """Old and new by cell. A total that is given and a total that follows must agree."""
    before: Mapping[str, str] = row.record.values if row.record is not None else {}
    given = {key: row.values[key] for key in definition.cells if row.get(key) not in (None, "")}
    typed = {key: value for key, value in given.items() if not definition.cells[key].spec.computed}
    values = {**before, **typed}
    worked_out = {key: value for key, value in computed_values(definition, values, {}).items() if value != ""}
    for key, cell in definition.cells.items():
        if not cell.spec.computed:
            continue
        if key in worked_out and key in given and not _is_same(given[key], worked_out[key]):
            row.doubt(
                _t("The file says %(file)s, but the figures give %(computed)s, which would be saved.")
                % {"file": shown(cell.spec, given[key]), "computed": shown(cell.spec, worked_out[key])},
                key,
            )
        if key in worked_out or key in given:
            values[key] = worked_out.get(key, given.get(key, ""))
    row.changes = {
        key: (before.get(key, ""), value) for key, value in values.items() if before.get(key, "") != value
    }
    if row.changes:
        row.outcome = Outcome.NEW if row.record is None else Outcome.CHANGED


def _is_same(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return one == other


def _entry(row: Row) -> tuple[School, int, int, Return | None, dict[str, str]]:
    school = row.get("school")
    if not isinstance(school, School):
        raise ValidationError(_t("No school that you see has this code."))
    return (
        school,
        row.get("year"),
        row.get("part") or 0,
        row.record,
        {key: new for key, (_old, new) in row.changes.items()},
    )
