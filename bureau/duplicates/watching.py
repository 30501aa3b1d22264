"""A record that is saved is compared at once; what is written in bulk is found by `look_at` or at night."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from bureau.duplicates.declare import Mergeable
from bureau.duplicates.models import MatchKey


def watch(mergeable: Mergeable) -> None:
    """Follow single saves of the records and of the tables that carry their signs."""

    def saved(sender: type[Model], instance: Any, raw: bool = False, **kwargs: Any) -> None:
        if not raw:
            _look(mergeable, instance.pk)

    def gone(sender: type[Model], instance: Any, **kwargs: Any) -> None:
        MatchKey.objects.filter(kind=mergeable.kind, object_id=instance.pk).delete()

    name = f"duplicates.{mergeable.kind}"
    post_save.connect(saved, sender=mergeable.model, weak=False, dispatch_uid=f"{name}.saved")
    post_delete.connect(gone, sender=mergeable.model, weak=False, dispatch_uid=f"{name}.gone")
    for model, field in mergeable.watched:
        _watch_part(mergeable, model, field)


def _watch_part(mergeable: Mergeable, model: type[Model], field: str) -> None:
    def moved(sender: type[Model], instance: Any, raw: bool = False, **kwargs: Any) -> None:
        if not raw:
            _look(mergeable, getattr(instance, f"{field}_id"))

    name = f"duplicates.{mergeable.kind}.{model._meta.label_lower}"
    post_save.connect(moved, sender=model, weak=False, dispatch_uid=f"{name}.saved")
    post_delete.connect(moved, sender=model, weak=False, dispatch_uid=f"{name}.gone")


def _look(mergeable: Mergeable, pk: int) -> None:
    from bureau.duplicates.finding import look_at
    from bureau.duplicates.merging import is_merging

    # A merge compares its two records once, at its end.
    if is_merging():
        return
    look_at(mergeable, [pk])
