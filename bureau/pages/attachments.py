"""What the pages say of a record's files: who sees which, who may add, what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.access.services import may
from bureau.accounts.principals import Principal
from bureau.files.choices import Scan
from bureau.files.inspection import Finding
from bureau.files.inspection.reading import CLEANABLE
from bureau.files.inspection.services import as_findings
from bureau.files.kinds import AttachmentKind, kinds_of
from bureau.files.models import Attachment
from bureau.files.rules import permitted_on
from bureau.files.services import why_closed
from bureau.pages.forms import PortalForm
from bureau.pages.pagesets import PageSet, TagKind

SCAN_TAGS: dict[str, TagKind] = {Scan.WAITING: "half", Scan.INFECTED: "bad", Scan.CLEAN: "done", Scan.OFF: ""}  # type: ignore[dict-item]


@dataclass(frozen=True)
class Shown:
    """One file in the panel. No address where its content is not handed out; then `why` says so.

    `found`: what its check found, where it goes to the public; `clean_url`: where a cleaned copy is made.
    """

    row: Attachment
    url: str
    withdraw_url: str
    why: str
    found: Sequence[Finding] = ()
    clean_url: str = ""

    @property
    def tag(self) -> str:
        """How its virus check stands, where that is worth a word."""
        if self.row.withdrawn_at is not None or self.row.scan in (Scan.CLEAN, Scan.OFF):
            return ""
        return str(self.row.get_scan_display())

    @property
    def tag_kind(self) -> str:
        return SCAN_TAGS[self.row.scan]


@dataclass(frozen=True)
class Files:
    """The panel of a record."""

    rows: Sequence[Shown]
    missing: Sequence[str]
    why_locked: str
    form: FileForm | None
    add_url: str


class FileForm(PortalForm):
    """One file of one kind."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of file"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=None,
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    def __init__(self, *args: Any, kinds: Sequence[AttachmentKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        field.choices = [(kind.key, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        if len(kinds) == 1:
            field.widget = forms.HiddenInput()
            field.initial = kinds[0].key
        self.fields["file"].help_text = _what_is_taken(kinds)
        self.fields["file"].widget.attrs["accept"] = ",".join(_endings(kinds))


def _what_is_taken(kinds: Sequence[AttachmentKind]) -> str:
    """Types and size: once where all kinds agree, else once for those that do."""
    same: dict[str, list[str]] = {}
    for kind in kinds:
        what = _("%(types)s; at most %(size)d MB") % {
            "types": ", ".join(kind.types),
            "size": kind.max_bytes // 1024 // 1024,
        }
        same.setdefault(what, []).append(str(kind.label))
    notes = [str(kind.note) for kind in kinds if kind.note]
    if len(same) == 1:
        return " ".join([*same, *notes])
    parts = [
        _("%(label)s: %(what)s.") % {"label": _(", ").join(labels), "what": what}
        for what, labels in same.items()
    ]
    return " ".join([*parts, *notes])


def _endings(kinds: Sequence[AttachmentKind]) -> list[str]:
    found = sorted({f".{one}" for kind in kinds for one in kind.types})
    return [*found, ".jpeg"] if ".jpg" in found else found


def panel(pageset: PageSet, record: Model, principal: Principal, workspace: str) -> Files | None:
    """None where this person sees no kind of file of this record."""
    seen = _kinds(pageset, record, principal, "see")
    addable = addable_kinds(pageset, record, principal)
    if not seen and not addable:
        return None
    rows = _rows(record, principal, workspace)
    present = {one.row.kind for one in rows if one.row.withdrawn_at is None}
    open_kinds, why = openings(pageset, addable, record, principal)
    return Files(
        rows,
        [str(kind.label) for kind in seen if kind.required and kind.key not in present],
        "" if open_kinds else why,
        FileForm(kinds=open_kinds, principal=principal) if open_kinds else None,
        reverse(pageset.url_name(workspace, "files"), args=[record.pk]) if open_kinds else "",
    )


def openings(
    pageset: PageSet, kinds: Sequence[AttachmentKind], record: Model, principal: Principal
) -> tuple[list[AttachmentKind], str]:
    """(the kinds that take a file now, why another one does not).

    A kind that says itself when it is locked decides alone; any other is locked with the record's fields.
    """
    fields = str(pageset.locked(record, principal)) if kinds else ""
    reasons = [(kind, kind.why_locked(record) if kind.locked else fields) for kind in kinds]
    return [kind for kind, why in reasons if not why], next((why for _kind, why in reasons if why), "")


def addable_kinds(pageset: PageSet, record: Model, principal: Principal) -> list[AttachmentKind]:
    """The kinds that this person may add here at all, locked ones among them."""
    return _kinds(pageset, record, principal, "add")


def _kinds(pageset: PageSet, record: Model, principal: Principal, what: str) -> list[AttachmentKind]:
    """One question per verb, however many kinds ask for it."""
    verbs = {getattr(kind, what) for kind in pageset.attachments}
    allowed = {verb for verb in verbs if pageset.queryset(principal, verb).filter(pk=record.pk).exists()}
    return [kind for kind in pageset.attachments if getattr(kind, what) in allowed]


def _rows(record: Model, principal: Principal, workspace: str) -> list[Shown]:
    mine = set(permitted_on(principal, "withdraw", record).values_list("pk", flat=True))
    rows = permitted_on(principal, "view", record).select_related("inspection")
    rows = rows.order_by("withdrawn_at", "kind", "added_at")
    hidden = _kept_inside(record, principal)
    seen = [row for row in rows if row.kind not in hidden or row.withdrawn_at is None]
    for row in seen:
        row.added_by_name = "" if row.kind in hidden else row.added_by_name
    found = [_shown(row, row.pk in mine, record, workspace) for row in seen]
    return sorted(found, key=lambda one: one.row.withdrawn_at is not None)


def _kept_inside(record: Model, principal: Principal) -> set[str]:
    """Kinds of which this person reads neither who added a file nor what was withdrawn."""
    kinds = [kind for kind in kinds_of(record) if kind.inside]
    allowed = {verb: bool(may(principal, verb, record)) for verb in {kind.inside for kind in kinds}}
    return {kind.key for kind in kinds if not allowed[kind.inside]}


def _shown(row: Attachment, is_mine: bool, record: Model, workspace: str) -> Shown:
    is_locked = row.declared is not None and row.declared.why_locked(record)
    may_withdraw = is_mine and row.withdrawn_at is None and not is_locked
    found = _found(row)
    may_clean = may_withdraw and found and row.file_type in CLEANABLE
    return Shown(
        row,
        reverse(f"{workspace}:files:download", args=[row.pk]) if row.is_open else "",
        reverse(f"{workspace}:files:withdraw", args=[row.pk]) if may_withdraw else "",
        why_closed(row) if row.withdrawn_at is None else "",
        found,
        reverse(f"{workspace}:files:clean", args=[row.pk]) if may_clean else "",
    )


def _found(row: Attachment) -> Sequence[Finding]:
    """Nothing for files that stay inside."""
    if row.withdrawn_at is not None or row.declared is None or not row.declared.public:
        return ()
    kept = getattr(row, "inspection", None)
    return tuple(as_findings(kept)) if kept else ()
