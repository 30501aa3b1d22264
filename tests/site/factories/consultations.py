from sections.office.consultations.models import Consultation, Opinion, OpinionGroup
from tests.factories import consultations
from tests.site.factories import register


@register(Consultation)
def all_consultations(cast, count):
    """One that is open, a draft, one that is gone; more are drafts."""
    makers = (consultations.opened, consultations.entered, consultations.withdrawn)
    for place in range(count):
        makers[place if place < 3 else 1](cast)
    return cast.office_chief


@register(Opinion)
def opinions(cast, count):
    consultation = consultations.opened(cast)
    for _number in range(count):
        consultations.opinion(consultation)
    return cast.office_chief


@register(OpinionGroup)
def points(cast, count):
    consultation = consultations.opened(cast)
    for number in range(count):
        OpinionGroup.objects.create(
            consultation=consultation, title_zh=f"意见{number}", title=f"Point {number}"
        )
    return cast.office_chief
