"""Changing the key of what is stored encrypted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Cast

from bureau.audit.services import Actor, record
from bureau.identifiers.encryption import EncryptedTextField, current_key_id, decrypt
from bureau.registry import Registry

BATCH = 500
# What upper floors keep sealed outside the columns: each seals anew what an older key holds, and says how many.
RESEALED: Registry[Callable[[], int]] = Registry("sealed contents")


def encrypted_fields() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field


def rotate_keys(*, by: Actor) -> int:
    """Write every value under an older key anew with the first key of FIELD_KEYS; returns how many.

    Works while the portal runs: a value that someone changed meanwhile is left alone.
    Once it returns 0 the older key may be taken out of FIELD_KEYS.
    """
    count = sum(rotate_field(model, field) for model, field in encrypted_fields())
    count += sum(reseal() for reseal in RESEALED)
    record("identifiers.keys.rotated", by=by, detail={"key": current_key_id(), "count": count})
    return count


def rotate_field(model: type[models.Model], field: EncryptedTextField) -> int:
    """One column, in batches; a row is written only if it still holds what was read."""
    count = 0
    prefix = f"{current_key_id()}:"
    stored = model._base_manager.annotate(stored=Cast(field.name, models.TextField()))
    old = stored.exclude(stored="").exclude(stored__isnull=True).exclude(stored__startswith=prefix)
    last: object = None
    while True:
        rows = old.order_by("pk") if last is None else old.filter(pk__gt=last).order_by("pk")
        batch = list(rows.values_list("pk", "stored")[:BATCH])
        if not batch:
            return count
        with transaction.atomic():
            for pk, sealed in batch:
                text = decrypt(sealed, column=field.column_key)
                count += stored.filter(pk=pk, stored=sealed).update(**{field.name: text})
        last = batch[-1][0]
