"""Cleaning of what accounts leave behind."""

from datetime import time

from django.contrib.sessions.models import Session
from django.utils import timezone

from bureau.accounts import limits, visits
from bureau.jobs.tasks import every


@every(name="accounts.tidy", daily_at=time(3, 40))
def tidy_accounts() -> None:
    """Sessions that have run out and measures of tries that have run dry."""
    visits.purge()
    limits.purge()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
