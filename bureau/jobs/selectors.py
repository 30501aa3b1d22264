"""How the work behind the pages fares, for the people in front of them and for the machine that watches."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from bureau.outbox.models import Effect

TRIES_UNTIL_SAID = 3  # a first and a second failure pass within a minute


def overdue() -> QuerySet[Effect]:
    """What waits and should long have been done; what was tried and failed waits on purpose."""
    return Effect.objects.filter(_overdue(), status=Effect.Status.WAITING)


def is_late() -> bool:
    """Whether mails, messages and exports leave later than usual: nobody carries them out, or they fail."""
    late = _overdue() | Q(attempts__gte=TRIES_UNTIL_SAID)
    return Effect.objects.filter(late, status=Effect.Status.WAITING).exists()


def _overdue() -> Q:
    return Q(due_at__lt=timezone.now() - timedelta(seconds=settings.READY_OUTBOX_SECONDS))
