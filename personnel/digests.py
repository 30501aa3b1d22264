"""How the digests of this app come under another key of look-up."""

from __future__ import annotations

from bureau.identifiers.encryption import Digest
from bureau.identifiers.lookup_key import Recomputed, declare
from personnel import identity
from personnel.models import Teacher


def _of_document(teacher: Teacher) -> Digest | None:
    return identity.digest(teacher.id_kind, teacher.id_number) if teacher.id_number else None


declare(Teacher, "id_digest", Recomputed(Teacher, "id_digest", _of_document, reads=("id_kind", "id_number")))
