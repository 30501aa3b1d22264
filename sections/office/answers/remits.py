"""Which public answers move when the bureau is reorganised."""

from django.db.models import Q

from bureau.access.unit_owned import UnitOwned, register
from sections.office.answers.choices import OPEN, Status
from sections.office.answers.models import PublishedAnswer

# A published one moves too: whoever holds letters then must be able to withdraw it.
register(
    UnitOwned(
        PublishedAnswer,
        "owner",
        is_open=Q(status__in=(*OPEN, Status.PUBLISHED)),
        capability="office.letters",
        school="letter__school",
    )
)
