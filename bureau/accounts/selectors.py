"""Finding people."""

from __future__ import annotations

import unicodedata

from django.db.models import Q, QuerySet

from bureau.accounts.models import User, Visit
from bureau.identifiers import phones


def login_text(text: str) -> str:
    """What was typed into the one sign-in box, without the accidents of an input method."""
    return unicodedata.normalize("NFKC", text).strip()


def person_by_login(text: str) -> User | None:
    """The person with this user name, else phone, else e-mail; one query whatever is typed."""
    typed = login_text(text)
    phone = phones.normalise(typed)
    found = list(User.objects.filter(Q(username__iexact=typed) | Q(phone=phone) | Q(email__iexact=typed))[:4])

    def rank(user: User) -> int:
        if user.username == typed:
            return 0
        if user.username.lower() == typed.lower():
            return 1
        return 2 if user.phone == phone else 3

    return min(found, key=rank, default=None)


def people_found(people: QuerySet[User], words: str) -> QuerySet[User]:
    """Those of `people` whose name, user name or phone holds every word."""
    for word in login_text(words).split():
        people = people.filter(
            Q(name__icontains=word)
            | Q(username__icontains=word)
            | Q(phone__startswith=word)
            | Q(email__icontains=word)
        )
    return people


def visits_of(user: User) -> QuerySet[Visit]:
    return Visit.objects.filter(user=user)
