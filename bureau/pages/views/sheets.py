"""Workbooks of a kind of record: template, upload, dry run, returned file, saving."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.audit import services as audit
from bureau.pages.forms import PortalForm
from bureau.pages.sheets import DryRun, url_name
from bureau.pages.views.base import PageView
from bureau.pages.views.export import XLSX, as_file
from bureau.sheets import tasks
from bureau.sheets.checking import Asked
from bureau.sheets.declare import SHEETS, Scope, Sheet
from bureau.sheets.models import SheetUpload
from bureau.sheets.reading import Unreadable
from bureau.sheets.returning import returned
from bureau.sheets.saving import NotSaved, save_upload
from bureau.sheets.template import template
from bureau.sheets.uploading import check_upload, correct, discard, is_long, saved_before, take

MOST_UPLOADS = 10


class UploadForm(PortalForm):
    """One file, and what it is about where there is a choice."""

    scope = forms.ChoiceField(label=gettext_lazy("What it is about"), required=False)
    file = forms.FileField(
        label=gettext_lazy("Workbook (.xlsx or .csv)"),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    def __init__(self, *args: Any, scopes: list[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(scope.key, scope.label or _("All records")) for scope in scopes]
        field = self.fields["scope"]
        field.choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            field.widget = forms.HiddenInput()
            self.initial["scope"] = choices[0][0]


class SheetView(PageView):
    """A page about one kind of workbook. `as_view(pageset=…, workspace=…, key=…)`."""

    key: ClassVar[str] = ""
    http_method_names = ["get", "head", "options"]

    @property
    def sheet(self) -> Sheet:
        return SHEETS[self.key]

    @property
    def person(self) -> User:
        """Rules of these pages let signed-in people pass, nobody else."""
        if not isinstance(self.principal, User):
            raise PermissionDenied(_("None of your roles includes this."))
        return self.principal

    def scopes(self) -> list[Scope]:
        decision = self.sheet.may_use(self.person)
        found = list(self.sheet.scopes(self.person)) if decision else []
        if not found:
            raise PermissionDenied(decision.reason or _("None of your roles includes this."))
        return found

    def upload(self, pk: int) -> SheetUpload:
        """One of the person's own, of this kind; everything else does not exist."""
        mine = permitted(self.person, "view", SheetUpload).filter(sheet=self.key)
        found = mine.select_related("job").defer("table").filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def at(self, kind: str = "", *args: Any) -> str:
        return reverse(url_name(self.pageset, self.workspace, self.key, kind), args=args)

    def to_upload(self, upload: SheetUpload) -> HttpResponse:
        return HttpResponseRedirect(self.at("upload", upload.pk))

    def trail_here(self) -> list[tuple[str, str]]:
        return [(self.pageset.heading, self.list_url), (str(self.sheet.title), self.at())]

    def check(self, upload: SheetUpload) -> None:
        """Now, or as a job where the file is long."""
        if is_long(upload):
            self.start(upload, "check", _("Check of %(file)s"))
        else:
            check_upload(upload, by=self.person)

    def start(self, upload: SheetUpload, kind: str, title: str) -> None:
        if upload.job is not None and not upload.job.is_over:
            return
        said = title % {"file": upload.file_name}
        tasks.start(upload, kind, by=self.person, title=said, url=self.at("upload", upload.pk))


