"""Open papers move with their section; the owner's side goes to the new holder of a capability."""

from django.db.models import Q

from bureau.access.unit_owned import UnitOwned, register
from tests.workflow_app.models import Paper, Status

OPEN = ~Q(status__in=(Status.APPROVED, Status.CLOSED))

register(UnitOwned(Paper, "section", is_open=OPEN))
register(UnitOwned(Paper, "owner", is_open=OPEN, capability="personnel.qualification"))
