"""Which forms, collections and returns move when the bureau is reorganised."""

from django.db.models import Q

from bureau.access.unit_owned import UnitOwned, register
from schools.returns.choices import CollectionStatus
from schools.returns.models import Collection, Form, Return

_OPEN = (CollectionStatus.DRAFT, CollectionStatus.ISSUED)

register(UnitOwned(Form, "owner", is_open=Q()))
register(UnitOwned(Collection, "owner", is_open=Q(status__in=_OPEN)))
register(UnitOwned(Return, "owner", is_open=Q(collection__status__in=_OPEN)))
