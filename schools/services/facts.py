"""Figures of a school year, kept by the section of the stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.workflow.refusals import Invalid, NotPermitted
from schools.models import PupilCount, SchoolFacts

# (stage, year of the stage) → (boys, girls); None is unknown.
Counts = Mapping[tuple[str, int], tuple[int | None, int | None]]


@transaction.atomic
def save_facts(
    *, facts: SchoolFacts, by: Principal, counts: Counts | None = None, fields: Sequence[str] = ()
) -> SchoolFacts:
    """Write the figures of a year, and the pupils by grade where given. Raises NotPermitted, Invalid."""
    is_new = facts.pk is None
    facts.version += 1
    try:
        facts.full_clean()
    except ValidationError as error:
        raise Invalid.of(error) from error
    facts.save()
    # Checked after saving: the school that the row now names must be one whose figures `by` keeps.
    if not permitted(by, "change", SchoolFacts).filter(pk=facts.pk).exists():
        raise NotPermitted(_("The figures of this school are kept by another section."))
    if counts is not None:
        _write_counts(facts, counts)
    action = "schools.schoolfacts.added" if is_new else "schools.schoolfacts.changed"
    audit.record(action, by=by, obj=facts, fields=[name for name in fields if name != "version"])
    return facts


def _write_counts(facts: SchoolFacts, counts: Counts) -> None:
    for (stage, grade), (boys, girls) in counts.items():
        PupilCount.objects.update_or_create(
            facts=facts, stage=stage, grade=grade, defaults={"boys": boys, "girls": girls}
        )
