"""What people say about a cell: comments, the reasons of a return, answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.charter.models import Unit
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.rights import right_to
from schools.returns.choices import DONE, RemarkKind, ReturnStatus
from schools.returns.models import Remark, Return
from schools.returns.selectors.answering import asked

LONGEST = 500


def comment(*, record: Return, cell: str, text: str, by: User) -> Remark:
    """A remark on a cell, or on a block of rows. Raises NotPermitted, Invalid."""
    with transaction.atomic():
        current = Return.objects.select_for_update(of=("self",)).get(pk=record.pk)
        right_to(by, "comment", current)
        if current.status in (*DONE, ReturnStatus.EXCUSED):
            raise Invalid(_("It is done; there is nothing to remark on any more."))
        said = _text(text)
        _known(current, cell)
        remark = Remark.objects.create(
            owner_return=current,
            cell=cell,
            kind=RemarkKind.COMMENT,
            text=said,
            value=current.values.get(cell, ""),
            round=current.round,
            unit=_unit(by, current),
            written_by=by,
        )
        audit.record("schools.return.commented", by=by, obj=current, fields=[cell])
    return remark


def answer(*, remark: Remark, text: str, by: User) -> Remark:
    """The school's word on a remark; a later one replaces it while the remark is open."""
    with transaction.atomic():
        current = _open(remark)
        right_to(by, "fill", current.owner_return)
        current.answer = _text(text)
        current.save(update_fields=["answer"])
        audit.record("schools.return.answered", by=by, obj=current.owner_return, fields=[current.cell])
    return current


def close(*, remark: Remark, by: User) -> Remark:
    """Closed by the unit that wrote it."""
    with transaction.atomic():
        current = _open(remark)
        right_to(by, "comment", current.owner_return)
        if _unit(by, current.owner_return).pk != current.unit_id:
            raise NotPermitted(_("A remark is closed by whoever wrote it."))
        current.closed_at = timezone.now()
        current.save(update_fields=["closed_at"])
        audit.record("schools.return.remark_closed", by=by, obj=current.owner_return, fields=[current.cell])
    return current


def mark_returned(*, record: Return, by: Principal, cells: Mapping[str, str]) -> None:
    """The reasons for which cells come back. Part of the step that sends back; asks for no right of its own."""
    if not cells:
        return
    if not isinstance(by, User):
        raise NotPermitted(_("Only a person sends cells back."))
    unit = _unit(by, record)
    Remark.objects.bulk_create(
        Remark(
            owner_return=record,
            cell=cell,
            kind=RemarkKind.RETURNED,
            text=_text(text),
            value=record.values.get(cell, ""),
            round=record.round,
            unit=unit,
            written_by=by,
        )
        for cell, text in cells.items()
    )


def close_all(returns: Sequence[Return]) -> None:
    """What was said before a return was accepted is settled with it."""
    ids = [record.pk for record in returns]
    Remark.objects.filter(owner_return__in=ids, closed_at__isnull=True).update(closed_at=timezone.now())


def _open(remark: Remark) -> Remark:
    current = Remark.objects.select_for_update(of=("self",)).select_related("owner_return").get(pk=remark.pk)
    if current.closed_at is not None:
        raise Invalid(_("This remark is closed."))
    return current


def _text(text: str) -> str:
    said = text.strip()
    if not said:
        raise Invalid(_("Write something."), {"text": [_("Write something.")]})
    if len(said) > LONGEST:
        sentence = _("Write at most %(most)s characters.") % {"most": LONGEST}
        raise Invalid(sentence, {"text": [sentence]})
    return said


def _known(record: Return, cell: str) -> None:
    definition = asked(record)
    if cell in definition.cells or any(b.key == cell for part in definition.parts for b in part.blocks):
        return
    raise Invalid(_("The form does not ask for %(cell)s.") % {"cell": cell})


def _unit(by: User, record: Return) -> Unit:
    """The unit in whose name the person speaks: the school's, the district's, or the section's."""
    mine = standing(by).own_unit_ids()
    if record.school.unit_id in mine and record.school.unit is not None:
        return record.school.unit
    if record.school.managed_by_id in mine:
        return record.school.managed_by
    return record.owner
