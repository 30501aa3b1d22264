"""Which consultations move when the bureau is reorganised; opinions follow theirs."""

from django.db.models import Q

from bureau.access.unit_owned import UnitOwned, register
from sections.office.consultations.choices import UNFINISHED
from sections.office.consultations.models import Consultation

register(UnitOwned(Consultation, "owner", is_open=Q(status__in=UNFINISHED)))
