"""The check of a record's files before they go to the public, and copies without what was found."""

from __future__ import annotations

from django.db.models import Model
from django.utils.translation import gettext as _

from bureau.files import storage
from bureau.files.inspection import reading
from bureau.files.inspection.choices import FindingKind
from bureau.files.inspection.findings import Finding, Findings
from bureau.files.kinds import kinds_of
from bureau.files.models import Attachment, AttachmentQuerySet, Inspection


def inspect(file: Attachment) -> Findings:
    """What was found in a file: kept from when it came, else read now (and not kept).

    A file whose content is missing cannot be read.
    """
    kept = Inspection.objects.filter(attachment=file, version=reading.VERSION).first()
    return as_findings(kept) if kept else reading.read(_content(file), file.file_type)


def keep(file: Attachment, findings: Findings) -> Inspection:
    """Write down what was found."""
    found = [[str(one.kind), one.where, one.excerpt] for one in findings]
    kept, _created = Inspection.objects.update_or_create(
        attachment=file,
        defaults={
            "version": reading.VERSION,
            "found": found,
            "stops": findings.stops,
            "text": findings.text,
        },
    )
    return kept


def as_findings(kept: Inspection) -> Findings:
    return Findings(
        tuple(Finding(FindingKind(kind), where, excerpt) for kind, where, excerpt in kept.found), kept.text
    )


def cleaned(file: Attachment) -> bytes | None:
    """A copy of the file without comments, tracked changes, annotations and details about the author.

    None where that would change what the file says: hidden sheets and rows, seals, older formats.
    """
    return reading.clean(_content(file), file.file_type)


def why_not_public(record: Model) -> str:
    """Why the files of a record cannot go to the public; "" when they can. One sentence, the first obstacle."""
    for file in public_files(record).select_related("inspection"):
        kept = getattr(file, "inspection", None)
        if kept is None or kept.version != reading.VERSION:
            return _("“%(file)s” has not been checked. Withdraw it and add it again.") % {"file": file.name}
        stop = next((one for one in as_findings(kept) if one.stops), None)
        if stop is not None:
            return _("“%(file)s” cannot be published: %(found)s. Replace it.") % {
                "file": file.name,
                "found": stop.sentence,
            }
        if not file.is_open:
            return _("The virus check has not cleared “%(file)s” yet.") % {"file": file.name}
    return ""


def public_files(record: Model) -> AttachmentQuerySet:
    """The files that go to the public with the record: of public kinds, not withdrawn."""
    keys = [kind.key for kind in kinds_of(record) if kind.public]
    return Attachment.objects.of(record).in_force().filter(kind__in=keys)


def public_text(record: Model) -> str:
    """The text of these files, for the search of what is published."""
    kept = Inspection.objects.filter(attachment__in=public_files(record), version=reading.VERSION)
    return "\n".join(kept.order_by("attachment").values_list("text", flat=True))


def _content(file: Attachment) -> bytes:
    try:
        with storage.read(file.stored_as) as content:
            return content.read()
    except FileNotFoundError:
        return b""
