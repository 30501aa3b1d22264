"""Returns at the desk: the list to review, the return on one page, exceptions from the lock, the rules of the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.access.services import may_add, permitted
from bureau.access.views import Records, rule
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.jobs.models import Job
from bureau.pages.forms import PortalModelForm
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Tabs, TagKind, Text, Workspace, register
from bureau.workflow.declare import Transition
from bureau.workflow.many import Many
from schools.returns import review_views
from schools.returns.attachments import RETURN_FILES
from schools.returns.capabilities import NAME
from schools.returns.choices import ReturnStatus
from schools.returns.models import FlowRule, LockException, Return
from schools.returns.review_filters import ReturnFilter
from schools.returns.review_forms import ExceptionForm, FlowRuleForm
from schools.returns.services import accepting, locks

TAGS: dict[str, TagKind] = {
    ReturnStatus.SECTION: "new",
    ReturnStatus.DISTRICT: "new",
    ReturnStatus.RETURNED: "bad",
    ReturnStatus.DRAFT: "half",
    ReturnStatus.CHECKED: "half",
    ReturnStatus.SIGNED: "half",
    ReturnStatus.ACCEPTED: "done",
    ReturnStatus.LOCKED: "done",
    ReturnStatus.EXCUSED: "moved",
}
# address below the list, view, ending of the name, model and verb of the rule
PAGES: tuple[tuple[str, Any, str, Any, str], ...] = (
    ("clean/", review_views.CleanPage, "clean", Return, "accept"),
    ("clean/<int:pk>/", review_views.CleanResult, "clean_result", Job, "view"),
    ("<int:pk>/review/", review_views.ReviewAct, "review", Return, "view"),
    ("<int:pk>/cells/<str:cell>/", review_views.CellPage, "cell", Return, "view"),
)


def late_words(record: Return) -> str:
    return str(_("late")) if record.is_late else ""


@register
class ReturnPages(PageSet):
    """The section and the county bureau: what came in, what is clean, what is late."""

    model = Return
    slug = "returns"
    menu = Menu(group="section", label=_("Returns of schools"), icon="grid", order=21, capability=NAME)
    note = _(
        "What schools answered. Open one to see its figures beside last year's and those of the district."
    )
    empty = _("No return yet: they come into being when a collection is issued.")
    columns = (
        Column("school", link=True, sort="school__code"),
        Column(
            "district", label=_("District"), value=lambda one: one.school.district, sort="school__district"
        ),
        Column("collection", sort="collection__due_on", low=True),
        Column("sent_on", kind="date", sort="sent_on"),
        Column("late", label=_("Late"), value=late_words),
        Column("errors", kind="number", sort="errors", low=True),
        Column("unusual", kind="number", sort="unusual"),
        Column("round", label=_("Sent so often"), kind="number", sort="round", low=True),
        Column("status", kind="tag", sort="status"),
    )
    search = ("school__name_zh", "school__name", "school__code", "collection__title_zh", "collection__title")
    search_label = _("School or collection")
    filters = ReturnFilter
    tabs = Tabs("status", only=tuple(TAGS))
    ordering = ("-collection", "school__code", "pk")
    select_related = (
        "school__district",
        "school__unit",
        "school__managed_by",
        "collection",
        "owner",
        "form_version__form",
        "signed_by",
    )
    prefetch_related = ("school__stages",)
    tags = TAGS
    bulk = ("accept",)
    attachments = RETURN_FILES
    panels = (
        Panel(
            _("The return"),
            fields=(
                Column(
                    "form",
                    label=pgettext_lazy("school return", "Form"),
                    value=lambda one: one.form_version.form,
                ),
                Column("owner", label=_("Section in charge")),
                Column("due", label=_("Due on"), kind="date", value=lambda one: one.collection.due_on),
                Column("first_sent_on", kind="date"),
                Column("sent_on", kind="date"),
                "signed_by",
                Column("returned_due_on", kind="date"),
                Column("accepted_on", kind="date"),
            ),
        ),
    )
    views = {"detail": review_views.ReviewPage}

    def take_many(self, step: Transition, records: Sequence[Any], *, by: Principal) -> Many[Any] | None:
        """Only the clean ones are accepted; the others are named with the reason."""
        if step.name != "accept" or not isinstance(by, User):
            return None
        return accepting.accept_clean([record.pk for record in records], by=by)

    def title(self, record: Return) -> str:
        return f"{record.school} · {record.collection}"

    def facts(self, record: Return) -> Sequence[Text]:
        found = [str(record.school.district)]
        if record.round > 1:
            found.append(_t("sent %(count)s times") % {"count": record.round})
        if record.is_late:
            found.append(_t("sent late"))
        return found

    def links(self, workspace: Workspace, principal: Principal) -> Sequence[tuple[Text, str]]:
        found: list[tuple[Text, str]] = []
        if permitted(principal, "accept", Return).filter(status=ReturnStatus.SECTION).exists():
            found.append((_("Accept clean returns"), reverse("desk:schools:return_clean")))
        if permitted(principal, "view", LockException).exists() or may_add(principal, LockException):
            found.append((_("Exceptions from the lock"), reverse("desk:schools:lockexception_list")))
        return found

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        options: Any = {"pageset": self, "workspace": workspace}
        return [
            path(route, rule(Records("desk", verb, model))(view.as_view(**options)), name=f"return_{name}")
            for route, view, name, model, verb in PAGES
        ]


@register
class LockExceptionPages(PageSet):
    model = LockException
    slug = "return-exceptions"
    note = _(
        "Schools that may send after the lock, until when and why. A later exception replaces an earlier one."
    )
    empty = _("No exception was granted.")
    columns = (
        Column("school", link=True, sort="school__code"),
        Column("collection", sort="collection__due_on"),
        Column("until", kind="date", sort="until"),
        Column("reason"),
        Column("granted_by", low=True),
        Column("granted_at", kind="moment", sort="granted_at", low=True),
    )
    search = ("school__name_zh", "school__name", "school__code", "reason")
    select_related = ("school", "collection", "granted_by")
    ordering = ("-pk",)
    panels = (
        Panel(
            _("Exception"),
            fields=(
                "school",
                "collection",
                Column("until", kind="date"),
                "reason",
                "granted_by",
                Column("granted_at", kind="moment"),
            ),
        ),
    )
    add_form = ExceptionForm
    prefill = ("collection", "school")

    def save(self, form: PortalModelForm, by: Principal) -> LockException:
        """Through the service: it asks for the right over the collection and tells the school."""
        assert isinstance(by, User)  # noqa: S101 - only people have forms
        return locks.grant(
            by=by, **{name: form.cleaned_data[name] for name in ("collection", "school", "until", "reason")}
        )


@register
class FlowRulePages(PageSet):
    model = FlowRule
    slug = "return-rules"
    menu = Menu(group="tables", label=_("Review of returns"), icon="clock", order=45, capability=NAME)
    note = _(
        "Within which time returns are looked at and corrected, and who may sign. A change is a new row."
    )
    empty = _("No rule is loaded; the portal's own times count.")
    columns = (
        Column("valid_from", kind="date", link=True, sort="valid_from"),
        Column("district_days", kind="number"),
        Column("review_days", kind="number"),
        Column("correction_days", kind="number"),
        Column("may_sign_alone", kind="yes_no"),
        Column("legal_basis", low=True),
    )
    form = FlowRuleForm
    add_form = FlowRuleForm
