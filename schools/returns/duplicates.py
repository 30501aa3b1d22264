"""What a merge of two records of one school does with returns, figures and exceptions."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bureau.duplicates.declare import Dependant, hangs
from schools.models import School
from schools.returns.models import Collection, Figure, LockException, Return


def with_their_return(rows: QuerySet[Any], survivor: School) -> int:
    """A figure goes where its return went; one of a return that stays behind stays with it."""
    return rows.filter(owner_return__school=survivor).update(school=survivor)


hangs(
    # Where both answered one collection, the answer of the double stays with the double.
    Dependant(Return, "school"),
    Dependant(Figure, "school", move=with_their_return),
    Dependant(LockException, "school"),
    Dependant(Collection.schools.through, "school", label=_("lists of schools that must answer")),
)
