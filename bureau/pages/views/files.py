"""The files of a record: add one, take a copy of one, withdraw one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.access.services import permitted
from bureau.access.views import Records, rule
from bureau.audit import services as audit
from bureau.files import names, services, uploads
from bureau.files.choices import CONTENT_TYPES, FileType
from bureau.files.inspection import inspect
from bureau.files.inspection.copies import replace_by_cleaned
from bureau.files.kinds import CARRIERS
from bureau.files.models import Attachment
from bureau.files.refusals import AlreadyThere, FileRefused, NoRoom, NotOpen
from bureau.files.storage import FULL
from bureau.pages import attachments
from bureau.pages.attachments import FileForm
from bureau.pages.forms import PortalForm
from bureau.pages.pagesets import PageSet, Workspace, pageset_of
from bureau.pages.views.base import PageView

INSUFFICIENT_STORAGE = 507
# The content is somebody else's: it runs nothing, loads nothing, is kept by nobody, whatever it pretends to be.
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store, private",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class FilesView(PageView):
    """…/files/: the form on a page of its own, where the one on the record's page comes back with a sentence."""

    template = "pages/files.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record(pk)
        return self.answer(record, self.build(record))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record(pk)
        form = self.build(record, request)
        if uploads.has_no_room(request):
            form.errors.clear()
            form.add_error("file", FULL)
            return self.answer(record, form, status=INSUFFICIENT_STORAGE)
        if not form.is_valid():
            return self.answer(record, form, status=422)
        try:
            row = services.attach(
                record=record,
                upload=form.cleaned_data["file"],
                kind=form.cleaned_data["kind"],
                by=self.principal,
            )
        except AlreadyThere as refusal:  # the same form sent twice ends where the first one ended
            messages.info(request, refusal.sentence)
        except FileRefused as refusal:
            return self.refused(record, form, refusal)
        else:
            messages.success(request, _("“%(name)s” was added.") % {"name": row.name})
        return HttpResponseRedirect(f"{self.url('detail', pk)}#files")

    def build(self, record: Any, request: HttpRequest | None = None) -> FileForm:
        """403 for who may add nothing here; 403 with the reason where the record is closed."""
        kinds = attachments.addable_kinds(self.pageset, record, self.principal)
        if not kinds:
            raise PermissionDenied(_("You may see this record; to add files is for others to do."))
        open_kinds, why = attachments.openings(self.pageset, kinds, record, self.principal)
        if not open_kinds:
            raise PermissionDenied(why)
        given: dict[str, Any] = {"kinds": open_kinds, "principal": self.principal}
        return FileForm(request.POST, request.FILES, **given) if request else FileForm(**given)

    def refused(self, record: Any, form: FileForm, refusal: FileRefused) -> HttpResponse:
        """Its sentence at the field, and a line in the audit: what was tried, not what it held."""
        audit.record(
            "files.attachment.refused",
            by=self.principal,
            obj=record,
            detail={"kind": form.cleaned_data["kind"], "refusal": type(refusal).__name__},
            refused=True,
        )
        form.add_error("file", refusal)
        return self.answer(record, form, status=INSUFFICIENT_STORAGE if isinstance(refusal, NoRoom) else 422)

    def answer(self, record: Any, form: FileForm, *, status: int = 200) -> HttpResponse:
        return self.page(
            _("Add a file"),
            status=status,
            record=record,
            record_title=self.pageset.title(record),
            form=form,
            trail=self.trail(record),
            cancel_url=self.url("detail", record.pk),
        )


class AttachmentView(PageView):
    """A page of one file, by its own key: seen only with its record, in a workspace that shows the record."""

    def attachment(self, pk: int) -> tuple[Attachment, Any]:
        """The file and its record. What is not yours is 404, as what does not exist."""
        row = permitted(self.principal, "view", Attachment).filter(pk=pk).first()
        if row is None or row.record_kind not in CARRIERS:
            raise Http404
        pageset = pageset_of(self.workspace, CARRIERS[row.record_kind].model)
        if pageset is None:
            raise Http404
        self.pageset: PageSet = pageset
        return row, self.record(row.record_id)


