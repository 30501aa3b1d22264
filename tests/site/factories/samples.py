from bureau.charter.models import Unit
from bureau.workflow.services import perform
from tests.pages_app.models import Club
from tests.site.factories import register
from tests.workflow_app.models import Paper


@register(Club)
def clubs(cast, count):
    office, start = Unit.objects.get(key="office"), Club.objects.count()
    numbers = range(start, start + count)
    Club.objects.bulk_create(Club(number=f"C{n:05}", name=f"Club {n}", owner=office) for n in numbers)
    return cast.office_chief


@register(Paper)
def papers(cast, count):
    office = Unit.objects.get(key="office")
    for number in range(count):
        perform(Paper(subject=f"Paper {number}", owner=office), "submit", by=cast.office_clerk)
    return cast.office_clerk
