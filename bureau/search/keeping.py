"""Signals: a record that is saved or deleted one by one is in the index within the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from bureau.search.declare import SEARCHABLES, Searchable


def keep_in_step(searchable: Searchable) -> None:
    """Watch the model and those that it follows. A declaration may stand above what it follows, not below."""
    _watch(searchable.model)
    for followed in searchable.follows:
        _watch(followed)


def _watch(model: type[Model]) -> None:
    post_save.connect(_saved, sender=model, dispatch_uid=f"search.saved.{model._meta.label_lower}")
    post_delete.connect(_deleted, sender=model, dispatch_uid=f"search.deleted.{model._meta.label_lower}")


def index_changed(model: type[Model], records: Sequence[Model]) -> None:
    """What their single saves would do to the index, for records that were changed in bulk, past the signals."""
    from bureau.search.services import write_entries

    own = SEARCHABLES.get(model._meta.label_lower)
    # Whoever follows a record that is itself in the index cares for its words; the rest of it changes often.
    moved = set(write_entries(own, [record.pk for record in records])) if own is not None else None
    _index_followers(model, [record for record in records if moved is None or record.pk in moved])


def _saved(sender: type[Model], instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if not raw:  # a fixture comes in any order: `search rebuild` follows it
        index_changed(sender, [instance])


def _deleted(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    from bureau.search.services import remove_entry

    own = SEARCHABLES.get(sender._meta.label_lower)
    if own is not None:
        remove_entry(own, instance.pk)
    _index_followers(sender, [instance])


def _index_followers(model: type[Model], records: Sequence[Model]) -> None:
    from bureau.search.services import index_records

    for searchable in SEARCHABLES:
        keys_of = searchable.follows.get(model)
        if keys_of is not None:
            keys = {key for record in records for key in keys_of(record) if key is not None}
            if keys:
                index_records(searchable.model, sorted(keys))
