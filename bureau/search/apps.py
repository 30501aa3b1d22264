from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def install_word_index(sender: AppConfig, using: str, **kwargs: Any) -> None:
    from bureau.search import storage

    storage.install(connections[using])


class SearchConfig(AppConfig):
    name = "bureau.search"
    label = "search"

    def ready(self) -> None:
        from bureau.search import storage  # noqa: F401  (the lookup over tokens)

        post_migrate.connect(install_word_index, sender=self)
