from bureau.workflow.services import draw_items, take_over
from sections.office.reviews.models import Review, ReviewingBody
from tests.factories.reviews import asked
from tests.site.factories import register


@register(Review)
def reviews(cast, count):
    """One walks the real way, the others beside it are reviews of later answers to the same letter."""
    first = asked(cast)
    start = Review.objects.count()
    rows = [
        Review(
            number=f"F{first.asked_on.year}-8{start + place:05d}",
            letter=first.letter,
            stage=first.stage,
            round=place,
            reason=first.reason,
            asked_on=first.asked_on,
            owner=first.owner,
        )
        for place in range(1, count)
    ]
    made = take_over(rows, status=first.status, by=cast.office_chief)
    draw_items(made)
    return cast.office_chief


@register(ReviewingBody)
def reviewing_bodies(cast, count):
    start = ReviewingBody.objects.count()
    for number in range(start, start + count):
        ReviewingBody.objects.create(name_zh=f"复查机关{number}", name=f"Body {number}", changed_by="A")
    return cast.office_chief
