"""The files that a school's record and a change request carry."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.files.choices import PAPERS, PICTURES
from bureau.files.kinds import AttachmentKind, Text
from schools.models import ChangeRequest, School

SCANS = (*PAPERS, *PICTURES)


def ended(school: School) -> Text:
    return "" if school.is_in_use else _("The school has ended; its record stays as it is.")


def decided(request: ChangeRequest) -> Text:
    return "" if request.is_open else _("The request has been decided; its files stay as they are.")


SCHOOL_FILES = (
    AttachmentKind("approval", _("Founding approval"), types=SCANS, max_count=5, locked=ended),
    AttachmentKind("licence", _("School licence"), types=SCANS, max_count=5, locked=ended),
    AttachmentKind(
        "registration", _("Certificate of the legal person"), types=SCANS, max_count=5, locked=ended
    ),
    AttachmentKind("charter", _("Charter of the school"), max_count=5, locked=ended),
    AttachmentKind("other", _("Other document"), max_count=20, locked=ended),
)

REQUEST_FILES = (
    # Whoever may take the request back gives its evidence; the district keeps its own paper beside it.
    AttachmentKind("evidence", _("Evidence"), max_count=10, add="withdraw", locked=decided),
    AttachmentKind("opinion", _("Paper of the district"), max_count=5, add="review", locked=decided),
)
