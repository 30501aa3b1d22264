from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def install_triggers(sender: AppConfig, using: str, **kwargs: Any) -> None:
    from bureau.audit import triggers

    triggers.install(connections[using])


class AuditConfig(AppConfig):
    name = "bureau.audit"
    label = "audit"

    def ready(self) -> None:
        from bureau.audit import checks  # noqa: F401  (registers them)

        post_migrate.connect(install_triggers, sender=self)
