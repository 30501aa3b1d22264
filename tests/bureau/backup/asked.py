"""What must be the same before a backup and after its restore."""

from __future__ import annotations

from django.apps import apps

from bureau.accounts.models import User


def grants() -> dict[str, list[list[int]]]:
    """Every row of every table of grants: who, what, which."""
    found = {}
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if {"permission", "content_object"} <= names:
            who = "group_id" if "group" in names else "user_id"
            rows = model._base_manager.order_by(who, "permission_id", "content_object_id")
            found[model._meta.label] = [
                list(row) for row in rows.values_list(who, "permission_id", "content_object_id")
            ]
    return found


def people() -> list[str]:
    return list(User.objects.order_by("username").values_list("username", flat=True))
