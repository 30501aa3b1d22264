"""Requests for changes in teachers' records, and the table that says who keeps which field."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Tabs, register
from personnel.changes import attachments, filters, forms
from personnel.changes.models import TeacherChange
from personnel.changes.selectors import after, before
from personnel.models import TeacherFieldOwnership
from personnel.selectors.fields import label_of


class ChangePages(PageSet):
    model = TeacherChange
    slug = "change-requests"
    api = True
    note = _("A school asks for another value of what personnel keeps in a teacher's record.")
    empty = _("There is no change request here.")
    columns = (
        Column("teacher", link=True, sort="teacher__name_sort"),
        Column("field", label=_("Field"), value=lambda row: row.field_label),
        Column("asking_unit"),
        Column("created_at", label=_("Asked"), sort="created_at"),
        Column("deciding_unit", low=True),
        Column("status", kind="tag"),
    )
    search = ("teacher__name", "teacher__number__istartswith", "teacher__initials__istartswith")
    filters = filters.ChangeFilter
    tabs = Tabs("status")
    ordering = ("-created_at",)
    select_related = ("teacher", "asking_unit", "deciding_unit", "requested_by")
    tags = {"open": "new", "accepted": "done", "refused": "bad", "withdrawn": "moved"}
    attachments = attachments.FILES
    panels = (
        Panel(
            _("What is asked for"),
            fields=(
                "teacher",
                Column("number", label=_("Teacher number"), value=lambda row: row.teacher.number),
                Column("field", label=_("Field"), value=lambda row: row.field_label),
                Column("old", value=before, kind="text"),
                Column("new", value=after, kind="text"),
                "reason",
                "asking_unit",
                "requested_by",
            ),
        ),
        Panel(_("What was said"), fields=("deciding_unit", "refusal")),
    )


@register
class DeskChangePages(ChangePages):
    menu = Menu("registers", _("Changes of teachers' records"), icon="pen", order=17)


@register
class OwnChangePages(ChangePages):
    """The school follows what it asked for."""

    workspaces = ("school",)
    menu = Menu("mine", _("Changes of teachers' records"), icon="pen", order=27)


@register
class OwnershipPages(PageSet):
    """Which fields of a teacher's record personnel keeps: for all stages, or for one."""

    model = TeacherFieldOwnership
    slug = "fields"
    menu = Menu("tables", _("Who keeps which field of a teacher"), icon="grid", order=18)
    note = _("What personnel keeps, a school asks for; what the school keeps, it changes at once.")
    columns = (
        Column("field", link=True, value=lambda row: label_of(row.field), sort="field"),
        Column("stage", value=lambda row: row.get_stage_display() if row.stage else _("all stages")),
        Column("keeper", sort="keeper"),
    )
    search = ("field",)
    exports = False
    form = forms.OwnershipForm
    add_form = forms.NewOwnershipForm

    def title(self, record: Any) -> str:
        stage = record.get_stage_display() if record.stage else ""
        return " · ".join(part for part in (label_of(record.field), stage) if part)
