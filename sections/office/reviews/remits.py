"""What of reviews moves when the bureau is reorganised."""

from django.db.models import Q

from bureau.access.unit_owned import UnitOwned, register
from sections.office.reviews.choices import OPEN
from sections.office.reviews.models import Review

register(
    UnitOwned(
        Review, "owner", is_open=Q(status__in=OPEN), capability="office.letters", school="letter__school"
    )
)
