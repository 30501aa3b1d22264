from sections.office.person_reports.models import PersonReport, ReferralSlip
from tests.factories.person_reports import sent, slip
from tests.site.factories import register


@register(PersonReport)
def reports(cast, count):
    for _number in range(count):
        sent()
    return cast.discipline_officer


@register(ReferralSlip)
def slips(cast, count):
    for _number in range(count):
        slip(cast)
    return cast.office_clerk
