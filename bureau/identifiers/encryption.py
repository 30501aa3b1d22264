"""Personal numbers at rest. The only module that knows the cipher, so that SM4 may take its place.

A stored value is `key id:base64(nonce, ciphertext, tag)`. The column's name is bound into the tag:
a value copied into another column does not open.
"""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.lookups import IsNull

_NONCE = 12
KEY_LENGTH = 32


class CannotDecrypt(Exception):
    """The key is not in FIELD_KEYS, or the value was altered. Says which column, never the value."""


def _cipher(key_id: str) -> AESGCM:
    try:
        return _cipher_of(settings.FIELD_KEYS[key_id])
    except KeyError:
        raise CannotDecrypt(f"FIELD_KEYS holds no key {key_id!r}") from None


# A roster opens and seals thousands of values with one key: it is made ready once.
@lru_cache(maxsize=16)
def _cipher_of(key: str) -> AESGCM:
    return AESGCM(base64.urlsafe_b64decode(key))


@lru_cache(maxsize=16)
def _bytes_of(key: str) -> bytes:
    return base64.urlsafe_b64decode(key)


def current_key_id() -> str:
    """The id of the first key of FIELD_KEYS: new values are written with it."""
    try:
        return str(next(iter(settings.FIELD_KEYS)))
    except StopIteration:
        raise ImproperlyConfigured(
            "Set FIELD_KEYS; the first key encrypts, the others only decrypt."
        ) from None


def encrypt(text: str, *, column: str) -> str:
    key_id = current_key_id()
    nonce = os.urandom(_NONCE)
    sealed = _cipher(key_id).encrypt(nonce, text.encode(), column.encode())
    return f"{key_id}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, *, column: str) -> str:
    """Raises CannotDecrypt."""
    key_id, _, body = stored.partition(":")
    cipher = _cipher(key_id)
    try:
        raw = base64.urlsafe_b64decode(body)
        return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], column.encode()).decode()
    except (InvalidTag, ValueError):
        raise CannotDecrypt(f"a value of {column} does not open with key {key_id!r}") from None


def seal(content: bytes, *, column: str) -> bytes:
    """Bytes that only the portal can read: `key id:` and the sealed content."""
    key_id = current_key_id()
    nonce = os.urandom(_NONCE)
    return key_id.encode() + b":" + nonce + _cipher(key_id).encrypt(nonce, content, column.encode())


def unseal(stored: bytes, *, column: str) -> bytes:
    """Raises CannotDecrypt."""
    key_id, _, body = bytes(stored).partition(b":")
    cipher = _cipher(key_id.decode(errors="replace"))
    try:
        return cipher.decrypt(body[:_NONCE], body[_NONCE:], column.encode())
    except (InvalidTag, ValueError):
        raise CannotDecrypt(f"content of {column} does not open") from None


def key_id_of(stored: str) -> str:
    return stored.partition(":")[0]


def lookup_keys() -> tuple[str, ...]:
    """The keys of look-up, the one that makes new digests first. More than one only while it is being changed."""
    if not settings.LOOKUP_KEY:
        raise ImproperlyConfigured("Set LOOKUP_KEY; look-up of personal numbers needs it.")
    return (settings.LOOKUP_KEY, *settings.LOOKUP_KEYS_FORMER)


@lru_cache(maxsize=16)
def lookup_key_mark(key: str) -> str:
    """Eight characters by which a key of look-up is known again and from which nobody computes it."""
    return hmac.digest(_bytes_of(key), b"mark of the key", "sha256").hex()[:8]


class Digest(str):
    """A keyed digest under the first key of LOOKUP_KEY that knows what the same text gives under the former ones."""

    former: tuple[str, ...]
    mark: str

    def __new__(cls, text: str, former: tuple[str, ...], mark: str) -> Digest:
        made = super().__new__(cls, text)
        made.former, made.mark = former, mark
        return made

    def __getnewargs__(self) -> tuple[str, tuple[str, ...], str]:  # type: ignore[override]
        """For copies, and for what is kept in a cache with its record."""
        return str(self), self.former, self.mark

    @property
    def every(self) -> tuple[str, ...]:
        """Under every key that is set, the newest first."""
        return (str(self), *self.former)

    def fits(self, stored: str | None) -> bool:
        """Whether `stored` is this digest under any key; the same work whatever is stored."""
        given = (stored or "").encode()
        return sum([hmac.compare_digest(one.encode(), given) for one in self.every]) > 0


def keyed_digest(purpose: str, text: str) -> Digest:
    """HMAC-SHA-256 in hex, for look-up and comparison: 64 characters, different for each purpose."""
    return digests_for(purpose)(text)


def digests_for(purpose: str) -> Callable[[str], Digest]:
    """`keyed_digest` of one purpose, for who asks for thousands: the keys are looked up once."""
    keys = lookup_keys()
    secrets, about, mark = [_bytes_of(key) for key in keys], f"{purpose}\0", lookup_key_mark(keys[0])

    def digest(text: str) -> Digest:
        message = (about + text).encode()
        newest, *former = (hmac.digest(secret, message, "sha256").hex() for secret in secrets)
        return Digest(newest, tuple(former), mark)

    return digest


def under_every_key(digests: Iterable[str]) -> dict[str, str]:
    """Each digest, under every key that is set → the digest under the newest."""
    return {
        one: str(digest)
        for digest in digests
        for one in (digest.every if isinstance(digest, Digest) else (digest,))
    }


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that only the portal can read. Look it up by a `keyed_digest` column beside it.

    Empty stays empty. A model or field that is renamed needs its values written anew. No lookup but `isnull`: the same text is stored differently each time.
    """

    @property
    def column_key(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str) and value:
            return encrypt(value, column=self.column_key)
        return super().get_db_prep_save(value, connection)

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return decrypt(value, column=self.column_key) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        return IsNull if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> None:
        return None
