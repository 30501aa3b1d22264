"""A letter goes to another unit as it stands. What in it could say who wrote is shown first and confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.charter.models import Unit
from bureau.workflow.refusals import Invalid
from sections.office.letters import enclosure_checks, leaks
from sections.office.letters.choices import Status
from sections.office.letters.models import Letter
from sections.office.letters.writer_identity import is_of_the_office

FIELD = "leaks_seen"
# So many are named; the whole letter stands one click away.
MOST_SHOWN = 12


Found = leaks.Finding | enclosure_checks.InFile


def found_in(letter: Letter, by: Principal) -> list[Found]:
    """What the section would read, texts and files, with the letters that get the same answer.

    Only for the office is it compared with name and telephone of the writer: to whoever does not know them,
    a warning about them would tell.
    """
    found: list[Found] = []
    for one in (letter, *letter.merged.filter(status=Status.MERGED)):
        known = one if is_of_the_office(one, by) else None
        for text in (one.title, one.body, *one.additions.values_list("body", flat=True)):
            found += leaks.scan(text, known)
        found += enclosure_checks.found_in_files(one, with_writer=known is not None)
    return found


def warning(found: Iterable[Found]) -> str:
    """Each kind with its excerpt, once; "" where nothing was found."""
    said = list(dict.fromkeys(str(one) for one in found))
    if not said:
        return ""
    shown = _("; ").join(said[:MOST_SHOWN])
    if len(said) > MOST_SHOWN:
        shown = _("%(shown)s; and %(count)d more") % {"shown": shown, "count": len(said) - MOST_SHOWN}
    return _(
        "The other section reads the letter as it stands, and this could say who wrote it: %(what)s."
    ) % {"what": shown}


def check(letter: Letter, by: Principal, data: Mapping[str, Any], units: Iterable[Unit | None]) -> None:
    """Raises Invalid where the text goes to somebody else's unit and nobody has confirmed what was found."""
    if all(unit is None or unit.pk in (letter.owner_id, letter.unit_id) for unit in units):
        return
    found = found_in(letter, by)
    if not found:
        return
    if not data.get(FIELD):
        raise Invalid(warning(found), {FIELD: [_("Confirm that the section may read this, or go back.")]})
    kinds = sorted({str(one.kind) for one in found})
    audit.record("office.letter.leaks_confirmed", by=by, obj=letter, detail={"kinds": kinds})
