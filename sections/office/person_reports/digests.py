"""How the digests of reports on persons come under another key of look-up."""

from __future__ import annotations

from collections.abc import Iterator

from bureau.accounts.models import User
from bureau.identifiers.encryption import Digest
from bureau.identifiers.lookup_key import Enumerated, Typed, declare
from bureau.public.enclosing import last_kept
from sections.office.person_reports.accused import digest_of
from sections.office.person_reports.models import PersonReport, ReportDraft, ReportedPerson


def _of_everybody() -> Iterator[Digest]:
    """The table does not say who is reported: every account is asked for."""
    for pk in User.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000):
        yield digest_of(pk)


declare(PersonReport, "code_digest", Typed(PersonReport, "code_digest"))
declare(ReportDraft, "form_digest", Typed(ReportDraft, "form_digest", last_kept))
declare(ReportedPerson, "person_digest", Enumerated(ReportedPerson, "person_digest", _of_everybody))
