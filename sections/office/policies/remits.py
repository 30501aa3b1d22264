"""Which policy documents move when the bureau is reorganised."""

from django.db.models import Q

from bureau.access.unit_owned import UnitOwned, register
from sections.office.policies.choices import OPEN
from sections.office.policies.models import PolicyDocument

register(UnitOwned(PolicyDocument, "owner", is_open=Q(status__in=OPEN)))
