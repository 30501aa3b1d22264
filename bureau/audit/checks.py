"""System checks of the audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from bureau.audit import triggers


@register(Tags.security)
def term_is_long_enough(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.AUDIT_TERM_DAYS >= triggers.SHORTEST_TERM:
        return []
    return [Error(f"AUDIT_TERM_DAYS must be at least {triggers.SHORTEST_TERM}.", id="audit.E001")]


@register(Tags.database)
def triggers_are_in_place(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    # A warning, not an error: `migrate` runs this check first, and it is `migrate` that puts them back.
    return [
        Warning(f"The trigger {name} is missing.", hint="Run manage.py migrate.", id="audit.W001")
        for alias in databases or ()
        for name in triggers.missing(connections[alias])
    ]
