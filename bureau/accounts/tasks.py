"""The second factors when keys change."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from bureau.accounts.adapter import SecondFactorAdapter
from bureau.identifiers.encryption import current_key_id, key_id_of
from bureau.identifiers.services import RESEALED

# What an authenticator keeps encrypted: the secret of the app, the seed of the recovery codes.
_SEALED = ("secret", "seed")


def reseal() -> int:
    """Write what stands under an older key anew; returns how many values. A code used meanwhile stays used."""
    count = 0
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().get(pk=pk)
            found = _under_the_first_key(row.data)
            if found:
                row.data = {**row.data, **found}
                row.save(update_fields=["data"])
                count += len(found)
    return count


def _under_the_first_key(data: dict[str, Any]) -> dict[str, str]:
    adapter, current = SecondFactorAdapter(), current_key_id()
    stored = {name: data[name] for name in _SEALED if data.get(name)}
    return {
        name: adapter.encrypt(adapter.decrypt(text))
        for name, text in stored.items()
        if key_id_of(text) != current
    }


RESEALED.add("accounts.second_factor", reseal)
