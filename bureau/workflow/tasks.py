"""What the engine does by itself."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils import timezone

from bureau.jobs.schedule import every
from bureau.workflow.models import SubmittedForm

# A form open longer than this was forgotten; its page asks to be opened again.
KEEP_TOKENS = timedelta(days=30)


@every(name="workflow.forget_forms", daily_at=time(3, 40))
def forget_forms() -> None:
    SubmittedForm.objects.filter(at__lt=timezone.now() - KEEP_TOKENS).delete()
