"""Files that a writer sends along. Until the letter is sent they hang on its draft; then on the letter.

Everybody but the office sees neutral names: what a file is called may say who wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import IntegrityError
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.files import services as files
from bureau.files.choices import PICTURES, FileType
from bureau.files.kinds import AttachmentKind, declare
from bureau.files.models import Attachment
from bureau.files.names import clean_name
from bureau.files.refusals import AlreadyThere, NoRoom
from bureau.files.storage import FULL, MEGABYTE
from bureau.outbox.services import enqueue
from sections.office.letters import drafts
from sections.office.letters.choices import OPEN, Status
from sections.office.letters.models import Letter, LetterDraft, SentName

KIND = "enclosure"
ANSWER_KIND = "answer_file"
TYPES = (*PICTURES, FileType.PDF, FileType.DOCX, FileType.WPS)


def have_looked_into(row: Attachment) -> None:
    """In the background: it asks a process of its own and takes its time."""
    enqueue("letters.look_into", {"attachment": row.pk}, key=f"letters.look_into:{row.pk}")


def is_closed(letter: Letter) -> str:
    return "" if letter.status in OPEN else str(_("The letter is closed; its files stay as they are."))


def is_not_being_answered(letter: Letter) -> str:
    if letter.status in (Status.ASSIGNED, Status.DRAFTING):
        return ""
    return str(_("Files go with the answer only while it is being written."))


def of_letter(letter: Letter, place: int) -> str:
    return f"{letter.number}-{place}"


def of_answer(letter: Letter, place: int) -> str:
    return f"{letter.number}-R{place}"


ON_DRAFT = AttachmentKind(
    KIND,
    _("Enclosed by the writer"),
    types=TYPES,
    max_count=settings.LETTERS_FILES,
    max_mb=settings.LETTERS_FILE_MB,
    add="enclose",
    renamed=lambda _draft, place: str(place),
)
ON_LETTER = AttachmentKind(
    KIND,
    _("Enclosed by the writer"),
    types=(*TYPES, FileType.OFD),
    max_count=20,
    add="register",
    personal=True,
    note=_("The file gets a neutral name: a name could say who wrote."),
    locked=is_closed,
    renamed=of_letter,
    taken=have_looked_into,
)
WITH_ANSWER = AttachmentKind(
    ANSWER_KIND,
    _("Goes with the answer"),
    max_count=5,
    add="draft",
    note=_("The writer can fetch it once the answer is sent."),
    locked=is_not_being_answered,
    renamed=of_answer,
    holder_sees=lambda letter: letter.status == Status.ANSWERED,
)
declare(LetterDraft, (ON_DRAFT,))


def enclose(token: str, upload: File[bytes]) -> Attachment | None:
    """Take a file for the form with this token. None when it is there already.

    Raises FileRefused with a sentence for the writer, and NoRoom.
    """
    if _bytes_waiting() > settings.LETTERS_FILES_WAITING_MB * MEGABYTE:
        raise NoRoom(FULL)
    row = drafts.begin_draft(token)
    try:
        found = files.attach(record=row, upload=upload, kind=KIND, by=drafts.holder_of(row))
    except AlreadyThere:
        return None
    except (LetterDraft.DoesNotExist, PermissionDenied):  # sent or given up in another window meanwhile
        return None
    try:
        SentName.objects.create(attachment=found, name=clean_name(upload.name or ""))
    except IntegrityError:  # removed in another window meanwhile
        return None
    return found


def enclosed(token: str) -> list[tuple[Attachment, str]]:
    """The files of a form, each with the name that the writer gave it."""
    row = drafts.row_of(token)
    return with_names(row) if row else []


def with_names(record: Letter | LetterDraft) -> list[tuple[Attachment, str]]:
    rows = list(Attachment.objects.of(record).in_force().filter(kind=KIND))
    names = {one.attachment_id: one.name for one in SentName.objects.filter(attachment__in=rows)}
    return [(row, names.get(row.pk, row.name)) for row in rows]


def has_names(letter: Letter) -> bool:
    return SentName.objects.filter(attachment__in=Attachment.objects.of(letter).in_force()).exists()


def remove_file(token: str, pk: int) -> None:
    """Only a file of this very form; another key is passed over in silence."""
    row = drafts.row_of(token)
    found = Attachment.objects.of(row).filter(pk=pk).first() if row else None
    if row is not None and found is not None:
        files.discard(found, by=drafts.holder_of(row))


def take_along(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """The letter was just created: its files move to it, what was saved of it is gone. One transaction."""
    for row in LetterDraft.objects.select_for_update().filter(
        form_digest=drafts.digest_of(str(data.get("token", "")))
    ):
        files.hand_over(source=row, target=letter, kind=KIND, by=by)
        row.delete()


def _bytes_waiting() -> int:
    rows = Attachment.objects.filter(record_kind=LetterDraft._meta.label_lower)
    return int(rows.aggregate(total=Sum("size"))["total"] or 0)
