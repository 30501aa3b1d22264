"""Reports on persons on the desk of the discipline unit, and the slips of the letters office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Tabs, Workspace, register
from sections.office.person_reports import reissue, reveal, services
from sections.office.person_reports.choices import Status
from sections.office.person_reports.evidence import FILES
from sections.office.person_reports.filters import PersonReportFilter
from sections.office.person_reports.forms import EnterForm, SlipForm
from sections.office.person_reports.models import PersonReport, ReferralSlip, VerificationNote


def reporter(report: PersonReport, by: Principal) -> Mapping[str, Any]:
    may_see = permitted(by, "reveal", PersonReport).filter(pk=report.pk).exists()
    may_reissue = permitted(by, "reissue", PersonReport).filter(pk=report.pk).exists()
    address = reverse("desk:office:personreport_reveal", args=[report.pk])
    return {
        "is_anonymous": report.is_anonymous,
        "is_by_real_name": report.is_by_real_name,
        "reveal": address if may_see and not report.is_anonymous else "",
        "reissue": reverse("desk:office:personreport_reissue", args=[report.pk]) if may_reissue else "",
    }


def notes(report: PersonReport, by: Principal) -> Mapping[str, Any]:
    rows = permitted(by, "view", VerificationNote).filter(report=report)
    return {"rows": rows.select_related("written_by")}


@register
class PersonReportPages(PageSet):
    """No export, no programs, no shares: what is read here is read here alone."""

    model = PersonReport
    slug = "person-reports"
    menu = Menu(group="section", label=_("Reports on persons"), icon="shield", order=10)
    note = _("Only the discipline unit reads these reports. Nobody who is reported ever sees them.")
    empty = _("No report fits. Reports arrive here from the public page, or you enter them.")
    columns = (
        Column("number", link=True, sort="number"),
        Column("subject"),
        Column("channel", low=True),
        Column("received_on", kind="date", sort="received_on"),
        Column("status", kind="tag", sort="status"),
    )
    search = ("number",)
    search_label = _("Number")
    filters = PersonReportFilter
    tabs = Tabs("status")
    select_related = ("owner",)
    unread = (
        "body",
        "finding",
        "referred_to",
        "letter_number",
        "reporter_name",
        "reporter_phone",
        "reporter_address",
        "accused_name",
        "accused_post",
        "accused_unit",
    )
    exports = False
    add_form = EnterForm
    attachments = (FILES,)
    tags = {
        Status.RECEIVED: "new",
        Status.REGISTERED: "half",
        Status.VERIFYING: "half",
        Status.REFERRED: "moved",
        Status.SUBSTANTIATED: "done",
        Status.UNSUBSTANTIATED: "done",
        Status.WITHDRAWN: "moved",
    }
    panels = (
        Panel(
            _("Report"),
            fields=(
                "channel",
                Column("received_on", label=_("Received on")),
                "accused_name",
                "accused_post",
                "accused_unit",
                "subject",
                Column("body", kind="long"),
            ),
        ),
        Panel(_("Reporter"), template="office/person_reports/reporter.html", context=reporter),
        Panel(
            _("Verification"),
            template="office/person_reports/notes.html",
            context=notes,
            shown=lambda report, _by: report.status not in (Status.RECEIVED, Status.REGISTERED),
        ),
        Panel(
            _("Outcome"),
            fields=(
                "told_on",
                "referred_to",
                Column("finding", kind="long"),
                "closed_on",
                "result_told_on",
            ),
            shown=lambda report, _by: bool(report.told_on or report.closed_on),
        ),
    )

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        return [reveal.url(self, workspace), reissue.url(self, workspace)]

    def save(self, form: Any, by: Principal) -> PersonReport:
        return services.enter_report(values=form.cleaned_data, by=by)


@register
class ReferralSlipPages(PageSet):
    """What the letters office notes of a paper report that it sends on unread."""

    model = ReferralSlip
    slug = "referral-slips"
    menu = Menu(group="section", label=_("Referral slips"), icon="out", order=90, capability="office.letters")
    note = _(
        "For paper reports on persons that are sent on unread: number, days, destination, sheets. Never a word"
        " of the report."
    )
    empty = _("There is no slip here. Add one for each closed envelope that you send on.")
    columns = (
        Column("number", link=True, sort="number"),
        Column("received_on", kind="date", sort="received_on"),
        Column("sent_on", kind="date", sort="sent_on"),
        Column("sent_to"),
        Column("sheets", kind="number"),
    )
    search = ("number", "sent_to")
    search_label = _("Number or destination")
    select_related = ("owner",)
    exports = False
    add_form = SlipForm

    def save(self, form: Any, by: Principal) -> ReferralSlip:
        names = ("received_on", "sent_on", "sent_to", "sheets")
        return services.add_slip(**{name: form.cleaned_data[name] for name in names}, by=by)
