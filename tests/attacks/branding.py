"""A word of its own in every text of every record: where it turns up, the record was read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from django.db import models
from pypdf import PdfReader

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.accounts.principals import PUBLIC
from bureau.pages.pagesets import mounted

# What a name is there for: others read it beside their own records (a school in a list of funds).
SAID_ELSEWHERE = frozenset({"name", "name_zh", "title", "label", "file_name"})
SHORTEST = 40


def brand(record: Any) -> str:
    return f"Kanari{record._meta.model_name}q{record.pk}q"


def texts_of(model: type[models.Model]) -> list[str]:
    """Free texts: long enough, without a vocabulary, checked by no pattern."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and not field.unique
        and field.editable
        and (field.max_length or 1000) >= SHORTEST
        and field.name not in SAID_ELSEWHERE
        and type(field).__name__ in ("CharField", "TextField", "EncryptedTextField")
    ]


def kinds() -> list[type[models.Model]]:
    found = {pageset.label: pageset.model for _workspace, pageset in mounted()}
    return [found[label] for label in sorted(found)]


def brand_all() -> dict[type[models.Model], list[int]]:
    """Every record of every kind; which keys of which kind were branded."""
    found: dict[type[models.Model], list[int]] = {}
    for model in kinds():
        names = texts_of(model)
        if not names:
            continue
        records = list(model._base_manager.all())
        for record in records:
            for name in names:
                setattr(record, name, brand(record))
        model._base_manager.bulk_update(records, names)
        found[model] = [record.pk for record in records]
    return found


def words(branded: dict[type[models.Model], list[int]]) -> list[str]:
    return [brand(model(pk=key)) for model, keys in branded.items() for key in keys]


def foreign_brands(user: User | None, branded: dict[type[models.Model], list[int]]) -> list[str]:
    """The words of records that are neither the person's to see nor the public's."""
    found = []
    for model, keys in branded.items():
        seen = set(permitted(PUBLIC, "view", model).values_list("pk", flat=True))
        if user is not None:
            seen |= set(permitted(user, "view", model).values_list("pk", flat=True))
        found += [brand(model(pk=key)) for key in keys if key not in seen]
    return found


def unpacked(content: bytes) -> bytes:
    """With what stands inside of workbooks, documents and archives, and the text of a PDF."""
    if content.startswith(b"PK"):
        return content + b"".join(_parts(content))
    if content.startswith(b"%PDF"):
        pages = PdfReader(io.BytesIO(content)).pages
        return content + "\n".join(page.extract_text() for page in pages).encode()
    return content


def _parts(content: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name.encode()
            yield unpacked(archive.read(name))
