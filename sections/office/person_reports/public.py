"""What a visitor sees of reports on persons: where they go, the form, the receipt, a state without a word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bureau.access.services import permitted
from bureau.access.views import Open, rule
from bureau.accounts.principals import Holder
from bureau.charter.selectors import holders
from bureau.files.models import Attachment
from bureau.identifiers import codes
from bureau.public.site import mount
from bureau.public.tickets import Ticket
from bureau.public.trackers import Tracker
from bureau.public.trackers import register as register_tracker
from bureau.workflow import services as workflow
from sections.office.letters import gate
from sections.office.person_reports import services
from sections.office.person_reports.capabilities import NAME
from sections.office.person_reports.choices import OPEN, Status
from sections.office.person_reports.enclosing import ENCLOSURES
from sections.office.person_reports.forms import ReportForm
from sections.office.person_reports.models import PersonReport
from sections.office.person_reports.selectors import unit_that_takes_reports

SALT = "person_reports.writing"


# -- writing ----------------------------------------------------------------------------------------------


@rule(Open())
@require_safe
def letter_report(request: HttpRequest) -> HttpResponse:
    """Where a report on a person goes; with a form where somebody here may lawfully read it."""
    return render(
        request,
        "public/person_reports/where.html",
        {
            "units": list(holders(NAME)),
            "contact": settings.DISCIPLINE_CONTACT,
            "takes": unit_that_takes_reports() is not None,
        },
    )


@rule(Open())
@never_cache
@require_http_methods(["GET", "POST"])
def person_report_new(request: HttpRequest) -> HttpResponse:
    """One page; nothing is stored before it is sent, and nothing typed is lost when it is refused."""
    if unit_that_takes_reports() is None:
        if request.method != "POST":
            return letter_report(request)
        return _form(request, ReportForm(request.POST), sentence=services.cannot_be_taken(), status=422)
    if request.method == "GET":
        return _form(request, ReportForm())
    form, ticket = ReportForm(request.POST), Ticket.read(request.POST.get("ticket", ""), SALT)
    page = _files_first(request, ticket) if ticket is not None else None
    if page is not None:
        return page
    if not form.is_valid():
        return _form(request, form, ticket, status=422)
    if ticket is None:
        stale = _("This form was open for too long. Nothing was sent yet: send it again.")
        return _form(request, form, sentence=str(stale), status=422)
    refused = gate.why_not_sent(request, ticket.began)
    if refused:
        return _form(request, form, ticket, sentence=refused, status=422)
    wait = gate.pay_for_letter(request, form.cleaned_data["phone"], ticket.token)
    if wait:
        many = _("Too much was sent within a short time. Wait a few minutes, then send again.")
        return gate.asked_to_wait(_form(request, form, ticket, sentence=str(many)), wait)
    return _send(request, form, ticket)


def _files_first(request: HttpRequest, ticket: Ticket) -> HttpResponse | None:
    def page(refused: list[str], status: int) -> HttpResponse:
        typed = ReportForm(initial=request.POST.dict())
        return _form(request, typed, ticket, file_errors=refused, status=status)

    return ENCLOSURES.files_first(request, ticket.token, page)


def _send(request: HttpRequest, form: ReportForm, ticket: Ticket) -> HttpResponse:
    names = ("accused_name", "accused_post", "accused_unit", "subject", "body", "name", "phone")
    try:
        receipt = services.send_report(
            **{name: form.cleaned_data[name] for name in names}, token=ticket.token
        )
    except workflow.Refusal as refusal:
        return _form(request, form, ticket, sentence=str(refusal.sentence), status=422)
    return render(
        request,
        "public/person_reports/receipt.html",
        {
            "report": receipt.report,
            "code": codes.grouped(receipt.code),
            "is_changed": receipt.report.body != form.cleaned_data["body"]
            or bool(ENCLOSURES.enclosed(ticket.token)),
            "file_count": Attachment.objects.of(receipt.report).in_force().count(),
        },
    )


def _form(
    request: HttpRequest,
    form: ReportForm,
    ticket: Ticket | None = None,
    *,
    sentence: str = "",
    file_errors: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    ticket = ticket or Ticket.new(SALT)
    context: dict[str, Any] = {
        "form": form,
        "ticket": ticket.signed(),
        "sentence": sentence,
        "lure": gate.LURE,
        "hours": settings.LETTERS_UNSAVED_HOURS,
        **ENCLOSURES.context(ticket.token, file_errors),
    }
    return render(request, "public/person_reports/new.html", context, status=status)


# -- following --------------------------------------------------------------------------------------------


def report_status(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Arrived, being handled, done: nothing that would tell a stranger with the receipt what it is about."""
    report = permitted(holder, "view", PersonReport).get(pk=holder.pk)
    reached = 0 if report.status == Status.RECEIVED else 1 if report.status in OPEN else 2
    return render(request, "public/person_reports/status.html", {"report": report, "steps": steps(reached)})


STEPS = (_("Arrived"), _("Being handled"), _("Concluded"))


def steps(reached: int) -> list[dict[str, Any]]:
    last = len(STEPS) - 1
    found = []
    for place, label in enumerate(STEPS):
        done = place < reached or reached == last
        found.append({"label": label, "state": "done" if done else "now" if place == reached else ""})
    return found


def _find(number: str) -> PersonReport | None:
    digits = codes.normalise(number).removeprefix("R")
    return PersonReport.objects.filter(number=f"R{digits[:4]}-{digits[4:]}").first()


def _check(report: Model, code: str) -> bool:
    return codes.opens(services.CODE_PURPOSE, code, report)


register_tracker(
    Tracker(
        prefix="R",
        find=_find,
        check=_check,
        page=report_status,
        decoy=lambda code: codes.digest(services.CODE_PURPOSE, code),
    )
)

mount(
    "letters/reports/",
    [
        path("", letter_report, name="letter_report"),
        path("new/", person_report_new, name="person_report_new"),
    ],
)
