"""How the digests of findings that were let pass come under another key of look-up."""

from __future__ import annotations

from collections.abc import Iterator

from bureau.identifiers.encryption import Digest
from bureau.identifiers.lookup_key import Enumerated, batches, declare
from sections.office.answers.models import DismissedFinding, PublishedAnswer
from sections.office.answers.selectors import findings


def _of_present_texts() -> Iterator[Digest]:
    """Made again by scanning. What a text does not say any more was let pass for nothing and is left."""
    told = DismissedFinding.objects.values("published")
    for answers in batches(PublishedAnswer.objects.filter(pk__in=told).select_related("letter")):
        for published in answers:
            yield from (one.digest for one in findings(published))


declare(DismissedFinding, "digest", Enumerated(DismissedFinding, "digest", _of_present_texts))