class DownloadView(AttachmentView):
    template = "pages/file_closed.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        row, record = self.attachment(pk)
        try:
            content = services.open_content(row, by=self.principal)
        except NotOpen as refusal:
            return self.page(
                row.name,
                status=409,
                reason=refusal.sentence,
                trail=self.trail(record),
                cancel_url=self.url("detail", record.pk),
            )
        return download(row, content)


def download(row: Attachment, content: BinaryIO) -> FileResponse:
    """The content as an attachment, under the headers that let it do nothing."""
    response = FileResponse(content, content_type=CONTENT_TYPES[FileType(row.file_type)])
    response.headers["Content-Disposition"] = names.disposition(row.name, row.file_type)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


class WithdrawalForm(PortalForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class WithdrawView(AttachmentView):
    """The reason, then the file is out of reach; its line stays."""

    template = "pages/file_withdraw.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, record = self.attachment(pk)
        self.check(row)
        return self.answer(row, record, WithdrawalForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, record = self.attachment(pk)
        self.check(row)
        form = WithdrawalForm(request.POST)
        if not form.is_valid():
            return self.answer(row, record, form, status=422)
        try:
            services.withdraw(row, by=self.principal, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.answer(row, record, form, status=409)
        messages.success(request, _("“%(name)s” was withdrawn.") % {"name": row.name})
        return HttpResponseRedirect(f"{self.url('detail', record.pk)}#files")

    def check(self, row: Attachment) -> None:
        if not permitted(self.principal, "withdraw", Attachment).filter(pk=row.pk).exists():
            raise PermissionDenied(_("You may see this file; to withdraw it is for others to do."))

    def answer(self, row: Attachment, record: Any, form: forms.Form, *, status: int = 200) -> HttpResponse:
        return self.page(
            _("Withdraw a file"),
            status=status,
            row=row,
            record_title=self.pageset.title(record),
            form=form,
            trail=self.trail(record),
            cancel_url=self.url("detail", record.pk),
        )


class CleanView(AttachmentView):
    """What was found in a file, and a copy without it in its place."""

    template = "pages/file_clean.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.answer(*self.checked(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, record = self.checked(pk)
        try:
            added = replace_by_cleaned(row, by=self.principal)
        except ValidationError as refusal:
            return self.answer(row, record, refusal=" ".join(refusal.messages), status=409)
        messages.success(request, _("“%(name)s” was replaced by a cleaned copy.") % {"name": added.name})
        return HttpResponseRedirect(f"{self.url('detail', record.pk)}#files")

    def checked(self, pk: int) -> tuple[Attachment, Any]:
        row, record = self.attachment(pk)
        if row.declared is None or not row.declared.public or row.withdrawn_at is not None:
            raise Http404
        if not permitted(self.principal, "withdraw", Attachment).filter(pk=row.pk).exists():
            raise PermissionDenied(_("You may see this file; to replace it is for others to do."))
        return row, record

    def answer(self, row: Attachment, record: Any, *, refusal: str = "", status: int = 200) -> HttpResponse:
        return self.page(
            _("Replace by a cleaned copy"),
            status=status,
            row=row,
            record_title=self.pageset.title(record),
            found=inspect(row),
            refusal=refusal,
            trail=self.trail(record),
            cancel_url=self.url("detail", record.pk),
        )


def attachment_patterns(workspace: Workspace) -> list[URLPattern]:
    """Below /<workspace>/files/, whatever record the file belongs to."""

    def marked(view: type[AttachmentView]) -> Callable[..., Any]:
        return rule(Records(workspace, "view", Attachment))(view.as_view(workspace=workspace))

    return [
        path("<int:pk>/", marked(DownloadView), name="download"),
        path("<int:pk>/clean/", marked(CleanView), name="clean"),
        path("<int:pk>/withdraw/", marked(WithdrawView), name="withdraw"),
    ]
