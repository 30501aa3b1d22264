"""Enclosed files, looked into before another unit reads them: what in them could say who wrote the letter.

Only kinds are kept ("name of the writer"), never the words: whoever is warned opens the file and sees for himself.
What the portal cannot read it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.files import storage
from bureau.files.choices import PICTURES
from bureau.files.inspection import reading
from bureau.files.inspection.choices import FindingKind
from bureau.files.inspection.findings import Findings
from bureau.files.models import Attachment
from sections.office.letters import leaks
from sections.office.letters.enclosures import KIND
from sections.office.letters.models import EnclosureCheck, Letter

# Raised whenever more is looked for: files that an older check has read count as not looked into.
VERSION = 1


class InFiles(models.TextChoices):
    """What only a file can hold, and what keeps the portal from reading it."""

    AUTHOR = "author", _("details about the author")
    BESIDE = "beside", _("comments, changes or hidden text")
    PICTURE = "picture", _("a picture; look at what it shows")
    UNREAD = "unread", _("the portal cannot read it; look into it yourself")
    WAITING = "waiting", _("not looked into yet; look into it yourself")


OF_THE_READER = {
    FindingKind.METADATA: InFiles.AUTHOR,
    FindingKind.PLACE: InFiles.AUTHOR,
    FindingKind.COMMENTS: InFiles.BESIDE,
    FindingKind.CHANGES: InFiles.BESIDE,
    FindingKind.HIDDEN_TEXT: InFiles.BESIDE,
    FindingKind.NO_TEXT: InFiles.PICTURE,
    FindingKind.EMBEDDED: InFiles.UNREAD,
    FindingKind.UNREADABLE: InFiles.UNREAD,
}


@dataclass(frozen=True)
class InFile:
    """One kind of thing in one file."""

    file: str
    kind: leaks.Leak | InFiles

    def __str__(self) -> str:
        return f"{self.file}: {self.kind.label}"


def look_into(pk: int) -> None:
    """Read one file and keep what kinds were found. A file that is gone meanwhile is passed over."""
    row = Attachment.objects.in_force().filter(pk=pk, record_kind=Letter._meta.label_lower).first()
    letter = Letter.objects.filter(pk=row.record_id).first() if row else None
    if row is None or letter is None:
        return
    found = sorted(_kinds_in(row, letter))
    EnclosureCheck.objects.update_or_create(
        attachment=row, defaults={"version": VERSION, "found": [list(one) for one in found]}
    )


def found_in_files(letter: Letter, *, with_writer: bool) -> list[InFile]:
    """What stands in the files of this letter. `with_writer`: also what was found by comparing with the writer."""
    rows = list(Attachment.objects.of(letter).in_force().filter(kind=KIND))
    checks = EnclosureCheck.objects.filter(attachment__in=rows, version=VERSION)
    known = {check.attachment_id: check.found for check in checks}
    found: list[InFile] = []
    for row in rows:
        said = known.get(row.pk, [[InFiles.WAITING, False]])
        kinds = dict.fromkeys(kind for kind, of_writer in said if with_writer or not of_writer)
        found += [InFile(row.name, _kind(kind)) for kind in kinds]
    return found


def _kinds_in(row: Attachment, letter: Letter) -> set[tuple[str, bool]]:
    findings = _read(row)
    found = {(str(kind), False) for kind in _of_the_reader(row, findings)}
    by_itself = _kinds(leaks.scan(findings.text))
    compared = _kinds(leaks.scan(findings.text, letter)) - by_itself
    return found | {(kind, False) for kind in by_itself} | {(kind, True) for kind in compared}


def _read(row: Attachment) -> Findings:
    try:
        with storage.read(row.stored_as) as content:
            return reading.read(content.read(), row.file_type)
    except FileNotFoundError:
        return reading.read(b"", row.file_type)


def _of_the_reader(row: Attachment, findings: Findings) -> Iterator[InFiles]:
    if row.file_type in PICTURES:
        yield InFiles.PICTURE
    for one in findings:
        if one.kind in OF_THE_READER:
            yield OF_THE_READER[one.kind]


def _kinds(found: Iterable[leaks.Finding]) -> set[str]:
    return {str(one.kind) for one in found}


def _kind(kind: str) -> leaks.Leak | InFiles:
    return InFiles(kind) if kind in InFiles.values else leaks.Leak(kind)
