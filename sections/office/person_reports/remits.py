"""What of reports moves when the bureau is reorganised."""

from django.db.models import Q

from bureau.access.unit_owned import UnitOwned, register
from sections.office.person_reports.capabilities import NAME
from sections.office.person_reports.choices import OPEN, Status
from sections.office.person_reports.models import PersonReport

# A reporter who has not been told yet still waits, whatever the status.
WAITING = Q(status__in=OPEN) | Q(is_by_real_name=True, result_told_on__isnull=True) & ~Q(
    status=Status.REFERRED, told_on__isnull=False
)

register(UnitOwned(PersonReport, "owner", is_open=WAITING, capability=NAME))
