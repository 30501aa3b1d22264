"""Which files a kind of record may carry: declared once, on its PageSet or beside its model.

attachments = (
    AttachmentKind("approval", _("Founding approval"), types=PAPERS, max_count=3, required=True),
    AttachmentKind("evidence", _("Evidence"), add="withdraw", locked=decided),
)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.db.models.signals import post_delete
from django.utils.functional import Promise

from bureau.files.choices import FileType
from bureau.files.receivers import remove_files
from bureau.registry import Registry, RegistryError

Text = str | Promise


@dataclass(frozen=True)
class AttachmentKind:
    """One kind of file on one kind of record.

    `see`, `add`: verbs on the record that let a person see (and download) or add (and withdraw) such files.
    `max_mb`: 0 means the setting FILES_MAX_MB. `personal`: each download goes into the audit.
    `sealed`: the disk holds the content encrypted.
    `inside`: a verb that one needs to read who added a file and what was withdrawn; nobody is asked where empty.
    `called`: a neutral name that each file gets with a number, instead of its own, which may say too much.
    `public`: goes to the public with its record: its content is inspected when it comes, and anybody fetches it
    while the public may see the record.
    `locked(record)`: why nothing may be added or withdrawn now; the empty string when it may.
    `renamed(record, n)`: what the n-th file is called instead, without its ending, where a name may give
    somebody away. `holder_sees(record)`: whether who proved the record's number and code may fetch it now.
    `taken(attachment)`: called in the transaction once the file hangs on the record, added or handed over.
    """

    key: str
    label: Text
    types: Sequence[FileType] = tuple(FileType)
    max_count: int = 10
    max_mb: int = 0
    see: str = "view"
    add: str = "change"
    required: bool = False
    personal: bool = False
    sealed: bool = False
    note: Text = ""
    inside: str = ""
    called: Text = ""
    public: bool = False
    locked: Callable[[Any], Text] | None = None
    renamed: Callable[[Any, int], str] | None = None
    holder_sees: Callable[[Any], bool] | None = None
    taken: Callable[[Any], None] | None = None

    def name_for(self, record: Any, place: int, file_type: str, sent: str) -> str:
        return f"{self.renamed(record, place)}.{file_type}" if self.renamed else sent

    @property
    def max_bytes(self) -> int:
        """The smaller of what this kind and what the portal allows for one file."""
        return min(self.max_mb or settings.FILES_MAX_MB, settings.FILES_MAX_MB) * 1024 * 1024

    def why_locked(self, record: Any) -> str:
        return str(self.locked(record)) if self.locked else ""


@dataclass(frozen=True)
class Carrier:
    """A kind of record that carries files."""

    model: type[Model]
    kinds: tuple[AttachmentKind, ...]


CARRIERS: Registry[Carrier] = Registry("records with files")


def declare(model: type[Model], kinds: Sequence[AttachmentKind]) -> None:
    """Let records of `model` carry these kinds. Two workspaces may say the same, not different things."""
    label = model._meta.label_lower
    names = [kind.key for kind in kinds]
    if len(names) != len(set(names)):
        raise RegistryError(f"{label} declares a kind of file twice")
    known = CARRIERS.get(label)
    if known is None:
        CARRIERS.add(label, Carrier(model, tuple(kinds)))
        # By sender: a receiver for every model would make each deletion in the portal a slow one.
        post_delete.connect(remove_files, sender=model, dispatch_uid=f"files:{label}")
    elif known.kinds != tuple(kinds):
        raise RegistryError(f"{label} declares different files in two places")


def kinds_of(model: type[Model] | Model) -> tuple[AttachmentKind, ...]:
    """What records of this kind may carry; nothing where nothing was declared."""
    carrier = CARRIERS.get(model._meta.label_lower)
    return carrier.kinds if carrier else ()


def kind_of(model: type[Model] | Model, key: str) -> AttachmentKind | None:
    return next((kind for kind in kinds_of(model) if kind.key == key), None)
