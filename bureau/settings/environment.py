"""The environment, read once, typed. What is missing gets a sentence that says what to set."""

import base64
import json
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent.parent

_env = environ.Env()


def text(name: str, default: str | None = None) -> str:
    """The variable `name`; without a default a missing one stops the start."""
    if default is None and name not in _env.ENVIRON:
        raise ImproperlyConfigured(f"Set the environment variable {name}; docs/operations.md says to what.")
    return str(_env.str(name, default=default or ""))


def flag(name: str, *, default: bool = False) -> bool:
    return bool(_env.bool(name, default=default))


def number(name: str, default: int) -> int:
    try:
        return int(_env.int(name, default=default))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number.") from error


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    return [str(word) for word in _env.list(name, default=list(default))]


def options(name: str) -> dict[str, Any]:
    """A JSON object; empty where nothing is set."""
    try:
        found = json.loads(text(name, "") or "{}")
    except ValueError as error:
        raise ImproperlyConfigured(
            f'{name} must be a JSON object such as {{"bucket_name": "portal"}}.'
        ) from error
    if not isinstance(found, dict):
        raise ImproperlyConfigured(f'{name} must be a JSON object such as {{"bucket_name": "portal"}}.')
    return found


def database(default: str, name: str = "DATABASE_URL") -> dict[str, Any]:
    """Django's DATABASES entry from the variable `name`, with what each engine needs here."""
    try:
        config: dict[str, Any] = dict(_env.db_url_config(text(name, default)))
    except Exception as error:
        raise ImproperlyConfigured(
            f"{name} is not an address such as postgres://user:password@host:5432/name."
        ) from error
    if config["ENGINE"].endswith("sqlite3"):
        # IMMEDIATE: a transaction that will write takes the lock at once instead of failing half-way.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    else:
        config["CONN_MAX_AGE"] = number("DATABASE_CONN_MAX_AGE", 600)
        config["CONN_HEALTH_CHECKS"] = True
        config["OPTIONS"] = {"connect_timeout": 5}
        # Behind pgbouncer each transaction may meet another server: a cursor does not outlive one.
        config["DISABLE_SERVER_SIDE_CURSORS"] = flag("DATABASE_POOLED")
    return config


def keys(name: str) -> dict[str, str]:
    """`id:base64,id:base64` in the order given; the first key is the current one."""
    found = {}
    for entry in text(name).split(","):
        key_id, separator, key = entry.strip().partition(":")
        if not separator or not key_id or not key:
            raise ImproperlyConfigured(f"{name} must be a list such as k2:<key>,k1:<key>; a key is base64.")
        found[key_id] = key
    return found


def key_list(name: str) -> list[str]:
    """`base64,base64` in the order given; the first key is the current one. No key twice."""
    found = [entry.strip() for entry in text(name).split(",")]
    if not all(found) or any(":" in key for key in found):
        raise ImproperlyConfigured(
            f"{name} must be one key, or a list such as <new key>,<former key>; a key is base64 and has no name."
        )
    if len(set(found)) < len(found):
        raise ImproperlyConfigured(f"{name} holds the same key twice: put a new one first, made for this.")
    return found


def derived_key(secret: str, purpose: str) -> str:
    """32 bytes from `secret` by HKDF-SHA-256, in base64: for the trial and the tests only."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
    return base64.urlsafe_b64encode(key).decode()
