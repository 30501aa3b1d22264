"""What happens at the steps of a return before it is accepted. Effects set fields, never the status."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.charter.choices import UnitKind
from bureau.charter.models import Membership
from bureau.workflow.declare import Data
from bureau.workflow.models import HistoryEntry
from bureau.workflow.refusals import Invalid
from schools.returns.choices import ReturnStatus, Severity
from schools.returns.models import Return
from schools.returns.selectors.answering import asked
from schools.returns.selectors.flow_rules import rule_on
from schools.returns.selectors.locks import why_closed, why_locked
from schools.returns.services import remarks

if TYPE_CHECKING:
    from schools.returns.checking import Finding

# So many of the things that are missing are named in the sentence; the page shows all of them.
NAMED = 5


# --- with the school --------------------------------------------------------------------------


def may_write(record: Return, by: Principal) -> str:
    """A condition: the window is open."""
    return why_locked(record, timezone.localdate())


def check(record: Return, by: Principal, data: Data) -> None:
    """Refused while there is an error, or an unusual figure without a reason."""
    from schools.returns.checking import findings

    found = findings(record)
    missing = [one for one in found if is_open(one)]
    if missing:
        raise Invalid(missing_sentence(record, missing))
    record.errors = 0
    record.unusual = sum(one.severity == Severity.UNUSUAL for one in found)


def is_open(finding: Finding) -> bool:
    """Whether the school still has something to do about it."""
    return finding.severity == Severity.ERROR or (finding.needs_reason and not finding.reason)


def missing_sentence(record: Return, missing: list[Finding]) -> str:
    cells = asked(record).cells
    named = []
    for one in missing[:NAMED]:
        place = next((cells[key].address for key in one.cells if key in cells), "")
        named.append(f"{place} {one.sentence}".strip())
    return ngettext(
        "%(count)s point is still open: %(first)s",
        "%(count)s points are still open, the first of them: %(first)s",
        len(missing),
    ) % {"count": len(missing), "first": " · ".join(named)}


def correct(record: Return, by: Principal, data: Data) -> None:
    """The school goes on writing: the signature is gone."""
    record.signed_by, record.signed_at = None, None


def back_with_school(record: Return, data: Data) -> str:
    return ReturnStatus.RETURNED if record.round else ReturnStatus.DRAFT


def may_sign(record: Return, by: Principal) -> str:
    """A condition: a second person signs, not the one who typed."""
    if not isinstance(by, User) or record.entered_by_id != by.pk:
        return ""
    if not _is_alone(record, by):
        return _("You entered the last figures yourself. The declaration needs a second person.")
    if rule_on(timezone.localdate()).may_sign_alone:
        return ""
    return _(
        "You entered the figures yourself, and your school has no other account. "
        "Ask for an account for a second person, who enters or signs."
    )


def _is_alone(record: Return, by: User) -> bool:
    people = Membership.objects.in_force().filter(unit_id=record.school.unit_id, user__is_active=True)
    return not people.exclude(user=by).exists()


def sign(record: Return, by: Principal, data: Data) -> None:
    record.signed_by = by if isinstance(by, User) else None
    record.signed_at = timezone.now()


def signed(record: Return, by: Principal, data: Data) -> None:
    """An own entry signed by oneself stands in the audit."""
    if record.signed_by_id is not None and record.signed_by_id == record.entered_by_id:
        audit.record("schools.return.signed_own_entry", by=by, obj=record)


def may_send(record: Return, by: Principal) -> str:
    return why_closed(record, timezone.localdate())


def send(record: Return, by: Principal, data: Data) -> None:
    today = timezone.localdate()
    record.round += 1
    record.sent_on = today
    record.first_sent_on = record.first_sent_on or today


def first_reader(record: Return, data: Data) -> str:
    """The county bureau where the form asks for it and one manages the school; else the section."""
    return ReturnStatus.DISTRICT if needs_district(record) else ReturnStatus.SECTION


def needs_district(record: Return) -> bool:
    return record.form_version.form.needs_district and record.school.managed_by.kind == UnitKind.DISTRICT


def nobody_remarked(record: Return, by: Principal) -> str:
    """A condition: whoever has written a remark on this sending has begun to look at it."""
    said = record.remarks.filter(round=record.round).exclude(unit_id=record.school.unit_id)
    return (
        _("Somebody has already written a remark on it; wait until it comes back.") if said.exists() else ""
    )


def take_back(record: Return, by: Principal, data: Data) -> None:
    """As if it had not been sent: the day of an earlier sending stands again."""
    record.round = max(record.round - 1, 0)
    if not record.round:
        record.first_sent_on = record.sent_on = None
        return
    lines = HistoryEntry.objects.filter(kind=record._meta.label_lower, object_id=record.pk)
    sent = list(lines.filter(transition="send").order_by("-pk").values_list("at", flat=True)[:2])
    record.sent_on = timezone.localdate(sent[1]) if len(sent) > 1 else record.first_sent_on


# --- with those who look at it ----------------------------------------------------------------


def send_back(record: Return, by: Principal, data: Data) -> None:
    """`data`: `due_on`, `cells` (cell → reason). Named cells lose their acceptance, the others gain it."""
    cells = _cells_of(record, data)
    record.returned_due_on = _due(data)
    if cells:
        record.accepted_cells = sorted(asked(record).cells.keys() - cells.keys())
    else:
        record.accepted_cells = []


def district_send_back(record: Return, by: Principal, data: Data) -> None:
    """The district accepts nothing: cells that the section accepted before stay so unless they are named."""
    cells = _cells_of(record, data)
    record.returned_due_on = _due(data)
    record.accepted_cells = [cell for cell in record.accepted_cells if cell not in cells]


def mark_returned(record: Return, by: Principal, data: Data) -> None:
    """After the step: a remark on each named cell, with its value as it was."""
    remarks.mark_returned(record=record, by=by, cells=_cells_of(record, data))


def _cells_of(record: Return, data: Data) -> dict[str, str]:
    """The named cells with their reasons. Raises Invalid for one that the form does not ask, or no reason."""
    given: dict[str, str] = {key: str(text).strip() for key, text in (data.get("cells") or {}).items()}
    definition = asked(record)
    blocks = {block.key for part in definition.parts for block in part.blocks}
    if unknown := [key for key in given if key not in definition.cells and key not in blocks]:
        raise Invalid(_("The form does not ask for %(cell)s.") % {"cell": unknown[0]})
    if empty := [key for key, text in given.items() if not text]:
        cell = definition.cells.get(empty[0])
        place = f"{cell.address} {cell.label}" if cell else empty[0]
        raise Invalid(_("Say why %(cell)s comes back.") % {"cell": place})
    return given


def _due(data: Data) -> date:
    due: Any = data.get("due_on")
    if not isinstance(due, date):
        raise Invalid(_("Say until when."), {"due_on": [_("Say until when.")]})
    if due < timezone.localdate():
        sentence = _("This day has passed already.")
        raise Invalid(sentence, {"due_on": [sentence]})
    return due


def unlock(record: Return, by: Principal, data: Data) -> None:
    record.returned_due_on = _due(data)
    record.accepted_on = None
