"""Who stands in the register already."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.among import Among
from bureau.identifiers.encryption import under_every_key
from personnel import identity
from personnel.models import Teacher


def holder_of(kind: str, number: str, *, but: int | None = None) -> Teacher | None:
    """The teacher who has this document; records that were merged do not count."""
    found = Teacher.objects.filter(
        id_kind=kind, id_digest=identity.digest(kind, number), merged_into__isnull=True
    )
    found = found.exclude(pk=but) if but is not None else found
    return found.select_related("main_post__school").first()


def told_apart(other: Teacher, name: str, by: Principal) -> str:
    """What to do about a number that stands in the register, in words."""
    is_visible = permitted(by, "view", Teacher).filter(pk=other.pk).exists()
    return what_to_do(other, name, is_visible=is_visible)


def what_to_do(other: Teacher, name: str, *, is_visible: bool) -> str:
    """The other person's school is named only to who knows the name that belongs to the number."""
    words = {"name": other.name, "number": other.number}
    if is_visible:
        return _("%(name)s (%(number)s) has this document number already. Use that record instead.") % words
    if other.name != name.strip():
        return _(
            "Another person in the register has this document number. "
            "Compare it with the document; if it is right, call the personnel section."
        )
    if other.main_post is None:
        return (
            _(
                "%(name)s is in the register (%(number)s) without a post. Ask the personnel section to appoint."
            )
            % words
        )
    return _(
        "%(name)s is in the register (%(number)s) at %(school)s. Ask for a transfer with the teacher number."
    ) % {**words, "school": other.main_post.school}


def holders_of(digests: Iterable[str]) -> dict[tuple[str, str], Teacher]:
    """(kind, digest) → teacher, for many numbers in one query; found under any key, told by what was asked."""
    newest = under_every_key(digests)
    rows = Teacher.objects.filter(Among("id_digest", newest), merged_into__isnull=True)
    found = rows.defer("id_number", "phone").select_related("main_post__school")
    return {(row.id_kind, newest[row.id_digest or ""]): row for row in found}
