"""The checks as validators of model and form fields."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError

from bureau.identifiers import (
    credit_code,
    document_number,
    phones,
    resident_id,
    school_code,
    student_number,
    teacher_certificate,
)
from bureau.identifiers.errors import BadIdentifier


def _validate(check: Callable[[str], object], text: str) -> None:
    try:
        check(text)
    except BadIdentifier as error:
        raise ValidationError(str(error.sentence), code="bad_identifier") from error


def validate_resident_id(text: str) -> None:
    _validate(resident_id.check, text)


def validate_credit_code(text: str) -> None:
    _validate(credit_code.check, text)


def validate_school_code(text: str) -> None:
    _validate(school_code.check, text)


def validate_teacher_certificate(text: str) -> None:
    _validate(teacher_certificate.check, text)


def validate_student_number(text: str) -> None:
    _validate(student_number.check, text)


def validate_document_number(text: str) -> None:
    _validate(document_number.check, text)


def validate_phone(text: str) -> None:
    _validate(phones.check, text)
