from bureau.files.models import ClassificationMark
from sections.office.policies.models import PolicyCode, PolicyDocument
from tests.factories.policies import entered, published, withdrawn
from tests.site.factories import register


@register(PolicyDocument)
def policy_documents(cast, count):
    """One that is public, a draft, one that is gone; more are drafts."""
    for place in range(count):
        (published, entered, withdrawn)[place % 3 if place < 3 else 1](cast)
    return cast.office_chief


@register(PolicyCode)
def policy_codes(cast, count):
    start = PolicyCode.objects.count()
    for number in range(start, start + count):
        PolicyCode.objects.create(
            kind="topic", key=f"more-{number}", name=f"More {number}", name_zh=f"更多 {number}"
        )
    return cast.office_chief


@register(ClassificationMark)
def classification_marks(cast, count):
    start = ClassificationMark.objects.count()
    for number in range(start, start + count):
        ClassificationMark.objects.create(form="anywhere", text=f"内部编号{number}")
    return cast.office_chief
