from datetime import date, timedelta

from bureau.charter.choices import Role
from bureau.charter.models import Membership
from schools.returns.models import FlowRule, LockException
from tests.factories.returns import CollectionFactory
from tests.site.factories import register


def officer_of_finance(cast):
    """The tables are changed by an officer of the section that holds returns."""
    unit = Membership.objects.filter(user=cast.finance_clerk).earliest("pk").unit
    since = date(2020, 1, 1)
    Membership.objects.get_or_create(
        user=cast.finance_clerk, unit=unit, role=Role.OFFICER, defaults={"since": since}
    )


@register(LockException)
def exceptions(cast, count):
    collection = CollectionFactory()
    for number in range(count):
        LockException.objects.create(
            collection=collection,
            school=cast.school,
            until=collection.locks_on + timedelta(days=number + 1),
            reason="停电",
            granted_by=cast.basic_officer,
        )
    return cast.basic_officer


@register(FlowRule)
def flow_rules(cast, count):
    start = FlowRule.objects.count()
    for number in range(start, start + count):
        FlowRule.objects.create(valid_from=date(2000, 1, 1) + timedelta(days=number), legal_basis="内部规定")
    officer_of_finance(cast)
    return cast.basic_officer
