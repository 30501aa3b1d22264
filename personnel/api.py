"""What the page of a teacher shows through a template: documents and telephone, masked."""

from __future__ import annotations

from typing import Any

from bureau.accounts.principals import Principal
from bureau.api.declare import extra
from personnel.models import Teacher

_MASK = {"type": ["string", "null"]}


@extra(Teacher, "document_masked", _MASK)
def document(teacher: Teacher, by: Principal) -> Any:
    return None if teacher.has_no_document else teacher.masked_id


@extra(Teacher, "telephone_masked", _MASK)
def telephone(teacher: Teacher, by: Principal) -> Any:
    return teacher.masked_phone or None
