"""What happens to returns in the background: the clean ones accepted, the accepted ones locked."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.access.services import YES, Decision, permitted
from bureau.accounts.models import User
from bureau.jobs.running import Run
from bureau.jobs.tasks import every, job
from bureau.registry import import_if_there

# Jobs of the neighbours in this room register themselves.
for _name in ("form_jobs", "reminding"):
    import_if_there(f"schools.returns.{_name}")


def _allowed(owner: User, payload: dict[str, Any]) -> Decision:
    from schools.returns.models import Return

    named = {"pk__in": payload["returns"]} if "returns" in payload else {"collection": payload["collection"]}
    if not permitted(owner, "accept", Return).filter(**named).exists():
        return Decision(False, _("Only officers of the section in charge accept returns."))
    return YES


@job("returns.accept_clean", label=gettext_lazy("accepting clean returns"), check=_allowed)
def accept_clean(run: Run) -> dict[str, Any]:
    """Batch by batch in the order of the keys; begun again after an accident it goes on behind the last batch."""
    from bureau.jobs.models import Job
    from schools.returns.services import accepting

    known = run.job.result or {}
    last, accepted, skipped = known.get("last", 0), known.get("accepted", 0), known.get("skipped", [])
    wanted = accepting.asked_for(run.payload)
    total = run.done + wanted.filter(pk__gt=last).count()
    url = reverse("desk:schools:return_clean_result", args=[run.job.pk])
    while True:
        with run.batch() as owner:
            ids = list(
                wanted.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[: accepting.BATCH]
            )
            if not ids:
                break
            many = accepting.accept_clean(ids, by=owner)
            last, accepted = ids[-1], accepted + len(many.done)
            skipped = [*skipped, *([record.pk, sentence] for record, sentence in many.skipped)]
            result = {"last": last, "accepted": accepted, "skipped": skipped}
            Job.objects.filter(pk=run.job.pk).update(result=result)
            run.advance(accepted + len(skipped), total)
    return {"last": last, "accepted": accepted, "skipped": skipped, "url": url}


@every(name="returns.lock_accepted", daily_at=time(0, 40))
def lock_accepted() -> None:
    """After the last day of each collection."""
    from schools.returns.services.accepting import lock_due

    lock_due()
