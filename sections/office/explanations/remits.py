"""What of requests for explanation moves when the bureau is reorganised."""

from django.db.models import Q

from bureau.access.unit_owned import UnitOwned, register
from sections.office.explanations.choices import OPEN
from sections.office.explanations.models import Explanation

register(UnitOwned(Explanation, "owner", is_open=Q(status__in=OPEN)))
register(UnitOwned(Explanation, "recipient", is_open=Q(status__in=OPEN)))
