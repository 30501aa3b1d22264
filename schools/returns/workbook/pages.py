"""The workbook of a return in the school's workspace: download, upload, correct, save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bureau.access.services import permitted
from bureau.access.views import Records, rule
from bureau.audit import services as audit
from bureau.pages.forms import PortalForm
from bureau.pages.pagesets import PageSet, Workspace
from bureau.pages.views.export import XLSX, as_file
from bureau.sheets.models import SheetUpload
from bureau.sheets.reading import Unreadable
from schools.returns.entry_views import OfReturn
from schools.returns.models import Return
from schools.returns.selectors.locks import why_locked
from schools.returns.workbook import uploading
from schools.returns.workbook.making import workbook
from schools.returns.workbook.refusing import Elsewhere

MOST_UPLOADS = 10
# Kinds of lines on the page of an upload, in the order in which they stand there.
KINDS = ("errors", "unusual", "changes", "same")


class UploadForm(PortalForm):
    file = forms.FileField(
        label=gettext_lazy("Workbook of this return (.xlsx)"),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )


class OfWorkbook(OfReturn):
    """A page about the workbook of one return."""

    def filled(self, pk: int) -> Return:
        return self.found(pk, "fill")

    def upload(self, record: Return, upload_pk: int) -> SheetUpload:
        """One of the person's own for this return; everything else does not exist."""
        found = uploading.uploads_of(record, self.person).filter(pk=upload_pk).first()
        if found is None:
            raise Http404
        return found

    def at(self, record: Return, kind: str = "", *args: int) -> str:
        ending = f"_{kind}" if kind else ""
        return reverse(f"{self.workspace}:schools:return_workbook{ending}", args=[record.pk, *args])

    def to_upload(self, record: Return, upload: SheetUpload) -> HttpResponse:
        return HttpResponseRedirect(self.at(record, "upload", upload.pk))


class WorkbookPage(OfWorkbook):
    """Download, upload, and the files that wait."""

    template = "schools/returns/workbook/workbook.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.answer(self.filled(pk), UploadForm(principal=self.principal))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.filled(pk)
        form = UploadForm(request.POST, request.FILES, principal=self.principal)
        if not form.is_valid():
            return self.answer(record, form, status=422)
        if len(request.FILES.getlist("file")) > 1:
            form.add_error("file", _("Upload one workbook at a time."))
            return self.answer(record, form, status=422)
        file = form.cleaned_data["file"]
        try:
            upload = uploading.take(record=record, name=file.name, content=file.read(), by=self.person)
        except Unreadable as refusal:
            form.add_error("file", refusal.sentence)
            return self.answer(record, form, status=422, link=self.elsewhere(refusal))
        uploading.check(upload, record=record, by=self.person)
        return self.to_upload(record, upload)

    def elsewhere(self, refusal: Unreadable) -> str:
        """The page on which the file may be uploaded, where it is another return of this person."""
        if not isinstance(refusal, Elsewhere):
            return ""
        other = permitted(self.principal, "fill", Return).filter(pk=refusal.return_id).first()
        return self.at(other) if other is not None else ""

    def answer(self, record: Return, form: UploadForm, *, status: int = 200, link: str = "") -> HttpResponse:
        uploads = uploading.uploads_of(record, self.person).defer("table", "corrections", "report")
        return self.page(
            _("Workbook"),
            status=status,
            record=record,
            form=form,
            locked=why_locked(record),
            link=link,
            file_url=self.at(record, "file"),
            detail_url=self.url("detail", record.pk),
            uploads=[(one, self.at(record, "upload", one.pk)) for one in uploads[:MOST_UPLOADS]],
            trail=self.trail(record),
        )


