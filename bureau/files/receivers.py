"""What follows the deletion of a record that carries files, whichever way it was deleted."""

from __future__ import annotations

from typing import Any

from django.db.models import Model


def remove_files(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """In the transaction of the deletion. A later record with the same key inherits nothing."""
    from bureau.files.keeping import remove_with

    remove_with(instance)
