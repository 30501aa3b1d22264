"""A letter that a citizen goes on with later, and the row that its files hang on until it is sent."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bureau.accounts.principals import Holder
from bureau.identifiers import codes
from bureau.identifiers.encryption import keyed_digest
from sections.office.letters.models import LetterDraft

CODE_PURPOSE = "letters.draft.code"
FORM_PURPOSE = "letters.draft.form"
# Nobody types a number beside it, so it is longer than the code of a receipt: 59 bits.
CODE_LENGTH = 12


def resume_code(token: str, stored: str | None = None) -> str:
    """The code of the form with this token; the same each time the letter is saved, by `stored` also under a new key."""
    return codes.derived_code(CODE_PURPOSE, token, CODE_LENGTH, stored=stored)


def row_of(token: str) -> LetterDraft | None:
    return LetterDraft.objects.filter(form_digest=digest_of(token)).first()


def holder_of(row: LetterDraft) -> Holder:
    """Who has the form has its signed token, and with it this one row."""
    return Holder(row._meta.label_lower, row.pk)


def begin_draft(token: str) -> LetterDraft:
    """The row of a form that files are added to. It holds no text and goes after LETTERS_UNSAVED_HOURS."""
    kept_until = timezone.now() + timedelta(hours=settings.LETTERS_UNSAVED_HOURS)
    row, _is_new = LetterDraft.objects.get_or_create(
        form_digest=digest_of(token), defaults={"kept_until": kept_until}
    )
    return row


def save_draft(token: str, content: str) -> tuple[LetterDraft, str]:
    """Keep what was typed for LETTERS_DRAFT_DAYS from now; returns the row and the code that opens it."""
    with transaction.atomic():
        row = LetterDraft.objects.select_for_update().get(pk=begin_draft(token).pk)
        code = resume_code(token, row.code_digest)
        row.form_digest = digest_of(token)
        row.code_digest = codes.digest(CODE_PURPOSE, code)
        row.content = content
        row.kept_until = timezone.now() + timedelta(days=settings.LETTERS_DRAFT_DAYS)
        row.full_clean()
        row.save()
    return row, code


def saved_content(code: str) -> str | None:
    """What was saved under the code. Wrong, outdated, sent: the same query and None."""
    digest = codes.digest(CODE_PURPOSE, code)
    return (
        LetterDraft.objects.filter(code_digest=digest, kept_until__gt=timezone.now())
        .values_list("content", flat=True)
        .first()
    )


def delete_draft(token: str) -> None:
    """The writer does not want it any more: text and files go."""
    for row in LetterDraft.objects.filter(form_digest=digest_of(token)):
        row.delete()


def delete_outdated() -> int:
    """Letters whose days are over, with their files; returns how many."""
    rows = list(LetterDraft.objects.filter(kept_until__lte=timezone.now())[:1000])
    for row in rows:
        row.delete()
    return len(rows)


def digest_of(token: str) -> str:
    return keyed_digest(FORM_PURPOSE, token)