class FileView(OfWorkbook):
    """The workbook with what is known already."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.filled(pk)
        content = workbook(record)
        audit.record("schools.return.workbook_taken", by=self.person, obj=record)
        return as_workbook(content, name_of(record))


def name_of(record: Return, ending: str = "") -> str:
    said = [record.form_version.form.code, str(record.collection.year), record.school.code, ending]
    return "-".join(part for part in said if part) + ".xlsx"


def as_workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    as_file(response, name)
    return response


class UploadPage(OfWorkbook):
    """Nothing has been saved yet: what the file would do, cell by cell what is wrong, and a place to correct it."""

    template = "schools/returns/workbook/upload.html"

    def get(self, request: HttpRequest, pk: int, upload: int) -> HttpResponse:
        record = self.filled(pk)
        return self.answer(record, self.upload(record, upload))

    def post(self, request: HttpRequest, pk: int, upload: int) -> HttpResponse:
        record = self.filled(pk)
        kept = self.upload(record, upload)
        try:
            kept = uploading.correct(kept, **typed(kept, request.POST), by=self.person)
        except uploading.NotSaved as refusal:
            return self.answer(record, kept, problem=refusal.sentence, status=409)
        uploading.check(kept, record=record, by=self.person)
        messages.info(request, _("Your corrections are kept, and the file was checked again."))
        return self.to_upload(record, kept)

    def answer(
        self, record: Return, upload: SheetUpload, *, problem: str = "", status: int = 200
    ) -> HttpResponse:
        report: dict[str, Any] = upload.report or {}
        counts = report.get("counts", {})
        kind = self.request.GET.get("show", "")
        return self.page(
            upload.file_name,
            status=status,
            record=record,
            upload=upload,
            report=report,
            counts=counts,
            show=kind if kind in KINDS else first_kind(counts),
            locked=why_locked(record),
            can_save=can_save(upload),
            problem=problem,
            workbook_url=self.at(record),
            save_url=self.at(record, "save", upload.pk),
            returned_url=self.at(record, "returned", upload.pk),
            remove_url=self.at(record, "remove", upload.pk),
            detail_url=self.url("detail", record.pk),
            trail=[*self.trail(record), (_("Workbook"), self.at(record))],
        )


def first_kind(counts: Mapping[str, int]) -> str:
    """What wants attention first."""
    names = {"errors": "errors", "unusual": "unusual", "changes": "change"}
    return next((kind for kind, name in names.items() if counts.get(name)), "same")


def can_save(upload: SheetUpload) -> bool:
    report: dict[str, Any] = upload.report or {}
    if not report or upload.saved_at is not None or report["counts"]["blocking"]:
        return False
    return bool(report["counts"]["change"] or any(one["reason"] for one in report["unusual"]))


def typed(upload: SheetUpload, posted: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What was typed over cells, and reasons. Boxes left as they were say nothing."""
    report: dict[str, Any] = upload.report or {}
    cells, reasons = {}, {}
    for one in report.get("faults", ()):
        text = posted.get(f"cell-{one['cell']}")
        if one["cell"] and isinstance(text, str) and text.replace("\x00", "").strip() != one["text"]:
            cells[one["cell"]] = text.replace("\x00", "").strip()
    for one in report.get("unusual", ()):
        text = posted.get(f"reason-{one['key']}")
        if isinstance(text, str) and text.strip() != one["reason"]:
            reasons[one["key"]] = text.replace("\x00", "").strip()
    return {"cells": cells, "reasons": reasons}


class SaveView(OfWorkbook):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int, upload: int) -> HttpResponse:
        record = self.filled(pk)
        kept = self.upload(record, upload)
        try:
            saved = uploading.confirm(kept, record=record, by=self.person)
        except uploading.NotSaved as refusal:
            messages.warning(request, refusal.sentence)
            return self.to_upload(record, kept)
        count = len(saved.changed)
        said = ngettext("%(count)s cell was saved.", "%(count)s cells were saved.", count)
        messages.success(request, said % {"count": count})
        return HttpResponseRedirect(self.url("detail", record.pk))


class ReturnedView(OfWorkbook):
    """The uploaded cells with what was found beside each line."""

    def get(self, request: HttpRequest, pk: int, upload: int) -> HttpResponse:
        record = self.filled(pk)
        kept = self.upload(record, upload)
        content = uploading.returned(kept, record=record, by=self.person)
        audit.record("sheets.upload.returned", by=self.person, obj=kept)
        return as_workbook(content, name_of(record, _("Result")))


class RemoveView(OfWorkbook):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int, upload: int) -> HttpResponse:
        record = self.filled(pk)
        uploading.discard(self.upload(record, upload), by=self.person)
        messages.success(request, _("The uploaded file was removed. Nothing of it was saved."))
        return HttpResponseRedirect(self.at(record))


PAGES: Sequence[tuple[str, type[OfWorkbook], str]] = (
    ("", WorkbookPage, ""),
    ("file/", FileView, "file"),
    ("<int:upload>/", UploadPage, "upload"),
    ("<int:upload>/save/", SaveView, "save"),
    ("<int:upload>/returned/", ReturnedView, "returned"),
    ("<int:upload>/remove/", RemoveView, "remove"),
)


def urls(pageset: PageSet, workspace: Workspace) -> list[URLPattern]:
    """…/returns/17/workbook/ and below it."""
    options: Any = {"pageset": pageset, "workspace": workspace}
    return [
        path(
            f"<int:pk>/workbook/{route}",
            rule(Records(workspace, "fill", Return))(view.as_view(**options)),
            name=f"return_workbook{'_' if kind else ''}{kind}",
        )
        for route, view, kind in PAGES
    ]
