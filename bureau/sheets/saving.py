"""All or nothing: one transaction, checked again inside it, one file of a kind at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.standing import rights_scope
from bureau.accounts.models import User
from bureau.audit import services as audit
from bureau.sheets.checking import SHEET_BATCH, Asked
from bureau.sheets.declare import Outcome
from bureau.sheets.models import SheetLock, SheetUpload
from bureau.sheets.reporting import Report, cells_of, moved, report_of, unconfirmed
from bureau.sheets.resting import collector_resting
from bureau.sheets.rows import Row
from bureau.sheets.uploading import asked_of, examine, keep_report, table_of

Recheck = Callable[[], None]
# (rows checked, rows written)
Tell = Callable[[int, int], None]


class NotSaved(Exception):
    """Nothing was written; the sentence says why. `report`: what a look at the register finds now."""

    def __init__(self, sentence: str, report: Report | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.report = report


def save_upload(
    upload: SheetUpload, *, by: User, recheck: Recheck | None = None, tell: Tell | None = None
) -> SheetUpload:
    """Write every ready row, or nothing. Raises NotSaved, PermissionDenied.

    `recheck` is called after each batch, beside the right itself (a job asks for its own); `tell` hears of
    the progress inside the transaction.
    """
    try:
        with collector_resting(), transaction.atomic():
            return _save(upload, by, recheck or _silent, tell or _silent)
    except IntegrityError:
        sentence = _("Somebody changed the same records at the same moment. Nothing was saved; look again.")
        refused = NotSaved(sentence, examine(upload, by)[1])
    except NotSaved as error:
        refused = error
    audit.record("sheets.upload.save", by=by, obj=upload, detail={"sheet": upload.sheet}, refused=True)
    if refused.report is not None:
        keep_report(upload, refused.report)
    raise refused


def _silent(*given: int) -> None:
    """Nobody listens."""


def _save(upload: SheetUpload, by: User, recheck: Recheck, tell: Tell) -> SheetUpload:
    lock(upload.sheet)
    kept = SheetUpload.objects.select_for_update(of=("self",)).filter(pk=upload.pk, owner=by)
    found = kept.defer("table").first()
    if found is None:
        raise NotSaved(_("The uploaded file is no longer kept. Upload it again."))
    refuse_saved(found)
    found.table = upload.table  # never changed after it was taken: a long file is not held twice
    asked = asked_of(found, by)
    rows, report = examine(found, by, lambda done: tell(done, 0))
    refuse_unready(found, report)
    _let_go_of_table(upload, found)
    writing = [row for row in rows if row.writes]
    for start in range(0, len(writing), SHEET_BATCH):
        batch = writing[start : start + SHEET_BATCH]
        _write(asked, found, batch, rows)
        for row in batch:
            row.let_go()
        still_may(found, by)
        recheck()
        tell(len(rows), len(rows) * (start + len(batch)) // len(writing))
    found.saved_at = timezone.now()
    found.report = report
    found.version += 1
    found.save(update_fields=["saved_at", "report", "version"])
    audit.record("sheets.upload.saved", by=by, obj=found, detail={"sheet": found.sheet, **_written(rows)})
    return found


def _let_go_of_table(*uploads: SheetUpload) -> None:
    """The cells are read and checked: what is written needs their room. Who asks for them reads them again."""
    for upload in uploads:
        upload.__dict__.pop("table", None)


def lock(key: str) -> None:
    """Wait for whoever saves a workbook of this kind; released with the transaction."""
    row, _is_new = SheetLock.objects.get_or_create(key=key)
    SheetLock.objects.select_for_update().get(pk=row.pk)


def refuse_saved(upload: SheetUpload) -> None:
    if upload.saved_at is not None:
        raise NotSaved(_("This file has been saved already. Nothing was written a second time."))


def refuse_unready(upload: SheetUpload, report: Report) -> None:
    """Faults, ticks that are missing, and rows that would now do something else than was shown."""
    if report["counts"]["faulty"]:
        raise NotSaved(_("Some rows have errors. Nothing was saved."), report)
    changed = moved(upload.report, report)
    if changed:
        raise NotSaved(
            _(
                "The register was changed since this file was checked. Nothing was saved; look at rows %(rows)s again."
            )
            % {"rows": ", ".join(changed[:10]) + (" …" if len(changed) > 10 else "")},
            report,
        )
    if unconfirmed(report, upload.ticks):
        raise NotSaved(_("Some rows are unusual. Tick those that are right, or correct them."), report)
    if not report["counts"]["new"] + report["counts"]["changed"]:
        raise NotSaved(_("There is nothing to save: the register holds all of it already."), report)


def _write(asked: Asked, upload: SheetUpload, batch: Sequence[Row], rows: Sequence[Row]) -> None:
    try:
        asked.sheet.save(batch, asked.scope, asked.by)
    except ValidationError as error:
        raise NotSaved(" ".join(error.messages)) from error
    if any(row.faults for row in batch):
        report = report_of(asked.sheet, rows, cells_of(table_of(upload), upload.corrections))
        raise NotSaved(_("Some rows have errors. Nothing was saved."), report)


def still_may(upload: SheetUpload, by: User) -> None:
    """The right is read afresh: a membership that ended meanwhile ends the import, too."""
    with rights_scope():
        fresh = User.objects.filter(pk=by.pk, is_active=True).first()
        if fresh is None:
            raise PermissionDenied(_("The account that started this job has been closed."))
        asked_of(upload, fresh)


def _written(rows: Sequence[Row]) -> dict[str, int]:
    return {outcome.value: sum(row.outcome is outcome for row in rows) for outcome in Outcome}
