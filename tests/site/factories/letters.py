from itertools import count as counting

from bureau.charter.models import Unit
from sections.office.letters.models import AnswerTemplate, Letter
from tests.factories.letters import sent
from tests.site.factories import register


@register(Letter)
def letters(cast, count):
    for _number in range(count):
        sent()
    return cast.office_clerk


numbers = counting()


@register(AnswerTemplate)
def answer_templates(cast, count):
    office = Unit.objects.get(key="office")
    AnswerTemplate.objects.bulk_create(
        AnswerTemplate(owner=office, title=f"Template {next(numbers)}", text="您好")
        for _number in range(count)
    )
    return cast.office_clerk
