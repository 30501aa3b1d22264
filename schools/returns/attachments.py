"""The files that a return carries."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.files.kinds import AttachmentKind, Text
from schools.returns.models import Return
from schools.returns.selectors.locks import why_locked


def closed(record: Return) -> Text:
    return why_locked(record, timezone.localdate())


RETURN_FILES = (
    AttachmentKind("enclosure", _("File of the return"), max_count=20, add="fill", locked=closed),
)
