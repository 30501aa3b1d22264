"""The files that a request carries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.files.choices import PAPERS, PICTURES
from bureau.files.kinds import AttachmentKind, Text
from personnel.changes.models import TeacherChange


def decided(request: TeacherChange) -> Text:
    return "" if request.is_open else _("The request has been decided; its files stay as they are.")


FILES = (
    # Whoever may take the request back gives its evidence.
    AttachmentKind(
        "evidence",
        _("Evidence"),
        types=(*PAPERS, *PICTURES),
        max_count=10,
        add="withdraw",
        locked=decided,
        personal=True,
    ),
)
