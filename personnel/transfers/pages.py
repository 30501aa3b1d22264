"""Transfers: to agree to for schools, to decide for personnel, to follow for districts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Tabs, register
from personnel.transfers import filters, forms
from personnel.transfers.choices import TAGS
from personnel.transfers.models import Transfer
from personnel.transfers.services import FIELDS, request_transfer


class TransferPages(PageSet):
    """A transfer as every side sees it."""

    model = Transfer
    slug = "transfers"
    note = _("Both schools agree, then the personnel section decides.")
    empty = _("There is no transfer here.")
    columns = (
        Column("teacher", link=True, sort="teacher__name_sort"),
        Column("from_school", sort="from_school__initials"),
        Column("to_school", sort="to_school__initials"),
        Column("kind", low=True),
        Column("on", sort="on"),
        Column("status", kind="tag"),
    )
    search = ("teacher__name", "teacher__number__istartswith", "from_school__name_zh", "to_school__name_zh")
    filters = filters.TransferFilter
    tabs = Tabs("status")
    ordering = ("-created_at",)
    select_related = (
        "teacher",
        "from_school",
        "to_school",
        "to_stage",
        "subject",
        "deciding_unit",
        "requested_by_unit",
    )
    tags = TAGS
    add_form = forms.TransferForm
    prefill = ("teacher_number", "teacher_name")
    panels = (
        Panel(
            _("What is asked for"),
            fields=(
                "teacher",
                Column("number", label=_("Teacher number"), value=lambda row: row.teacher.number),
                "from_school",
                "to_school",
                Column("stage", label=_("Stage there"), value=lambda row: _stage(row)),
                "subject",
                "kind",
                "on",
                "grounds",
                "requested_by_unit",
            ),
        ),
        Panel(_("What was said"), fields=("released_on", "accepted_on", "deciding_unit", "refusal")),
    )

    def save(self, form: Any, by: Principal) -> Transfer:
        found = form.cleaned_data
        values = {name: found[name] for name in FIELDS}
        return request_transfer(teacher=found["teacher"], to_stage=found["to_stage"], values=values, by=by)


def _stage(transfer: Transfer) -> str:
    return transfer.to_stage.get_stage_display() if transfer.to_stage is not None else ""


@register
class DeskTransferPages(TransferPages):
    """Under the section that decides on transfers."""

    menu = Menu("section", _("Transfers"), icon="out", order=30, capability="personnel.transfers")


@register
class OwnTransferPages(TransferPages):
    """Under the school's own menu."""

    workspaces = ("school",)
    menu = Menu("mine", _("Transfers"), icon="out", order=26, always=True)
