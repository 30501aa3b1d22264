"""Open transfers go to whoever decides on transfers after a reorganisation."""

from django.db.models import Q

from bureau.access.unit_owned import UnitOwned, register
from personnel.transfers.choices import OPEN
from personnel.transfers.models import Transfer

register(UnitOwned(Transfer, "deciding_unit", is_open=Q(status__in=OPEN), capability="personnel.transfers"))
