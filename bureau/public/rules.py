"""Who may see the index of public pages, and who keeps the table of moved addresses."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from bureau.access.policies import Ground, register
from bureau.public.models import PublicPage, Redirect


def _still_public() -> Q:
    now = timezone.now()
    return (Q(date=None) | Q(date__lte=now)) & (Q(until=None) | Q(until__gt=now))


register(
    Ground(
        Redirect,
        verbs={"view": "site.keep", "add": "site.keep", "change": "site.keep", "export": "site.keep"},
    )
)
register(Ground(PublicPage, verbs={}, public={"view": _still_public}))
