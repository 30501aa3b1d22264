from datetime import date, timedelta
from itertools import count as counting

from bureau.charter.models import Unit
from sections.office.letters.models import AnswerTemplate, Letter, PrivacyText
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


@register(PrivacyText)
def privacy_texts(cast, count):
    start = PrivacyText.objects.count()
    for number in range(count):
        PrivacyText.objects.create(
            valid_from=date(2020, 1, 1) + timedelta(days=start + number),
            text_zh="保存您的来信。",
            text="Kept.",
        )
    return cast.office_chief
