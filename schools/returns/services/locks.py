"""Opening the lock for one school, until a day, for a reason."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.audit import services as audit
from bureau.workflow.refusals import Invalid
from bureau.workflow.rights import right_to
from schools.models import School
from schools.returns.choices import WITH_SCHOOL
from schools.returns.models import Collection, LockException, Return
from schools.returns.selectors.locks import shown
from schools.returns.services.telling import tell_of_exception


def grant(*, collection: Collection, school: School, until: date, reason: str, by: User) -> LockException:
    """The school may send until `until`; a later exception replaces it. Raises NotPermitted, Invalid."""
    with transaction.atomic():
        right_to(by, "unlock", collection)
        record = _return_of(collection, school)
        if until < timezone.localdate():
            raise _invalid("until", _("This day has passed already."))
        if until <= collection.locks_on:
            day = shown(collection.locks_on)
            raise _invalid("until", _("The window is open until %(day)s for all schools.") % {"day": day})
        if not reason.strip():
            raise _invalid("reason", _("Give a reason."))
        made = LockException(
            collection=collection, school=school, until=until, reason=reason.strip(), granted_by=by
        )
        made.full_clean()
        made.save()
        audit.record(
            "schools.lockexception.granted",
            by=by,
            obj=made,
            detail={"return": record.pk, "until": str(until)},
        )
        tell_of_exception(record, until)
    return made


def _return_of(collection: Collection, school: School) -> Return:
    found = (
        Return.objects.select_for_update(of=("self",))
        .select_related("school__unit", "collection")
        .filter(collection=collection, school=school)
        .first()
    )
    if found is None:
        raise _invalid("school", _("This school does not have to answer this collection."))
    if found.status not in WITH_SCHOOL:
        raise _invalid("school", _("The school has sent it, or is not expected to any more."))
    return found


def _invalid(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, {field: [sentence]})
