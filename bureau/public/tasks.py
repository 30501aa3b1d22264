"""The index of public pages against the records."""

from __future__ import annotations

from datetime import time

from bureau.jobs.schedule import every
from bureau.outbox.queues import BULK
from bureau.public.keeping import compare
from bureau.public.publishing import PUBLIC_KINDS


@every(name="public.compare", daily_at=time(2, 40), queue=BULK)
def compare_public_pages() -> None:
    """What was written past the signals is found after this night at the latest."""
    for kind in PUBLIC_KINDS:
        compare(kind)
