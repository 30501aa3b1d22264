"""How the digests of opinions come under another key of look-up."""

from __future__ import annotations

from bureau.identifiers.lookup_key import Typed, declare
from bureau.public.enclosing import last_kept
from sections.office.consultations.models import Opinion, OpinionDraft

declare(Opinion, "code_digest", Typed(Opinion, "code_digest"))
declare(OpinionDraft, "form_digest", Typed(OpinionDraft, "form_digest", last_kept))
