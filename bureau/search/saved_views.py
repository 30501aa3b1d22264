"""Saving a list as a short link, giving it another name, removing it."""

from __future__ import annotations

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.access.services import may, may_add
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.audit import services as audit
from bureau.charter.models import Unit
from bureau.logs import PERSONAL
from bureau.search.models import SavedView
from bureau.workflow.refusals import Invalid, NotPermitted

# Read aloud and copied by hand: no 0 and o, no 1, i and l. 31^10 codes are not guessed.
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 10
# More tabs above one list than a person looks through.
MOST_VIEWS = 20


def units_of(by: User) -> list[Unit]:
    """The units for which a person may save a view."""
    return list(Unit.objects.filter(pk__in=standing(by).own_unit_ids(), is_active=True))


@transaction.atomic
def save_view(*, name: str, kind: str, query: str, by: User, unit: Unit | None = None) -> SavedView:
    """`query`: filters and order as the list's address has them. Raises Invalid, NotPermitted."""
    if not may_add(by, SavedView) or (unit is not None and unit not in units_of(by)):
        raise NotPermitted(_("You save views for yourself and for your own unit."))
    _refuse_personal_numbers(query)
    _refuse_too_many(kind, by)
    view = SavedView(code=_new_code(), name=name.strip(), kind=kind, query=query, owner=by, unit=unit)
    _write(view)
    audit.record("search.savedview.saved", by=by, obj=view, detail={"kind": kind})
    return view


@transaction.atomic
def rename_view(view: SavedView, *, name: str, by: User) -> SavedView:
    """Raises Invalid, NotPermitted."""
    _check_right(view, "change", by)
    view.name = name.strip()
    _write(view)
    audit.record("search.savedview.renamed", by=by, obj=view, fields=["name"])
    return view


@transaction.atomic
def remove_view(view: SavedView, *, by: User) -> None:
    """The link ends with it. Raises NotPermitted."""
    _check_right(view, "remove", by)
    audit.record("search.savedview.removed", by=by, obj=view)
    view.delete()


def _check_right(view: SavedView, verb: str, by: User) -> None:
    if not may(by, verb, view):
        raise NotPermitted(_("A view of the unit is kept by whoever saved it and by the head of the unit."))


def _write(view: SavedView) -> None:
    twins = SavedView.objects.filter(kind=view.kind, name=view.name, unit=view.unit).exclude(pk=view.pk)
    if view.unit is None:
        twins = twins.filter(owner=view.owner)
    if twins.exists():
        said = _("There is a view with this name already. Choose another name.")
        raise Invalid(said, {"name": [said]})
    try:
        view.full_clean()
    except ValidationError as error:
        raise Invalid.of(error) from error
    view.save()


def _refuse_personal_numbers(query: str) -> None:
    if PERSONAL.search(query):
        raise Invalid(
            _("This list is narrowed by a personal number, which no link may carry. Take it out first.")
        )


def _refuse_too_many(kind: str, by: User) -> None:
    if SavedView.objects.filter(owner=by, kind=kind).count() >= MOST_VIEWS:
        said = ngettext(
            "You have saved %(count)s view of this list already. Remove one first.",
            "You have saved %(count)s views of this list already. Remove one first.",
            MOST_VIEWS,
        )
        raise Invalid(said % {"count": MOST_VIEWS})


def _new_code() -> str:
    return "".join(secrets.choice(SIGNS) for _place in range(CODE_LENGTH))
