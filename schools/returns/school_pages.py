"""Returns in the workspace of a school: what is open, what came back, what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.accounts.principals import Principal
from bureau.pages.details import due_words
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Tabs, TagKind, Text, Workspace, register
from bureau.registry import import_if_there
from schools.returns import entry_views, panels, paper_view
from schools.returns.attachments import RETURN_FILES
from schools.returns.choices import DONE, SENT, ReturnStatus
from schools.returns.models import Return
from schools.returns.selectors import tasklist
from schools.returns.selectors.locks import last_day

TAGS: dict[str, TagKind] = {
    ReturnStatus.DRAFT: "new",
    ReturnStatus.CHECKED: "half",
    ReturnStatus.SIGNED: "half",
    ReturnStatus.DISTRICT: "half",
    ReturnStatus.SECTION: "half",
    ReturnStatus.RETURNED: "bad",
    ReturnStatus.ACCEPTED: "done",
    ReturnStatus.LOCKED: "done",
    ReturnStatus.EXCUSED: "moved",
}
# What came back stands first, then what is open, what was sent, what is done.
_RANK = Case(
    When(status=ReturnStatus.RETURNED, then=Value(0)),
    When(status__in=SENT, then=Value(2)),
    When(status__in=(*DONE, ReturnStatus.EXCUSED), then=Value(3)),
    default=Value(1),
    output_field=IntegerField(),
)


def days_left(record: Return) -> str:
    return due_words(tasklist.due_on(record))[0]


@register
class SchoolReturnPages(PageSet):
    model = Return
    slug = "returns"
    workspaces = ("school",)
    menu = Menu("mine", _("Returns"), icon="grid", order=15, always=True)
    note = _("What the bureau asks of your school: filled in once, checked, signed, sent.")
    empty = _("Nothing is asked of your school now. A new return appears here on the day it is issued.")
    columns = (
        Column("collection", label=pgettext_lazy("school return", "Return"), link=True),
        Column("owner", label=_("Section"), sort="owner__order"),
        Column("due", label=_("Due on"), kind="date", value=tasklist.due_on, sort="collection__due_on"),
        Column("left", label=_("Time left"), value=days_left),
        Column("first_sent_on", label=_("Sent on"), kind="date", sort="first_sent_on", low=True),
        Column("status", kind="tag", sort="status"),
    )
    search = ("collection__title_zh", "collection__title")
    search_label = _("Title")
    tabs = Tabs("status", only=tuple(TAGS))
    ordering = ("rank", "collection__due_on", "-pk")
    select_related = ("collection", "school__unit", "school__managed_by", "owner", "form_version__form")
    prefetch_related = ("school__stages", "school__facts__pupil_counts")
    tags = TAGS
    attachments = RETURN_FILES
    panels = (
        Panel(
            _("Open remarks"),
            template="schools/returns/entry/remarks.html",
            context=panels.said,
            shown=panels.is_said,
        ),
        Panel(_("Parts"), template="schools/returns/entry/parts.html", context=panels.work),
        Panel(
            _("What the checks say"),
            template="schools/returns/entry/findings.html",
            context=panels.results,
            shown=panels.has_results,
        ),
        Panel(
            _("Declaration"),
            template="schools/returns/entry/declaration.html",
            context=panels.declaration,
            shown=panels.is_declared,
        ),
        Panel(
            _("The form"),
            fields=(
                Column(
                    "form", label=pgettext_lazy("return", "Form"), value=lambda one: one.form_version.form
                ),
                Column("number", label=_("Version"), value=lambda one: str(one.form_version.number)),
                Column("owner", label=_("Section in charge")),
                Column("basis", label=_("Legal basis"), value=lambda one: one.form_version.form.legal_basis),
                Column("opens", label=_("Opens on"), kind="date", value=lambda one: one.collection.opens_on),
                Column("due", label=_("Due on"), kind="date", value=lambda one: one.collection.due_on),
                # For this school: an exception, or corrections that were asked for, reach further.
                Column("locks", label=_("Locks after"), kind="date", value=last_day),
                Column(
                    "minutes",
                    label=_("Minutes it costs a school"),
                    kind="number",
                    value=lambda one: one.form_version.form.minutes,
                ),
                Column("first_sent_on", kind="date"),
                "signed_by",
                Column("accepted_on", label=_("Accepted on"), kind="date"),
            ),
        ),
    )
    views = {"print": paper_view.PaperView, "do": entry_views.StepView}

    def queryset(self, principal: Principal, verb: str) -> QuerySet[Any]:
        found: QuerySet[Any] = super().queryset(principal, verb).annotate(rank=_RANK)
        return found

    def title(self, record: Return) -> str:
        return record.collection.label

    def facts(self, record: Return) -> Sequence[Text]:
        return [str(record.school), _t("Section: %(unit)s") % {"unit": record.owner}]

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern | URLResolver]:
        found: list[URLPattern | URLResolver] = list(entry_views.urls(self, workspace))
        workbook: Any = import_if_there("schools.returns.workbook.pages")
        return [*found, *workbook.urls(self, workspace)] if workbook else found
