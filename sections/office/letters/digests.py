"""How the digests of letters come under another key of look-up."""

from __future__ import annotations

from bureau.identifiers.encryption import Digest
from bureau.identifiers.lookup_key import Recomputed, Typed, declare
from bureau.public.enclosing import last_kept
from sections.office.letters.models import Letter, LetterDraft
from sections.office.letters.same_writer import digest_of


def _of_writer(letter: Letter) -> Digest | None:
    return digest_of(letter.sender_phone)


declare(Letter, "code_digest", Typed(Letter, "code_digest"))
declare(Letter, "sender_digest", Recomputed(Letter, "sender_digest", _of_writer, reads=("sender_phone",)))
for _name in ("form_digest", "code_digest"):
    declare(LetterDraft, _name, Typed(LetterDraft, _name, last_kept))
