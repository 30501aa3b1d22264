"""Whether the keys at hand open what is stored. A backup without its keys is lost; the keys are never in it."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator

from django.conf import settings
from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, StrIndex, Substr

from bureau.backup.faults import Unfit
from bureau.backup.manifest import Keys
from bureau.identifiers.encryption import decrypt, keyed_digest
from bureau.identifiers.services import encrypted_fields

PURPOSE = "backup.keys"


def proofs(name: str) -> Keys:
    """For a backup called `name`. Raises CannotDecrypt when a stored value does not open."""
    lookup = keyed_digest(PURPOSE, name)
    return Keys(_of_fields(name), str(lookup), sorted(open_samples()), list(lookup.former))


def _of_fields(name: str) -> dict[str, str]:
    return {
        key_id: hmac.digest(
            base64.urlsafe_b64decode(key), f"{PURPOSE}\0{key_id}\0{name}".encode(), "sha256"
        ).hex()
        for key_id, key in settings.FIELD_KEYS.items()
    }


def require(told: Keys, name: str) -> None:
    """Raises Unfit unless every key that the data needs is set, in LOOKUP_KEY at any place."""
    here = _of_fields(name)
    wrong = [key_id for key_id in told.in_use if here.get(key_id) != told.fields.get(key_id)]
    if wrong:
        raise Unfit(
            f"FIELD_KEYS lacks the key of that time for {', '.join(wrong)}: nobody could read the data."
        )
    lookup = keyed_digest(PURPOSE, name).every
    if told.lookup not in lookup:
        raise Unfit("LOOKUP_KEY is another one than at that time: nothing encrypted would be found.")
    if not set(told.lookup_former).issubset(lookup):
        raise Unfit(
            "LOOKUP_KEY lacks the former key that was still set at that time: not everything would be found, and "
            "receipt codes would open nothing. Add it behind the present one."
        )


def open_samples() -> set[str]:
    """Open one stored value of each column and key; the ids of the keys. Raises CannotDecrypt."""
    found = set()
    for model, field in encrypted_fields():
        for key_id, sample in _samples(model, field.name):
            decrypt(sample, column=field.column_key)
            found.add(key_id)
    return found


def _samples(model: type[models.Model], field: str) -> Iterator[tuple[str, str]]:
    stored = model._base_manager.order_by().annotate(stored=Cast(field, models.TextField()))
    stored = stored.exclude(stored="").exclude(stored__isnull=True)
    marked = stored.annotate(key_id=Substr("stored", 1, StrIndex("stored", Value(":")) - 1))
    for key_id in marked.values_list("key_id", flat=True).distinct():
        yield key_id, str(marked.filter(key_id=key_id).values_list("stored", flat=True)[0])
