"""Files that go with a public form of one page: taken at once, kept on a row without a word until the form is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.files.base import File
from django.db import models
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Holder, Principal
from bureau.files import services as files
from bureau.files import uploads
from bureau.files.choices import PICTURES, FileType
from bureau.files.kinds import AttachmentKind
from bureau.files.models import Attachment
from bureau.files.names import clean_name
from bureau.files.refusals import AlreadyThere, FileRefused, NoRoom
from bureau.files.storage import FULL, MEGABYTE
from bureau.identifiers.digests import DigestField, KeyMarkField
from bureau.identifiers.encryption import keyed_digest
from bureau.public.gate import asked_to_wait

# What the public may send along.
TYPES = (*PICTURES, FileType.PDF, FileType.DOCX, FileType.WPS)
NO_WAIT = timedelta(0)


class WaitingForm(models.Model):
    """Holds the files of a form that is not sent yet, and not a word of it."""

    # Keyed digest of the form's own token, which the signed field of the form carries.
    form_digest = DigestField(unique=True, editable=False)
    form_key = KeyMarkField("form_digest")
    kept_until = models.DateTimeField(_("kept until"), db_index=True)

    class Meta:
        abstract = True
        ordering = ("-pk",)
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


def last_kept(rows: models.QuerySet[Any]) -> datetime | None:
    """When the last of these forms is removed."""
    last: datetime | None = rows.aggregate(last=Max("kept_until"))["last"]
    return last


def while_waiting(key: str, label: Any, *, sealed: bool = False) -> AttachmentKind:
    """Files on a `WaitingForm`; what the sender called them is kept nowhere."""
    return AttachmentKind(
        key,
        label,
        types=TYPES,
        max_count=settings.LETTERS_FILES,
        max_mb=settings.LETTERS_FILE_MB,
        add="enclose",
        personal=True,
        sealed=sealed,
        renamed=lambda _form, place: str(place),
    )


Waiting = TypeVar("Waiting", bound=WaitingForm)


@dataclass(frozen=True)
class Enclosures(Generic[Waiting]):
    """The files of one sort of form. `pay`: what a file costs its sender, as the time to wait; zero when it is paid."""

    waiting: type[Waiting]
    kind: str
    pay: Callable[[HttpRequest], timedelta]

    def row_of(self, token: str) -> Waiting | None:
        return self._rows().filter(form_digest=self._digest(token)).first()

    def enclosed(self, token: str) -> list[Attachment]:
        row = self.row_of(token)
        return list(Attachment.objects.of(row).in_force()) if row else []

    def enclose(self, token: str, upload: File[bytes]) -> None:
        """Take a file for the form with this token; one that is there already is passed over.

        Raises FileRefused with a sentence for the sender, and NoRoom.
        """
        others = Attachment.objects.filter(record_kind=self.waiting._meta.label_lower)
        if (others.aggregate(total=Sum("size"))["total"] or 0) > settings.LETTERS_FILES_WAITING_MB * MEGABYTE:
            raise NoRoom(FULL)
        kept_until = timezone.now() + timedelta(hours=settings.LETTERS_UNSAVED_HOURS)
        row, _is_new = self._rows().get_or_create(
            form_digest=self._digest(token), defaults={"kept_until": kept_until}
        )
        try:
            files.attach(record=row, upload=upload, kind=self.kind, by=_holder_of(row))
        except (AlreadyThere, ObjectDoesNotExist, PermissionDenied):  # also: sent in another window meanwhile
            return

    def remove(self, token: str, pk: int) -> None:
        """Only a file of this very form; another key is passed over in silence."""
        row = self.row_of(token)
        found = Attachment.objects.of(row).filter(pk=pk).first() if row else None
        if row is not None and found is not None:
            files.discard(found, by=_holder_of(row))

    def hand_over(self, token: str, target: models.Model, by: Principal) -> None:
        """The form was just sent: its files move to what came of it. Within the transaction that made it."""
        for row in self._rows().select_for_update().filter(form_digest=self._digest(token)):
            files.hand_over(source=row, target=target, kind=self.kind, by=by)
            row.delete()

    def delete_outdated(self) -> int:
        """Files whose form was never sent, a thousand forms at once; returns how many forms."""
        rows = list(self._rows().filter(kept_until__lte=timezone.now())[:1000])
        for row in rows:
            row.delete()
        return len(rows)

    # -- on the page ----------------------------------------------------------------------------------------

    def files_first(
        self, request: HttpRequest, token: str, page: Callable[[list[str], int], HttpResponse]
    ) -> HttpResponse | None:
        """Files are taken before anything else is looked at, so that none is lost to another mistake.

        `page`: the form with what was typed, from what was refused and the status. None where it is to be sent.
        """
        asked = request.POST.get("go", "")
        if asked.startswith("remove-"):
            key = asked.removeprefix("remove-")
            if key.isascii() and key.isdecimal() and len(key) < 19:
                self.remove(token, int(key))
            return page([], 200)
        refused, wait = self._take(request, token)
        if not refused:
            return page([], 200) if asked == "attach" else None
        response = page(refused, 422)
        return asked_to_wait(response, wait) if wait else response

    def _take(self, request: HttpRequest, token: str) -> tuple[list[str], timedelta]:
        refused: list[str] = [str(FULL)] if uploads.has_no_room(request) else []
        for upload in request.FILES.getlist("files"):
            wait = self.pay(request)
            if wait:
                many = gettext("Many files came from your connection. Wait a few minutes, then go on.")
                return [*refused, many], wait
            try:
                self.enclose(token, upload)
            except FileRefused as refusal:
                name = clean_name(upload.name or "")
                sentence = gettext("“%(name)s”: %(sentence)s")
                refused.append(sentence % {"name": name, "sentence": refusal.sentence})
        return refused, NO_WAIT

    def context(self, token: str, refused: Sequence[str] = ()) -> dict[str, Any]:
        """What `public/enclosures.html` shows."""
        found = self.enclosed(token)
        return {
            "files": found,
            "file_errors": refused,
            "files_left": settings.LETTERS_FILES - len(found),
            "most_files": settings.LETTERS_FILES,
            "most_mb": settings.LETTERS_FILE_MB,
            "accept": ",".join(f".{one}" for one in TYPES),
            "types": ", ".join(TYPES),
        }

    def _digest(self, token: str) -> str:
        return keyed_digest(f"{self.waiting._meta.label_lower}.form", token)

    def _rows(self) -> models.Manager[Waiting]:
        return self.waiting._default_manager


def _holder_of(row: WaitingForm) -> Holder:
    """Who has the form has its signed token, and with it this one row."""
    return Holder(row._meta.label_lower, row.pk)
