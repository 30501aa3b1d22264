"""Checking and saving long workbooks in the background; removing what has been kept for a day."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.access.services import YES, Decision
from bureau.accounts.models import User
from bureau.jobs.models import Job
from bureau.jobs.running import Refused, Run
from bureau.jobs.services import start_job
from bureau.jobs.tasks import every, job
from bureau.sheets.models import SheetUpload


def _allowed(owner: User, payload: dict[str, Any]) -> Decision:
    """Whether the person still may upload such a workbook about this place."""
    from bureau.sheets.uploading import asked_of

    upload = SheetUpload.objects.filter(pk=payload["upload"], owner=owner).defer("table").first()
    if upload is None:
        return Decision(False, _("The uploaded file is no longer kept. Upload it again."))
    try:
        asked_of(upload, owner)
    except PermissionDenied as refusal:
        return Decision(False, str(refusal))
    return YES


def start(upload: SheetUpload, kind: str, *, by: User, title: str, url: str) -> Job:
    """Start checking ("check") or saving ("save"). `url`: the page of the upload, for the notice's reader."""
    found = start_job(f"sheets.{kind}", by=by, title=title, payload={"upload": upload.pk, "url": url})
    SheetUpload.objects.filter(pk=upload.pk).update(job=found)
    return found


@job("sheets.check", label=gettext_lazy("check of an uploaded workbook"), check=_allowed)
def check_in_background(run: Run) -> dict[str, Any]:
    _check(run)
    return {"url": run.payload["url"]}


def _check(run: Run) -> None:
    """Batch by batch, each with its own look at the right; it only reads."""
    from bureau.sheets.uploading import examine, keep_report

    upload = SheetUpload.objects.get(pk=run.payload["upload"])

    def tell(done: int) -> None:
        with run.batch():
            run.advance(done, upload.row_count)

    _rows, report = examine(upload, run.owner, tell)
    with run.batch():
        keep_report(upload, report)


@job("sheets.save", label=gettext_lazy("saving of an uploaded workbook"), check=_allowed)
def save_in_background(run: Run) -> dict[str, Any]:
    """All rows are checked anew and written in one transaction: killed at any row, nothing of it stays."""
    from bureau.sheets.saving import NotSaved
    from bureau.sheets.uploading import keep_report

    # Without the rows: saving reads them anew under its lock.
    upload = SheetUpload.objects.defer("table").get(pk=run.payload["upload"])
    if upload.report is None:
        _check(run)
        upload.refresh_from_db(fields=["report", "saved_at", "version"])
    try:
        # A job that begins again after it was killed may find its work done.
        if upload.saved_at is None:
            _save(run, upload)
    except NotSaved as refusal:
        if refusal.report is not None:  # kept inside the batch, and undone with it
            keep_report(upload, refusal.report)
        raise Refused(refusal.sentence) from refusal
    except PermissionDenied as refusal:
        raise Refused(str(refusal)) from refusal
    return {"url": run.payload["url"]}


def _save(run: Run, upload: SheetUpload) -> None:
    """Half of the progress is the check under the lock, half the writing."""
    from bureau.sheets.saving import save_upload

    rows = upload.row_count
    with run.batch():
        run.advance(0, rows)
    with run.batch() as owner, run.telling() as tell:
        save_upload(
            upload,
            by=owner,
            recheck=run.recheck,
            tell=lambda checked, written: tell((checked + written) // 2, rows),
        )
        run.advance(rows, rows)


@every(name="sheets.tidy", minutes=60)
def tidy() -> None:
    from bureau.sheets.results import remove_old_results
    from bureau.sheets.uploading import remove_old

    remove_old()
    remove_old_results()
