"""What stands beside a record: its files and its history, as far as the page shows them."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.access.services import permitted
from bureau.api import writing
from bureau.api.faults import Fault
from bureau.api.views import RecordsView
from bureau.files import services, uploads
from bureau.files.models import Attachment
from bureau.files.refusals import AlreadyThere, FileRefused, NoRoom, NotOpen
from bureau.files.storage import FULL
from bureau.pages import attachments, details
from bureau.pages.attachments import FileForm, Shown
from bureau.pages.views.files import INSUFFICIENT_STORAGE, WithdrawalForm, download


class BesideView(RecordsView):
    """A view below one record."""

    def record(self, pk: int) -> Any:
        return writing.find(self.pageset, self.me, pk)

    def workspace(self) -> str:
        return next(name for name, one in self.resource.pagesets.items() if one is self.pageset)


class HistoryView(BesideView):
    """GET what happened to a record, newest first."""

    def get(self, request: Request, pk: int) -> Response:
        lines = details.history(self.pageset, self.record(pk), self.me)
        self.note(len(lines), pk=pk)
        return Response({"results": [_line(line) for line in lines]})


def _line(line: details.Line) -> dict[str, Any]:
    return {
        "at": line.at.isoformat(),
        "step": line.step,
        "title": str(line.title),
        "who": line.who,
        "reason": line.reason,
        "fields": [str(name) for name in line.fields],
    }


class FilesView(BesideView):
    """GET the files of a record; POST one more, as multipart/form-data."""

    parser_classes = [MultiPartParser]

    def get(self, request: Request, pk: int) -> Response:
        record = self.record(pk)
        return Response({"results": self.rows(record)})

    def rows(self, record: Any) -> list[dict[str, Any]]:
        panel = attachments.panel(self.pageset, record, self.me, self.workspace())
        return [_file(one) for one in panel.rows] if panel is not None else []

    def post(self, request: Request, pk: int) -> Response:
        record = self.record(pk)
        form = self._form(record, request)
        if uploads.has_no_room(request._request):
            raise Fault(INSUFFICIENT_STORAGE, str(FULL))
        writing.checked(form)
        found = form.cleaned_data
        try:
            row = services.attach(record=record, upload=found["file"], kind=found["kind"], by=self.me)
        except FileRefused as refusal:
            writing.note(self.pageset, self.me, "file", refusal, record)
            raise Fault(_status(refusal), refusal.sentence, {"file": [refusal.sentence]}) from refusal
        shown = next((one for one in self.rows(record) if one["id"] == row.pk), {"id": row.pk})
        return Response(shown, status=201)

    def _form(self, record: Any, request: Request) -> FileForm:
        """403 for who may add nothing here, and where the record is closed."""
        kinds = attachments.addable_kinds(self.pageset, record, self.me)
        if not kinds:
            raise PermissionDenied(_("You may see this record; to add files is for others to do."))
        open_kinds, why = attachments.openings(self.pageset, kinds, record, self.me)
        if not open_kinds:
            raise PermissionDenied(why)
        sent = cast(Any, request.data)  # fields and files in one
        return FileForm(sent, sent, kinds=open_kinds, principal=self.me)


def _status(refusal: FileRefused) -> int:
    if isinstance(refusal, NoRoom):
        return INSUFFICIENT_STORAGE
    return 409 if isinstance(refusal, AlreadyThere) else 422


def _file(one: Shown) -> dict[str, Any]:
    row = one.row
    return {
        "id": row.pk,
        "kind": row.kind,
        "kind_text": str(row.declared.label) if row.declared is not None else row.kind,
        "name": row.name,
        "type": row.file_type,
        "size": row.size,
        "added_at": row.added_at.isoformat(),
        "added_by": row.added_by_name,
        "is_open": bool(one.url),
        "why_closed": one.why,
        "is_withdrawn": row.withdrawn_at is not None,
        "withdrawal": row.withdrawal,
        "may_withdraw": bool(one.withdraw_url),
    }


class FileView(BesideView):
    """GET the content of one file."""

    def get(self, request: Request, pk: int, file: int) -> FileResponse:
        row = self.attachment(self.record(pk), file)
        try:
            content = services.open_content(row, by=self.me)
        except NotOpen as refusal:
            raise Fault(409, refusal.sentence) from refusal
        return download(row, content)

    def attachment(self, record: Any, key: int) -> Attachment:
        """A file of this record that the person may see; else 404, as what does not exist."""
        found = permitted(self.me, "view", Attachment).of(record).filter(pk=key).first()  # type: ignore[attr-defined]
        if found is None:
            raise Http404
        return cast(Attachment, found)


class WithdrawView(FileView):
    """POST: take a file back, with a reason."""

    http_method_names = ["post", "options"]

    def post(self, request: Request, pk: int, file: int) -> Response:
        row = self.attachment(self.record(pk), file)
        if not permitted(self.me, "withdraw", Attachment).filter(pk=row.pk).exists():
            raise PermissionDenied(_("You may see this file; to withdraw it is for others to do."))
        unknown = set(self.given) - {"reason"}
        if unknown:
            raise Fault(400, _("Some fields cannot be written here. Nothing was saved."))
        form = WithdrawalForm(self.given)
        writing.checked(form)
        try:
            services.withdraw(row, by=self.me, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            raise Fault(409, " ".join(error.messages)) from error
        return Response(status=204)
