"""The index of public pages follows the records within the same transaction."""

from __future__ import annotations

import html
import re
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from django.utils.html import strip_tags

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.public import languages
from bureau.public.generations import raise_numbers
from bureau.public.models import PublicPage
from bureau.public.publishing import PUBLIC_KINDS, PublicKind

LONGEST_BODY = 200_000  # characters of both languages that are searched
LONGEST_TITLE = PublicPage._meta.get_field("title").max_length or 300
_BLOCKS = re.compile(r"<(?=/?(?:p|br|li|h[1-6]|div|tr|td|th|blockquote|pre|hr|figure)\b)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\f\v]+")
BATCH = 500


def keep_in_step(kind: PublicKind) -> None:
    label = kind.kind
    post_save.connect(_saved, sender=kind.model, dispatch_uid=f"public.saved.{label}")
    post_delete.connect(_deleted, sender=kind.model, dispatch_uid=f"public.deleted.{label}")


def _saved(sender: type[Model], instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if not raw:  # a fixture comes in any order; the nightly comparison follows it
        bring_up_to_date(instance)


def _deleted(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    _remove(sender._meta.label_lower, instance.pk)


@transaction.atomic
def bring_up_to_date(record: Model) -> None:
    """Write or remove the entry of a record as the database has it now; pages that show it become old.

    A record of a kind that is not registered (a column, a picture) makes the pages under its tag old.
    """
    label = record._meta.label_lower
    kind = PUBLIC_KINDS.get(label)
    if kind is None:
        raise_numbers(tags_of(label, record.pk))
        return
    rows = permitted(PUBLIC, "view", kind.model).filter(pk=record.pk)
    fresh = rows.select_related(*kind.select_related).first() if kind.select_related else rows.first()
    if fresh is None:
        _remove(label, record.pk)
    else:
        _write(kind, fresh)


def _write(kind: PublicKind, record: Any) -> None:
    if kind.find is not None:
        raise_numbers(tags_of(kind.kind, record.pk))
        return
    entry = entry_of(kind, record)
    known = PublicPage.objects.filter(kind=kind.kind, object_id=record.pk)
    columns = {entry["column"], *known.values_list("column", flat=True)}
    raise_numbers(tags_of(kind.kind, record.pk, *columns))
    PublicPage.objects.update_or_create(kind=kind.kind, object_id=record.pk, defaults=entry)


def _remove(label: str, key: int) -> None:
    row = PublicPage.objects.filter(kind=label, object_id=key).first()
    if row is not None:
        row.delete()
        raise_numbers(tags_of(label, key, row.column))


def tags_of(label: str, key: int, *columns: str) -> list[str]:
    """What kept pages are filed under: the kind for lists, the record for its own page, the columns for theirs."""
    return [label, f"{label}:{key}", *(f"{label}@{column}" for column in columns if column)]


def entry_of(kind: PublicKind, record: Any) -> dict[str, Any]:
    """The fields of a record's entry."""
    path = kind.address(record, "zh-hans")
    prefix = f"/{languages.PREFIXES['zh-hans']}/"
    return {
        "path": f"/{path.removeprefix(prefix)}" if path.startswith(prefix) else path,
        "column": kind.column(record),
        "title": plain(kind.title(record, "en"))[:LONGEST_TITLE],
        "title_zh": plain(kind.title(record, "zh-hans"))[:LONGEST_TITLE],
        "summary": plain(kind.summary(record, "en")),
        "summary_zh": plain(kind.summary(record, "zh-hans")),
        "numbers": "\n".join(filter(None, kind.numbers(record))),
        "text": _body(kind, record),
        "rank": kind.rank,
        "date": kind.date(record),
        "until": kind.until(record),
        "changed_at": timezone.now(),
    }


def _body(kind: PublicKind, record: Any) -> str:
    bodies = dict.fromkeys(plain(kind.body(record, language)) for language in languages.PREFIXES)
    return "\n".join(body for body in bodies if body)[:LONGEST_BODY]


def plain(text: str | None) -> str:
    """The words of a text that may be HTML; a block ends a line."""
    if not text:
        return ""
    stripped = html.unescape(strip_tags(_BLOCKS.sub("\n<", str(text))))
    lines = (_SPACES.sub(" ", line).strip() for line in stripped.replace("\x00", "").splitlines())
    return "\n".join(line for line in lines if line)


def compare(kind: PublicKind) -> int:
    """Entries that were missing or too many are made or removed; returns how many."""
    if kind.find is not None:
        return 0
    public = set(permitted(PUBLIC, "view", kind.model).values_list("pk", flat=True))
    known = set(PublicPage.objects.filter(kind=kind.kind).values_list("object_id", flat=True))
    for key in known - public:
        _remove(kind.kind, key)
    missing = sorted(public - known)
    for start in range(0, len(missing), BATCH):
        for record in permitted(PUBLIC, "view", kind.model).filter(pk__in=missing[start : start + BATCH]):
            bring_up_to_date(record)
    return len(missing) + len(known - public)
