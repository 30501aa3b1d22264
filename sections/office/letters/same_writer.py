"""Which other letters the office should see before it registers one: the writer's own, and those that say the same.

Both are asked with the right to register, which the office alone has: nobody else learns who wrote what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.identifiers import phones
from bureau.identifiers.encryption import Digest, keyed_digest
from sections.office.letters.choices import Status
from sections.office.letters.likeness import Sieve, likeness, pairs_of, plain, signature
from sections.office.letters.models import Letter, LetterLink

PURPOSE = "letters.sender"


def digest_of(phone: str) -> Digest | None:
    """The same for the same number, however it was typed; None where the writer gave none."""
    number = phones.normalise(phone)
    return keyed_digest(PURPOSE, number) if number else None


def sender_digest(phone: str) -> str:
    """What stands in the column: empty where the writer gave no number."""
    return digest_of(phone) or ""


def digests_of(letter: Letter) -> list[str]:
    """What finds the writer's letters: the stored digest, and one made anew, which knows every key of look-up."""
    fresh = digest_of(letter.sender_phone) if letter.sender_digest else None
    return [one for one in (letter.sender_digest, fresh) if one]


@dataclass(frozen=True)
class Other:
    """Another letter that the office may want to see. `percent`: how much of the text is the same."""

    letter: Letter
    is_same_writer: bool = False
    percent: int = 0


def others(letter: Letter, by: Principal) -> list[Other]:
    """The same writer's letters first, then the likest texts; each letter once."""
    same = [Other(one, is_same_writer=True) for one in of_the_same_writer(letter, by)]
    seen = {one.letter.pk for one in same}
    return [*same, *(one for one in near_duplicates(letter, by) if one.letter.pk not in seen)]


def of_the_same_writer(letter: Letter, by: Principal) -> list[Letter]:
    digests = digests_of(letter)
    if not digests:
        return []
    found = permitted(by, "register", Letter).filter(sender_digest__in=digests)
    return list(found.exclude(pk=letter.pk)[: settings.LETTERS_ALIKE_SHOWN])


def near_duplicates(letter: Letter, by: Principal) -> list[Other]:
    """Recent letters of the same office whose text is nearly the same, the likest first."""
    mine, least = plain(letter.title, letter.body), settings.LETTERS_ALIKE_PERCENT
    stored = _recent(letter, by).values_list("pk", "signature")[: settings.LETTERS_ALIKE_COMPARED]
    maybe = Sieve(signature(mine), least).passing(stored)
    pairs = pairs_of(mine)
    texts = Letter.objects.filter(pk__in=maybe).values_list("pk", "title", "body")
    percents = {pk: likeness(pairs, pairs_of(plain(title, body))) for pk, title, body in texts}
    alike = [pk for pk in maybe if percents.get(pk, 0) >= least]
    alike.sort(key=lambda pk: -percents[pk])
    found = Letter.objects.in_bulk(alike[: settings.LETTERS_ALIKE_SHOWN])
    return [Other(found[pk], percent=percents[pk]) for pk in alike if pk in found]


def _recent(letter: Letter, by: Principal) -> QuerySet[Letter]:
    window = timedelta(days=settings.LETTERS_ALIKE_DAYS)
    return (
        permitted(by, "register", Letter)
        .filter(
            owner=letter.owner_id,
            received_on__range=(letter.received_on - window, letter.received_on + window),
        )
        .exclude(Q(pk=letter.pk) | Q(status=Status.WITHDRAWN))
        .order_by("-received_on", "-pk")
    )


def linked(letter: Letter, by: Principal) -> list[tuple[Letter, str]]:
    """Letters that were linked with this one, from either side, with the reason."""
    rows = LetterLink.objects.filter(Q(first=letter) | Q(second=letter))
    reasons = {
        second if first == letter.pk else first: reason
        for first, second, reason in rows.values_list("first", "second", "reason")
    }
    found = permitted(by, "register", Letter).filter(pk__in=reasons)
    return [(one, reasons[one.pk]) for one in found]
