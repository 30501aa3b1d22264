"""Whether a new row of a roster resembles a person of the register, by the signs of the nightly search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.duplicates import keys
from bureau.duplicates.declare import MERGEABLES, Mergeable
from bureau.identifiers.encryption import digests_for
from bureau.sheets.rows import Outcome, Row
from personnel.models import Teacher

# Names of one sound are left to the night: in a long file they would ask about too many strangers.
SIGNS = ("number", "name_birth", "name_phone", "phone_birth", "latin_birth")
# Name of a sign, the texts it makes of what a row says, and their digest.
_Asked: TypeAlias = "tuple[str, Callable[[Any], Iterable[str]], Callable[[str], str]]"


class _Said(NamedTuple):
    """What a row says of a person, under the names that the signs read."""

    born_on: date
    name: str
    former_names: str
    latin_name: str
    phone: str
    id_number: str

    @classmethod
    def of(cls, row: Row) -> _Said:
        values = row.values
        words = (
            values.get(name) or "" for name in ("name", "former_names", "latin_name", "phone", "document")
        )
        return cls(values["born_on"], *words)


def doubt_lookalikes(rows: Sequence[Row], by: User) -> None:
    """Ask about new rows of a batch that are ready but for this; those asked about already are passed over."""
    mergeable = MERGEABLES[Teacher._meta.label_lower]
    signs = _signs(mergeable)
    said = {
        row.number: _keys(signs, _Said.of(row))
        for row in rows
        if row.outcome is Outcome.NEW and row.is_ready and not any(one.column == "name" for one in row.doubts)
    }
    shared = keys.sharing(mergeable, {key for own in said.values() for key in own}) if said else {}
    if not shared:
        return
    known = Teacher.objects.filter(pk__in=shared, merged_into__isnull=True).defer("id_number", "phone")
    teachers = {teacher.pk: teacher for teacher in known}
    visible = set(permitted(by, "view", Teacher).filter(pk__in=teachers).values_list("pk", flat=True))
    holders = {key: pk for pk, own in shared.items() if pk in teachers for key in own}
    for row in rows:
        hits = [key for key in said.get(row.number, ()) if key in holders]
        if hits:
            other = teachers[holders[hits[0]]]
            names = (key[0] for key in hits if holders[key] == other.pk)
            row.doubt(_sentence(mergeable, other, names, other.pk in visible), "name")


def _signs(mergeable: Mergeable) -> list[_Asked]:
    """The signs that are asked for, the strongest first."""
    return [
        (sign.name, sign.keys, digests_for(keys.purpose_of(mergeable, sign)))
        for sign in mergeable.signs
        if sign.name in SIGNS
    ]


def _keys(signs: Iterable[_Asked], said: _Said) -> list[keys.Key]:
    """As `bureau.duplicates` stores them."""
    return [(name, digest(text)) for name, texts_of, digest in signs for text in texts_of(said) if text]


def _sentence(mergeable: Mergeable, other: Teacher, signs: Iterable[str], is_visible: bool) -> str:
    """Who it is and by what is said only to those who see the record."""
    if not is_visible:
        return _("Somebody much like this person is in the register already. Is it another person?")
    labels = [str(found.label) for name in signs if (found := mergeable.sign(name)) is not None]
    return _("%(name)s (%(number)s) may be the same person: %(signs)s. Is it another one?") % {
        "name": other.name,
        "number": other.number,
        "signs": ", ".join(labels),
    }
