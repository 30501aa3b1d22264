from datetime import date, timedelta

from schools.returns.models import Reminder, ReturnTerm
from tests.factories.returns import CollectionFactory, ReturnFactory
from tests.site.factories import register
from tests.site.factories.returns_flow import officer_of_finance


@register(Reminder)
def reminders(cast, count):
    """Of one return, at one level, for deadline after deadline."""
    record = ReturnFactory(collection=CollectionFactory(), school=cast.school)
    days = (date(2026, 1, 1) + timedelta(days=number) for number in range(count))
    Reminder.objects.bulk_create(
        Reminder(owner_return=record, level="late", on=day, due_on=day, by_name="portal") for day in days
    )
    return cast.basic_officer


@register(ReturnTerm)
def terms(cast, count):
    """Rows of later and later days."""
    known = ReturnTerm.objects.filter(valid_from__year__gte=2030).count()
    days = (date(2030, 1, 1) + timedelta(days=known + number) for number in range(count))
    ReturnTerm.objects.bulk_create(
        ReturnTerm(key="late", length=2, basis="—", valid_from=day) for day in days
    )
    officer_of_finance(cast)
    return cast.basic_officer
