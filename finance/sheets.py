"""Workbooks of money: the funds of a year, and what one fund gives to schools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.access.services import Decision, may_add, permitted
from bureau.accounts.models import User
from bureau.money import NOT_ABOVE_ZERO, shown
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
from bureau.sheets.writing import clean, refuse_outside
from finance.choices import Earmark, FundStatus, Purpose, SourceLevel
from finance.models import Allocation, BudgetCode, Fund
from finance.services.allocations import Letter, Share, allocate_many
from finance.services.funds import change_fund, take_in_funds
from schools.models import School


@register
class FundSheet(Sheet):
    """The funds of a budget year. A row is known by its source document and its name."""

    key = "finance.funds"
    model = Fund
    title = gettext_lazy("Funds of a year")
    note = gettext_lazy("New rows are entered as drafts; put them into use once you have looked at them.")
    identity = ("document_number", "name_zh")
    columns = (
        SheetColumn("number", kind="code", read_only=True, aliases=("资金编号",)),
        SheetColumn(
            "document_number", required=True, max_length=60, aliases=("文号", "来源文号", "文件号"), width=24
        ),
        SheetColumn("name_zh", required=True, max_length=100, aliases=("资金名称", "项目名称"), width=32),
        SheetColumn(
            "name", label=gettext_lazy("English name"), max_length=150, aliases=("英文名称",), width=32
        ),
        SheetColumn(
            "level",
            kind="choice",
            required=True,
            choices=choices_of(SourceLevel),
            aliases=("资金级次", "级次"),
        ),
        SheetColumn(
            "purpose", kind="choice", required=True, choices=choices_of(Purpose), aliases=("用途", "资金用途")
        ),
        SheetColumn(
            "earmark", kind="choice", required=True, choices=choices_of(Earmark), aliases=("资金性质",)
        ),
        SheetColumn(
            "function_code",
            kind="choice",
            required=True,
            choices=choices_of_table(BudgetCode, is_in_use=True),
            aliases=("功能科目", "支出功能分类科目", "科目编码"),
            width=24,
        ),
        SheetColumn(
            "document_title", required=True, max_length=200, aliases=("文件标题", "文件名称"), width=40
        ),
        SheetColumn("document_on", kind="date", required=True, aliases=("发文日期", "文件日期")),
        SheetColumn("amount", kind="money", required=True, aliases=("金额", "金额（元）", "金额(元)")),
        SheetColumn("close_by", kind="date"),
        SheetColumn("note", aliases=("备注",), width=30),
        SheetColumn("allocated", kind="money", read_only=True),
        SheetColumn("remaining", kind="money", read_only=True),
    )

    def scopes(self, by: User) -> Sequence[Scope]:
        """This year and next, and every year of which there are funds."""
        seen = permitted(by, "view", Fund).order_by().values_list("year", flat=True).distinct()
        this = timezone.localdate().year
        return [Scope(str(year), str(year)) for year in sorted({this, this + 1, *seen}, reverse=True)]

    def records(self, scope: Scope, by: User, verb: str = "view") -> QuerySet[Any]:
        return permitted(by, verb, Fund).filter(year=int(scope.key))

    def check(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        super().check(rows, scope, by)
        for row in rows:
            if row.outcome is Outcome.CHANGED and row.record.status != FundStatus.DRAFT:
                for name in row.changes:
                    row.fault(_("The fund is in use; its entries stay as they are."), name)
            elif row.get("amount") is not None and row.values["amount"] <= 0:
                row.fault(NOT_ABOVE_ZERO, "amount")

    def build(self, row: Row, scope: Scope, by: User) -> Fund:
        values = {self.attribute(name): value for name, value in row.values.items()}
        return Fund(year=int(scope.key), **values)

    def save(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        new = [row for row in rows if row.outcome is Outcome.NEW]
        for row in new:
            row.record = self.build(row, scope, by)
            clean(row, row.record)
        if any(row.faults for row in new):
            return
        take_in_funds(funds=[row.record for row in new], by=by)
        refuse_outside(self, new, scope, by, "add")
        for row in rows:
            if row.outcome is Outcome.CHANGED:
                values = {self.attribute(name): then for name, (_now, then) in row.changes.items()}
                change_fund(fund=row.record, values=values, by=by)


@register
class AllocationSheet(Sheet):
    """What one fund gives to schools: every school of the register with an empty box, and what was allotted."""

    key = "finance.allocations"
    model = Allocation
    title = gettext_lazy("Allocations of a fund")
    note = gettext_lazy("Rows without an amount allot nothing. What was allotted is not changed here.")
    identity = ("school", "document_number")
    columns = (
        SheetColumn(
            "school",
            label=gettext_lazy("Identification code"),
            kind="code",
            required=True,
            aliases=("学校标识码", "学校代码"),
        ),
        SheetColumn(
            "school_name",
            label=gettext_lazy("School"),
            read_only=True,
            aliases=("学校名称", "学校"),
            width=32,
        ),
        SheetColumn("document_number", max_length=60, aliases=("文号", "下达文号"), width=24),
        SheetColumn("allotted_on", kind="date", aliases=("下达日期", "发文日期")),
        SheetColumn("amount", kind="money", aliases=("金额", "金额（元）", "下达金额")),
        SheetColumn("confirm_by", kind="date"),
    )

    def may_use(self, by: User) -> Decision:
        return may_add(by, Allocation)

    def scopes(self, by: User) -> Sequence[Scope]:
        funds = permitted(by, "allocate", Fund).filter(status=FundStatus.OPEN)
        return [Scope(str(fund.pk), str(fund)) for fund in funds.order_by("-year", "-number")]

    def records(self, scope: Scope, by: User, verb: str = "view") -> QuerySet[Any]:
        return permitted(by, verb, Allocation).filter(fund=int(scope.key)).select_related("school", "fund")

    def value(self, record: Any, column: SheetColumn) -> Any:
        if column.name == "school":
            return record.school.code
        if column.name == "school_name":
            return record.school.name_zh
        return super().value(record, column)

    def known(self, scope: Scope, by: User) -> Iterator[Mapping[str, Any]]:
        yield from super().known(scope, by)
        for school in permitted(by, "view", School).filter(code__isnull=False).order_by("code"):
            if school.is_in_use:
                yield {"school": school.code, "school_name": school.name_zh}

    def identity_of(self, row: Row) -> tuple[Any, ...] | None:
        """A school without an amount is the empty box of the template: it names nothing yet."""
        return super().identity_of(row) if row.get("amount") is not None else None

    def existing(self, rows: Sequence[Row], scope: Scope, by: User) -> Mapping[tuple[Any, ...], Any]:
        codes = {row.get("school") for row in rows}
        found = self.records(scope, by).filter(school__code__in=codes - {None, ""})
        return {(record.school.code, record.document_number): record for record in found}

    def check(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        known = self.existing(rows, scope, by)
        codes = {row.get("school") for row in rows} - {None, ""}
        schools = {school.code: school for school in permitted(by, "view", School).filter(code__in=codes)}
        for row in rows:
            row.outcome = Outcome.SAME
            row.record = known.get(self.identity_of(row) or ())
            if row.record is not None:
                self._check_known(row)
            elif row.get("amount") is not None:
                self._check_new(row, schools.get(row.get("school")))

    def _check_known(self, row: Row) -> None:
        if row.values["amount"] != row.record.amount:
            row.fault(
                _("%(amount)s was allotted by this document. Allot the rest with another document.")
                % {"amount": shown(row.record.amount)},
                "amount",
            )

    def _check_new(self, row: Row, school: School | None) -> None:
        row.outcome = Outcome.NEW
        if school is None:
            row.fault(_("There is no school with this code in your remit."), "school")
        elif not school.is_in_use:
            row.fault(_("%(school)s has ended and gets no more money.") % {"school": school.label}, "school")
        if row.values["amount"] <= 0:
            row.fault(NOT_ABOVE_ZERO, "amount")
        for name in ("document_number", "allotted_on"):
            if row.get(name) in (None, "") and not any(one.column == name for one in row.faults):
                row.fault(_("This must be filled in where money is allotted."), name)

    def check_all(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        """Together the new rows must fit into what the fund has left."""
        new = [row for row in rows if row.outcome is Outcome.NEW]
        total = sum(row.get("amount", 0) for row in new)
        fund = permitted(by, "allocate", Fund).get(pk=int(scope.key))
        if total > fund.remaining:
            words = {"total": shown(total), "left": shown(fund.remaining)}
            said = _("Together the rows allot %(total)s, but only %(left)s is left in the fund.") % words
            new[-1].fault(said, "amount")

    def who(self, row: Row) -> str:
        return str(row.get("school_name") or row.get("school") or "")

    def save(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        fund = permitted(by, "allocate", Fund).get(pk=int(scope.key))
        codes = [row.values["school"] for row in rows]
        schools = permitted(by, "view", School).select_related("unit").in_bulk(codes, field_name="code")
        for letter, shares in _by_letter(rows, schools).items():
            allocate_many(fund=fund, shares=shares, letter=letter, by=by)


def _by_letter(rows: Sequence[Row], schools: Mapping[str, School]) -> dict[Letter, list[Share]]:
    found: dict[Letter, list[Share]] = {}
    for row in rows:
        letter = Letter(row.values["document_number"], row.values["allotted_on"], row.get("confirm_by"))
        found.setdefault(letter, []).append(Share(schools[row.values["school"]], row.values["amount"]))
    return found
