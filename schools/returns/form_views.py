"""Pages of forms, versions and collections beside the generated ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.access.services import permitted
from bureau.audit import services as audit
from bureau.pages.views.base import PageView
from bureau.sheets.reading import Unreadable, read_every
from bureau.workflow.refusals import NotPermitted, Refusal
from schools.returns.choices import VersionStatus
from schools.returns.designer import sheet
from schools.returns.designer.blank import blank
from schools.returns.designer.comparing import compared
from schools.returns.designer.held import held_by_others
from schools.returns.designer.views import DesignPage
from schools.returns.form_forms import AddSchoolsForm, WorkbookForm
from schools.returns.models import FormVersion
from schools.returns.services import designing, issuing, moving

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_FAULTS = 50  # shown at once


class BeginView(PageView):
    """A new draft of a form, from its last version."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self.record(pk, "change")
        try:
            version = designing.begin_version(form=form, by=self.principal)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return HttpResponseRedirect(self.url("detail", pk))
        return HttpResponseRedirect(reverse("desk:schools:formversion_design", args=[version.pk]))


class PreviewView(DesignPage):
    """The form as a school will see it."""

    template = "schools/returns/forms/preview.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.record(pk)
        return self.answer(version, _("Preview"), parts=blank(version.content), content=version.content)


class HeldView(DesignPage):
    """What we already hold: in the registers, in other forms."""

    template = "schools/returns/forms/held.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.record(pk)
        return self.answer(version, _("What we already hold"), held=held_by_others(version))


class CompareView(DesignPage):
    """Two versions of a form: `?with=` names the older one, else the one before."""

    template = "schools/returns/forms/compare.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.record(pk)
        others = permitted(self.principal, "view", FormVersion).filter(form=version.form).exclude(pk=pk)
        others = others.order_by("-number")
        chosen = request.GET.get("with", "")
        if chosen.isascii() and chosen.isdigit():
            old = others.filter(number=min(int(chosen), 30_000)).first()
        else:
            old = others.filter(number__lt=version.number).first()
        if old is None and chosen:
            raise Http404
        found = compared(old.content, version.content) if old else None
        return self.answer(version, _("What is different"), old=old, found=found, others=others)


class DownloadView(DesignPage):
    """The form as a workbook."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.record(pk)
        name = f"{version.form.code}-{version.number}.xlsx"
        audit.record("schools.formversion.exported", by=self.principal, obj=version)
        answer = HttpResponse(sheet.workbook(version.content), content_type=XLSX)
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


class WorkbookView(PageView):
    """A draft from a workbook: into the one that is being designed, else a new one."""

    template = "schools/returns/forms/workbook.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.shown(self.record(pk, "change"), WorkbookForm(principal=self.principal))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record(pk, "change")
        form = WorkbookForm(request.POST, request.FILES, principal=self.principal)
        if not form.is_valid():
            return self.shown(record, form, status=422)
        try:
            definition = sheet.read(read_every(form.cleaned_data["file"].read()))
            version = designing.take_in(form=record, definition=definition, by=self.principal)
        except Unreadable as fault:
            form.add_error("file", fault.sentence)
        except sheet.SheetFaults as found:
            for one in found.faults[:MOST_FAULTS]:
                form.add_error("file", f"{one.cell}: {one.sentence}")
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The draft holds what the workbook says."))
            return HttpResponseRedirect(reverse("desk:schools:formversion_design", args=[version.pk]))
        return self.shown(record, form, status=422)

    def shown(self, record: Any, form: Any, *, status: int = 200) -> HttpResponse:
        return self.page(
            _("Take in a workbook"),
            status=status,
            record=record,
            record_title=self.pageset.title(record),
            form=form,
            trail=self.trail(record),
            cancel_url=self.url("detail", record.pk),
            draft=record.versions.filter(status=VersionStatus.DRAFT).first(),
        )


class OfCollection(PageView):
    """A page with one form about one collection."""

    template = "schools/returns/forms/collection_form.html"

    def answer(self, record: Any, title: str, *, status: int = 200, **more: Any) -> HttpResponse:
        return self.page(
            title,
            status=status,
            record=record,
            record_title=self.pageset.title(record),
            trail=self.trail(record),
            cancel_url=self.url("detail", record.pk),
            **more,
        )


class AddSchoolsView(OfCollection):
    """Schools that opened later, or were forgotten."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record(pk, "issue")
        codes = issuing.not_asked_yet(record).values_list("code", flat=True)[:500]
        form = AddSchoolsForm(principal=self.principal, initial={"codes": "\n".join(filter(None, codes))})
        return self.shown(record, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record(pk, "issue")
        form = AddSchoolsForm(request.POST, principal=self.principal)
        if not form.is_valid():
            return self.shown(record, form, status=422)
        try:
            count = issuing.add_schools(
                collection=record, schools=form.cleaned_data["codes"], by=self.principal
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            return self.shown(record, form, status=409)
        said = ngettext("%(count)d school was added.", "%(count)d schools were added.", count)
        messages.success(request, said % {"count": count})
        return HttpResponseRedirect(self.url("detail", pk))

    def shown(self, record: Any, form: Any, *, status: int = 200) -> HttpResponse:
        return self.answer(record, _("Ask further schools"), form=form, act=_("Ask them"), status=status)


class MoveVersionView(OfCollection):
    """Open returns to the later version, after a look at what falls away."""

    template = "schools/returns/forms/move.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record(pk, "issue")
        version = moving.later_version(record)
        found = moving.preview(record, version) if version else None
        return self.answer(record, _("Move to the new version"), target=version, found=found)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record(pk, "issue")
        version = moving.later_version(record)
        if version is None:
            raise Http404
        try:
            moving.move_collection(collection=record, version=version, by=self.principal)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("The open returns are being moved. The job shows how far it is."))
        return HttpResponseRedirect(self.url("detail", pk))
