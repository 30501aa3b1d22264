"""Columns of keyed digests: found under every key that is set, written with the newest, counted by their key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Model, QuerySet
from django.db.models.lookups import Exact, In

from bureau.identifiers.encryption import Digest


class DigestField(models.CharField):  # type: ignore[type-arg]
    """A `keyed_digest`. `exact` and `in` with a fresh digest also find what a former key made of the same text.

    To the database a text of 64 characters: changing a CharField into one needs no migration. Each such column is
    declared to `bureau.identifiers.lookup_key.COLUMNS`, so that the key can be changed.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": 64, **options})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return str(prepared) if isinstance(prepared, Digest) else prepared


@DigestField.register_lookup
class DigestExact(Exact):
    """Equal to the digest under any key."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        self.every = rhs.every if isinstance(rhs, Digest) else ()
        super().__init__(lhs, rhs)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if len(self.every) < 2:
            return super().as_sql(compiler, connection)
        return compiler.compile(In(self.lhs, list(self.every)))


@DigestField.register_lookup
class DigestIn(In):
    """One of the digests, each under any key."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if isinstance(rhs, Iterable) and not isinstance(rhs, (QuerySet, str)) and not hasattr(rhs, "as_sql"):
            rhs = [text for one in rhs for text in (one.every if isinstance(one, Digest) else (one,))]
        super().__init__(lhs, rhs)


class KeyMarkField(models.CharField):  # type: ignore[type-arg]
    """By which key the digests in the columns `of` were made, where nothing can make them again; empty: not known.

    It is filled when all of them are saved fresh; `renew` fills it for an update.
    """

    def __init__(self, *of: str, **options: Any) -> None:
        self.of = of
        fixed = {"max_length": 8, "editable": False, "blank": True, "default": "", "db_default": ""}
        super().__init__(**{**fixed, **options})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def pre_save(self, model_instance: Model, add: bool) -> Any:
        held = [digest for name in self.of if (digest := getattr(model_instance, name))]
        fresh = [digest for digest in held if isinstance(digest, Digest)]
        if fresh and len(fresh) == len(held):
            setattr(model_instance, self.attname, fresh[0].mark)
        return super().pre_save(model_instance, add)


def mark_of(model: type[Model], field: str) -> KeyMarkField | None:
    """The column that says by which key the digests in `field` were made."""
    marks = (one for one in model._meta.concrete_fields if isinstance(one, KeyMarkField))
    return next((one for one in marks if field in one.of), None)


def renew(rows: QuerySet[Any], field: str, digest: Digest) -> int:
    """Write with the newest key what stands under a former one, of rows whose digest this is; returns how many."""
    if not digest.former:
        return 0
    mark = mark_of(rows.model, field)
    changes: dict[str, str] = {field: digest} | ({mark.name: digest.mark} if mark else {})
    return rows.filter(**{f"{field}__in": list(digest.former)}).update(**changes)
