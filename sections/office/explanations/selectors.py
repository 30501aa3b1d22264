"""Who can be asked, who stands inside, what leads from a text back to the letter."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.choices import UnitKind
from bureau.charter.models import Membership, Unit
from bureau.files.models import Attachment
from sections.office.explanations.models import Explanation
from sections.office.letters import leaks
from sections.office.letters.models import Letter

ASKED = (UnitKind.SCHOOL, UnitKind.SECTION, UnitKind.DISTRICT)


def addressees(letter: Letter) -> QuerySet[Unit]:
    """The schools and units that the letter is about, and those of the people whom it is about."""
    rows = letter.accused.all()
    people = rows.filter(user__isnull=False).values("user_id")
    posts = Membership.objects.in_force().filter(user__in=people)
    named = (
        Q(school__pk=letter.school_id)
        | Q(school__in=rows.filter(school__isnull=False).values("school_id"))
        | Q(pk__in=rows.filter(unit__isnull=False).values("unit_id"))
        | Q(pk__in=posts.values("unit_id"))
        | Q(school__in=rows.filter(teacher__main_post__isnull=False).values("teacher__main_post__school_id"))
    )
    return Unit.objects.filter(named, kind__in=ASKED, is_active=True)


def is_inside(explanation: Explanation, by: Principal) -> bool:
    """Whether this person may see the letter behind it."""
    return isinstance(by, User) and permitted(by, "view", Letter).filter(pk=explanation.letter_id).exists()


def findings(explanation: Explanation, text: str) -> list[leaks.Finding]:
    """What in a text to the recipient names the writer or leads back to the letter."""
    letter = explanation.letter
    found = [*leaks.scan(text, letter), *leaks.compare(text, letter)]
    return sorted(found)


def whole_text(explanation: Explanation) -> str:
    return f"{explanation.subject}\n{explanation.text}"


def files_of_the_letter(explanation: Explanation) -> bool:
    """Whether a file goes along that is, byte for byte, one of the letter."""
    theirs = Attachment.objects.filter(
        record_kind=Letter._meta.label_lower, record_id=explanation.letter_id
    ).values("sha256")
    return Attachment.objects.of(explanation).in_force().filter(sha256__in=theirs).exists()
