from sections.office.letter_figures.counting import month_before
from sections.office.letter_figures.models import LetterReport
from tests.factories.letter_figures import report
from tests.site.factories import register


@register(LetterReport)
def reports(cast, count):
    """Each for the month before the earliest one known."""
    from django.utils import timezone

    earliest = LetterReport.objects.order_by("month").values_list("month", flat=True).first()
    for _number in range(count):
        earliest = month_before(earliest or timezone.localdate())
        report(earliest)
    return cast.office_chief
