"""Adding a file to a record, withdrawing it, handing it out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import Model, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from bureau.access.services import may
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.files import content, kinds, storage
from bureau.files.choices import Scan
from bureau.files.inspection import reading as inspection
from bureau.files.inspection.findings import Findings
from bureau.files.inspection.services import keep
from bureau.files.kinds import AttachmentKind
from bureau.files.models import Attachment, AttachmentQuerySet, Inspection
from bureau.files.refusals import AlreadyThere, FileRefused, NotOpen
from bureau.files.storage import MEGABYTE, Stored
from bureau.outbox.services import enqueue

TOO_MANY = ngettext_lazy(
    "There is a file of this kind already. Withdraw it first if this one replaces it.",
    "There are %(count)d files of this kind already, as many as may be. Withdraw one first.",
    "count",
)


def attach(*, record: Model, upload: File[bytes], kind: str, by: Principal, name: str = "") -> Attachment:
    """Check `upload` by its content, store it and write its row: both or neither.

    `kind`: key of an AttachmentKind declared for the record. `name`: instead of the upload's own.
    Raises PermissionDenied, FileRefused (a sentence for the sender) and NoRoom (try again later).
    Inside a transaction of the caller's that is rolled back later, `files reconcile` removes the content.
    """
    declared = _declared(record, kind)
    _may_change(record, declared, by)
    checked = content.check(upload, name or upload.name or "", declared)
    if declared.called:
        checked = replace(checked, name=_neutral(record, declared, checked))
    findings = _inspected(checked) if declared.public else None
    storage.check_free(checked.size)
    stored = storage.write(checked.content, sealed=declared.sealed)
    try:
        with transaction.atomic():
            row = _row(record, declared, checked, stored, by)
            if findings is not None:
                keep(row, findings)
            return row
    except BaseException:
        storage.remove(stored.name)
        raise


def _inspected(checked: content.Checked) -> Findings:
    """What is in a file that goes to the public, read before anything is written."""
    found = inspection.read(checked.content.read(), checked.file_type)
    checked.content.seek(0)
    return found


def _neutral(record: Model, kind: AttachmentKind, checked: content.Checked) -> str:
    """The name of the kind and a number: withdrawn files count, so that no two are called the same."""
    number = Attachment.objects.of(record).filter(kind=kind.key).count() + 1
    with translation.override(settings.LANGUAGE_CODE):
        return f"{kind.called}{number}.{checked.file_type}"


def _row(
    record: Model, kind: AttachmentKind, checked: content.Checked, stored: Stored, by: Principal
) -> Attachment:
    _hold(record)
    _check_room(record, kind, stored, by)
    row = Attachment(
        record_kind=record._meta.label_lower,
        record_id=record.pk,
        kind=kind.key,
        name=kind.name_for(record, _count(record, kind) + 1, checked.file_type, checked.name),
        file_type=checked.file_type,
        size=stored.size,
        sha256=stored.sha256,
        stored_as=stored.name,
        scan=Scan.WAITING if settings.CLAMAV else Scan.OFF,
        added_by_id=by.audit_id,
        added_by_name=by.audit_name[:100],
    )
    row.full_clean()
    row.save()
    audit.record("files.attachment.added", by=by, obj=row, detail=_place(row))
    if settings.CLAMAV:
        enqueue("files.scan", {"attachment": row.pk}, key=f"files.scan:{row.pk}")
    if kind.taken:
        kind.taken(row)
    return row


def withdraw(attachment: Attachment, *, by: Principal, reason: str, by_step: bool = False) -> Attachment:
    """Take a file back, with a reason that stays readable. Its content is removed after FILES_KEPT_DAYS.

    `by_step`: a step of the record's own workflow has decided; whether the record is closed is not asked.
    Raises PermissionDenied and ValidationError.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the file is withdrawn.")})
    with transaction.atomic():
        row = Attachment.objects.select_for_update().get(pk=attachment.pk)
        if not may(by, "withdraw", row):
            raise PermissionDenied(_("You may see this file; to withdraw it is for others to do."))
        if not by_step:
            _check_open(row)
        if row.withdrawn_at is not None:
            raise ValidationError(_("This file has been withdrawn already."))
        row.withdrawn_at = timezone.now()
        row.withdrawn_by_name = by.audit_name[:100]
        row.withdrawal = reason.strip()
        row.full_clean()
        row.save()
        Inspection.objects.filter(attachment=row).update(text="")
        audit.record("files.attachment.withdrawn", by=by, obj=row, detail=_place(row), reason=reason)
    return row


def hand_over(*, source: Model, target: Model, kind: str, by: Principal) -> list[Attachment]:
    """Let another record carry the files of `source`, under one of its own kinds; both in the caller's transaction.

    Nothing is checked anew but the kind: what was taken stays taken. Raises FileRefused.
    """
    declared = _declared(target, kind)
    rows = list(Attachment.objects.of(source).in_force().select_for_update())
    for place, row in enumerate(rows, start=_count(target, declared) + 1):
        row.record_kind, row.record_id = target._meta.label_lower, target.pk
        row.kind, row.name = declared.key, declared.name_for(target, place, row.file_type, row.name)
        if declared.sealed:
            seal_content(row)
        row.save(update_fields=["record_kind", "record_id", "kind", "name", "stored_as", "sha256"])
        audit.record("files.attachment.handed_over", by=by, obj=row, detail=_place(row))
        if declared.taken:
            declared.taken(row)
    return rows