class SheetPage(SheetView):
    """What can be done with this kind of workbook, and the files that wait."""

    template = "pages/sheet.html"
    http_method_names = ["get", "head", "options", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.answer(UploadForm(principal=self.principal, scopes=self.scopes()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES, principal=self.principal, scopes=self.scopes())
        if not form.is_valid():
            return self.answer(form, status=422)
        try:
            upload = self.taken(form)
        except Unreadable as refusal:
            form.add_error("file", refusal.sentence)
            return self.answer(form, status=422)
        self.check(upload)
        return self.to_upload(upload)

    def taken(self, form: UploadForm) -> SheetUpload:
        scope = next(one for one in self.scopes() if one.key == form.cleaned_data["scope"])
        file = form.cleaned_data["file"]
        return take(sheet=self.sheet, scope=scope, name=file.name, content=file.read(), by=self.person)

    def answer(self, form: UploadForm, *, status: int = 200) -> HttpResponse:
        mine = permitted(self.person, "view", SheetUpload).filter(sheet=self.key)
        uploads = mine.defer("table", "corrections", "report")[:MOST_UPLOADS]
        return self.page(
            str(self.sheet.title),
            status=status,
            sheet=self.sheet,
            form=form,
            scopes=[(scope, f"{self.at('template')}?scope={scope.key}") for scope in self.scopes()],
            uploads=[(upload, self.at("upload", upload.pk)) for upload in uploads],
            trail=[(self.pageset.heading, self.list_url)],
        )


class TemplateView(SheetView):
    """The workbook with what is known already."""

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("scope", "")
        scope = next((one for one in self.scopes() if one.key == wanted), None)
        if scope is None:
            raise Http404
        content = template(Asked(self.sheet.within(scope), scope, self.person))
        audit.record("sheets.template.taken", by=self.person, detail={"sheet": self.key, "scope": scope.key})
        said = (self.key.replace(".", "-"), scope.key.replace(":", "-"), self.sheet.version())
        name = f"{'-'.join(part for part in said if part)}.xlsx"
        response = HttpResponse(content, content_type=XLSX)
        as_file(response, name)
        return response


class UploadPage(SheetView):
    """Nothing has been saved yet: what the file would do, cell by cell what is wrong, and a place to correct it."""

    template = "pages/sheet_upload.html"
    http_method_names = ["get", "head", "options", "post"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        upload = self.upload(pk)
        self.scopes()  # the result tells of the register: only while the right lasts
        return self.answer(upload)

    def answer(self, upload: SheetUpload, *, problem: str = "", status: int = 200) -> HttpResponse:
        job_url = reverse(f"{self.workspace}:job", args=[upload.job_id]) if upload.job_id else ""
        return self.page(
            upload.file_name,
            status=status,
            sheet=self.sheet,
            upload=upload,
            run=DryRun(self.sheet, upload, self.request.GET, self.person),
            scope=self.sheet.scope(upload.scope, self.person),
            before=None if upload.saved_at else saved_before(upload),
            problem=problem,
            job_url=job_url,
            save_url=self.at("save", upload.pk),
            returned_url=self.at("returned", upload.pk),
            discard_url=self.at("discard", upload.pk),
            trail=self.trail_here(),
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        upload = self.upload(pk)
        run = DryRun(self.sheet, upload, request.GET, self.person)
        try:
            corrected = correct(
                upload, corrections=run.typed(request.POST), right=run.ticks(request.POST), by=self.person
            )
        except Unreadable as refusal:
            return self.answer(upload, problem=refusal.sentence, status=409)
        self.check(corrected)
        messages.info(request, _("Your corrections are kept, and the file was checked again."))
        return self.to_upload(upload)


class UploadSave(SheetView):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        upload = self.upload(pk)
        if is_long(upload) and upload.saved_at is None:
            self.start(upload, "save", _("Saving of %(file)s"))
            return self.to_upload(upload)
        try:
            saved = save_upload(upload, by=self.person)
        except NotSaved as refusal:
            messages.warning(request, refusal.sentence)
            return self.to_upload(upload)
        messages.success(request, said(saved.report["counts"]))
        return self.to_upload(upload)


def said(counts: dict[str, int]) -> str:
    """What was written, in one sentence."""
    new = ngettext("%(count)s new record", "%(count)s new records", counts["new"]) % {"count": counts["new"]}
    changed = ngettext("%(count)s changed", "%(count)s changed", counts["changed"]) % {
        "count": counts["changed"]
    }
    return _("Saved: %(new)s, %(changed)s.") % {"new": new, "changed": changed}


class ReturnedView(SheetView):
    """The uploaded rows with what was found beside each."""

    def get(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        upload = self.upload(pk)
        self.scopes()
        content = returned(upload, by=self.person)
        audit.record("sheets.upload.returned", by=self.person, obj=upload)
        name = f"{self.key.replace('.', '-')}-{_('Result')}.xlsx"
        response = StreamingHttpResponse(content, content_type=XLSX)
        as_file(response, name)
        return response


class DiscardView(SheetView):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        discard(self.upload(pk), by=self.person)
        messages.success(request, _("The uploaded file was removed. Nothing of it was saved."))
        return HttpResponseRedirect(self.at())
