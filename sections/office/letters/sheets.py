"""The sheet of the mayor's line (12345): its orders become letters like any other."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.models import User
from bureau.identifiers import phones
from bureau.sheets.declare import Outcome, Row, Scope, Sheet, SheetColumn, choices_of, register
from bureau.workflow.refusals import Refusal
from schools.models import School
from sections.office.letters import accusing, services
from sections.office.letters.choices import Channel, Kind
from sections.office.letters.models import Letter

# The school that a row's text means.
FOUND = {"school": "found_school", "about_school": "found_about_school"}
NOT_OF_THE_LETTER = {*FOUND, *FOUND.values(), "about_name"}


def telephone(typed: str) -> str:
    try:
        return phones.check(typed) if typed else ""
    except ValueError as error:
        raise ValidationError(str(error)) from error


@register
class MayorsLineSheet(Sheet):
    """An order is known by its number; one that is registered already stays as it is."""

    key = "office.mayors_line"
    model = Letter
    title = gettext_lazy("Mayor's line 12345")
    note = gettext_lazy(
        "Orders that are registered already are left alone: the same file twice adds nothing."
    )
    identity = ("outside_number",)
    columns = (
        SheetColumn(
            "outside_number",
            label=gettext_lazy("Order number"),
            kind="code",
            required=True,
            max_length=40,
            aliases=("工单编号", "工单号", "编号"),
            width=22,
        ),
        SheetColumn(
            "received_on",
            label=gettext_lazy("Received on"),
            kind="date",
            required=True,
            aliases=("日期", "受理日期", "来电日期", "派单日期"),
        ),
        SheetColumn(
            "kind",
            kind="choice",
            required=True,
            choices=choices_of(Kind),
            aliases=("类别", "诉求类别", "工单类型"),
        ),
        SheetColumn("title", required=True, max_length=100, aliases=("标题", "主题"), width=30),
        SheetColumn("body", required=True, max_length=5000, aliases=("内容", "诉求内容", "正文"), width=60),
        SheetColumn(
            "school",
            label=gettext_lazy("About the school"),
            max_length=100,
            aliases=("学校", "涉及学校"),
            width=24,
        ),
        SheetColumn(
            "about_school",
            label=gettext_lazy("School complained about"),
            max_length=100,
            aliases=("被反映学校", "被投诉学校"),
            width=24,
        ),
        SheetColumn(
            "about_name",
            label=gettext_lazy("Name complained about"),
            max_length=60,
            aliases=("被反映人", "被投诉人"),
        ),
        SheetColumn(
            "sender_name", label=gettext_lazy("Name of the writer"), max_length=50, aliases=("姓名", "来电人")
        ),
        SheetColumn(
            "sender_phone",
            label=gettext_lazy("Phone of the writer"),
            kind="code",
            max_length=30,
            clean=telephone,
            aliases=("电话", "联系电话", "来电号码"),
        ),
        SheetColumn(
            "is_urgent", label=gettext_lazy("Urgent"), kind="yes_no", aliases=("紧急", "是否紧急", "加急")
        ),
    )

    def known(self, scope: Scope, by: User) -> Iterator[Mapping[str, Any]]:
        """The template is empty: no letter goes out in it."""
        return iter(())

    def existing(self, rows: Sequence[Row], scope: Scope, by: User) -> Mapping[tuple[Any, ...], Any]:
        """Every order that was taken in, also one that is kept from this clerk: its number stays taken."""
        wanted = {row.values["outside_number"] for row in rows if row.get("outside_number")}
        found = Letter.objects.filter(channel=Channel.MAYORS_LINE, outside_number__in=wanted)
        return {(one.outside_number,): one for one in found.only("outside_number", "number")}

    def check(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        known = self.existing(rows, scope, by)
        super().check([row for row in rows if self.identity_of(row) not in known], scope, by)
        for row in rows:
            if self.identity_of(row) in known:
                row.outcome, row.faults, row.doubts = Outcome.SAME, [], []
            elif row.get("received_on") and row.values["received_on"] > timezone.localdate():
                row.fault(_("This day has not come yet."), "received_on")
        fresh = [row for row in rows if row.outcome is Outcome.NEW]
        for column in FOUND:
            self._schools(fresh, column)

    def _schools(self, rows: Sequence[Row], column: str) -> None:
        """Schools by code or full name, two queries for a batch."""
        typed = {row.values[column] for row in rows if row.get(column)}
        by_name: dict[str, list[School]] = {}
        for school in School.objects.filter(code__in=typed) | School.objects.filter(name_zh__in=typed):
            for name in {str(school.code), school.name_zh} & typed:
                by_name.setdefault(name, []).append(school)
        for row in rows:
            found = by_name.get(row.get(column) or "", [])
            if row.get(column) and len(found) != 1:
                row.fault(
                    _("No single school has this name. Enter the full name or the ten-digit code."), column
                )
            row.values[FOUND[column]] = found[0] if len(found) == 1 else None

    def who(self, row: Row) -> str:
        """The order's number: the report names no writer."""
        return str(row.get("outside_number") or "")

    def save(self, rows: Sequence[Row], scope: Scope, by: User) -> None:
        for row in rows:
            values = {name: value for name, value in row.values.items() if name not in NOT_OF_THE_LETTER}
            values |= {"channel": Channel.MAYORS_LINE, "school": row.get(FOUND["school"])}
            named = {"about_school": row.get(FOUND["about_school"]), "about_name": row.get("about_name")}
            # Nobody gets a receipt here; who asks at the counter gets a new code.
            token = secrets.token_urlsafe(24)
            try:
                services.enter_letter(
                    values=values, token=token, by=by, step="take_in", about=accusing.named_in(named)
                )
            except Refusal as refusal:
                row.fault(str(refusal.sentence))