def seal_content(row: Attachment) -> None:
    """Write the content anew, encrypted, for the caller to save the row; the former one goes after the commit."""
    try:
        with storage.read(row.stored_as) as content:
            stored = storage.write(content, sealed=True)
    except FileNotFoundError:  # `files reconcile` names it; the row moves all the same
        return
    enqueue("files.remove", {"names": [row.stored_as]})
    row.stored_as, row.sha256 = stored.name, stored.sha256


def discard(attachment: Attachment, *, by: Principal) -> None:
    """Remove a file of a record that is not sent yet: row and content go, nobody has relied on it.

    Raises PermissionDenied.
    """
    with transaction.atomic():
        row = Attachment.objects.select_for_update().get(pk=attachment.pk)
        record = kinds.CARRIERS[row.record_kind].model._base_manager.get(pk=row.record_id)
        _may_change(record, _declared(record, row.kind), by)
        audit.record("files.attachment.discarded", by=by, obj=row, detail=_place(row))
        enqueue("files.remove", {"names": [row.stored_as]})
        row.delete()


def open_content(attachment: Attachment, *, by: Principal) -> BinaryIO:
    """The content, asked for now. Raises PermissionDenied, and NotOpen with the reason in words."""
    row = Attachment.objects.get(pk=attachment.pk)
    if not may(by, "view", row):
        raise PermissionDenied(_("This record is not open to you."))
    if not row.is_open:
        raise NotOpen(why_closed(row))
    try:
        found = storage.read(row.stored_as)
    except FileNotFoundError as error:
        raise NotOpen(
            _("The content of this file is missing. The system administrator can restore it from the backup.")
        ) from error
    if row.declared is None or row.declared.personal:
        audit.record("files.attachment.downloaded", by=by, obj=row, detail=_place(row))
    return found


def why_closed(row: Attachment) -> str:
    """Why the content is not handed out; "" when it is."""
    if row.is_open:
        return ""
    if row.withdrawn_at is not None or row.removed_at is not None:
        return str(_("This file has been withdrawn."))
    if row.scan == Scan.INFECTED:
        return str(_("A virus was found in this file. It is locked away."))
    return str(_("The virus check has not cleared this file yet. Please try again in a few minutes."))


def _declared(record: Model, key: str) -> AttachmentKind:
    found = kinds.kind_of(record, key)
    if found is None or record.pk is None:
        raise FileRefused(_("This record takes no files of this kind."))
    return found


def _may_change(record: Model, kind: AttachmentKind, by: Principal) -> None:
    decision = may(by, kind.add, record)
    if not decision:
        raise PermissionDenied(decision.reason)
    why = kind.why_locked(record)
    if why:
        raise FileRefused(why)


def _check_open(row: Attachment) -> None:
    """Files of a record that is closed stay as they are."""
    if row.declared is None:
        return
    model = kinds.CARRIERS[row.record_kind].model
    why = row.declared.why_locked(model._base_manager.get(pk=row.record_id))
    if why:
        raise ValidationError(why)


def _count(record: Model, kind: AttachmentKind) -> int:
    """Withdrawn ones too: no two files of a record are ever called the same."""
    return Attachment.objects.of(record).filter(kind=kind.key).count()


def _hold(record: Model) -> None:
    """Two who add at once do so one after the other: the limits below are counted under this lock."""
    type(record)._base_manager.select_for_update().get(pk=record.pk)


def _check_room(record: Model, kind: AttachmentKind, stored: Stored, by: Principal) -> None:
    rows = Attachment.objects.of(record).in_force()
    if rows.filter(sha256=stored.sha256, kind=kind.key).exists():
        raise AlreadyThere(_("This very file is on the record already."))
    count = rows.filter(kind=kind.key).count()
    if count >= kind.max_count:
        raise FileRefused(TOO_MANY % {"count": count})
    if _bytes(rows) + stored.size > settings.FILES_RECORD_MB * MEGABYTE:
        raise FileRefused(
            _("All files of one record may have %(limit)d MB together. Withdraw one first."),
            limit=settings.FILES_RECORD_MB,
        )
    if by.audit_id is not None and _added_today(by.audit_id) + stored.size > settings.FILES_DAY_MB * MEGABYTE:
        raise FileRefused(
            _("You have added %(limit)d MB today, as much as one person may. Go on tomorrow."),
            limit=settings.FILES_DAY_MB,
        )


def _added_today(user_id: int) -> int:
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    return _bytes(Attachment.objects.filter(added_by_id=user_id, added_at__gte=midnight))


def _bytes(rows: AttachmentQuerySet) -> int:
    return rows.aggregate(total=Sum("size"))["total"] or 0


def _place(row: Attachment) -> dict[str, object]:
    """Where it belongs, never what it is called: a name may hold a person's."""
    return {
        "record": f"{row.record_kind}:{row.record_id}",
        "kind": row.kind,
        "type": row.file_type,
        "size": row.size,
        "sha256": row.sha256[:16],
    }
