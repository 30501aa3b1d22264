"""What a room adds to the answers of its kinds of record: facts that its pages show through a template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from bureau.accounts.principals import Principal
from bureau.registry import Registry

Value = Callable[[Any, Principal], Any]


@dataclass(frozen=True)
class Extra:
    """One more field of a single record, never of a list.

    `value`: (record, principal) → what JSON can hold; it shows at most what the page of that person shows.
    `schema`: the value as OpenAPI 3.1 describes it.
    """

    name: str
    schema: Mapping[str, Any]
    value: Value


EXTRAS: Registry[tuple[type[Model], Extra]] = Registry("further fields of the API")


def extra(model: type[Model], name: str, schema: Mapping[str, Any]) -> Callable[[Value], Value]:
    """Decorate the function that reads the value, in `<app>/api.py`."""

    def take(value: Value) -> Value:
        EXTRAS.add(f"{model._meta.label_lower}.{name}", (model, Extra(name, schema, value)))
        return value

    return take


def extras_of(model: type[Model]) -> list[Extra]:
    return [one for declared, one in EXTRAS if declared is model]
