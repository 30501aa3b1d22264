"""The life of a return. Forms and collections have tables of their own (`form_workflow`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.registry import import_if_there
from bureau.workflow.declare import Transition, Waiting, Workflow, register
from schools.returns.choices import DONE, CollectionStatus
from schools.returns.choices import ReturnStatus as Status
from schools.returns.flow_forms import DueForm
from schools.returns.models import Return
from schools.returns.selectors import flow_rules
from schools.returns.services import accepting, flow, telling

import_if_there("schools.returns.form_workflow")

_WITH_SCHOOL = {
    Status.DRAFT: ("fill", _("Fill in")),
    Status.RETURNED: ("fill", _("Correct")),
    Status.CHECKED: ("sign", _("Sign")),
    Status.SIGNED: ("send", _("Send in")),
}


def waiting(record: Return) -> Iterable[Waiting]:
    """The school until it has sent, then whoever looks at it."""
    collection, school = record.collection, record.school
    if collection.status == CollectionStatus.CANCELLED:
        return
    if record.status in _WITH_SCHOOL and school.unit is not None:
        verb, words = _WITH_SCHOOL[Status(record.status)]
        due = record.returned_due_on if record.round and record.returned_due_on else collection.due_on
        yield Waiting(words, unit=school.unit, verb=verb, due=due)
    elif record.status == Status.DISTRICT:
        yield Waiting("endorse", unit=school.managed_by, due=flow_rules.district_due(_sent(record)))
    elif record.status == Status.SECTION:
        # A clerk may look and send back; the officer accepts: both find it among what is to do.
        due = flow_rules.review_due(_sent(record))
        words = pgettext_lazy("school return", "Review")
        yield Waiting(words, unit=record.owner, verb="send_back", due=due)


def _sent(record: Return) -> date:
    return record.sent_on or timezone.localdate(record.updated_at)


STEPS = (
    Transition(
        "issue",
        _("Issue"),
        (),
        Status.DRAFT,
        by_system=True,
        done_label=pgettext_lazy("school return", "Issued"),
    ),
    Transition(
        "check",
        _("Check"),
        (Status.DRAFT, Status.RETURNED),
        Status.CHECKED,
        verb="fill",
        condition=flow.may_write,
        effect=flow.check,
        style="primary",
        done_label=_("Checked"),
    ),
    Transition(
        "correct",
        _("Go on writing"),
        (Status.CHECKED, Status.SIGNED),
        flow.back_with_school,
        targets=(Status.DRAFT, Status.RETURNED),
        verb="fill",
        effect=flow.correct,
        done_label=_("Opened for writing again"),
    ),
    Transition(
        "sign",
        _("Sign"),
        (Status.CHECKED,),
        Status.SIGNED,
        condition=flow.may_sign,
        effect=flow.sign,
        then=flow.signed,
        confirm=_("You declare that the figures are complete and true."),
        style="primary",
        done_label=_("Signed"),
    ),
    Transition(
        "send",
        _("Send in"),
        (Status.SIGNED,),
        flow.first_reader,
        targets=(Status.DISTRICT, Status.SECTION),
        condition=flow.may_send,
        effect=flow.send,
        style="primary",
        done_label=pgettext_lazy("school return", "Sent"),
    ),
    Transition(
        "take_back",
        _("Take back"),
        (Status.DISTRICT, Status.SECTION),
        Status.SIGNED,
        verb="send",
        condition=flow.nobody_remarked,
        effect=flow.take_back,
        takes_back=True,
        done_label=_("Taken back"),
    ),
    Transition(
        "endorse",
        _("Pass on to the section"),
        (Status.DISTRICT,),
        Status.SECTION,
        reason="optional",
        style="primary",
        done_label=_("Passed on to the section"),
    ),
    Transition(
        "district_send_back",
        _("Send back to the school"),
        (Status.DISTRICT,),
        Status.RETURNED,
        form=DueForm,
        reason="required",
        effect=flow.district_send_back,
        then=flow.mark_returned,
        style="danger",
        done_label=_("Sent back by the district"),
    ),
    Transition(
        "send_back",
        _("Send back to the school"),
        (Status.SECTION,),
        Status.RETURNED,
        form=DueForm,
        reason="required",
        effect=flow.send_back,
        then=flow.mark_returned,
        style="danger",
        done_label=_("Sent back"),
    ),
    Transition(
        "accept",
        _("Accept the return"),
        (Status.SECTION,),
        Status.ACCEPTED,
        effect=accepting.accept,
        then=accepting.accepted,
        then_many=accepting.settle,
        style="primary",
        done_label=pgettext_lazy("school return", "Accepted"),
    ),
    Transition("lock", _("Lock"), (Status.ACCEPTED,), Status.LOCKED, by_system=True, done_label=_("Locked")),
    Transition(
        "unlock",
        _("Open again for the school"),
        DONE,
        Status.RETURNED,
        form=DueForm,
        reason="required",
        effect=flow.unlock,
        then=accepting.unlocked,
        style="danger",
        done_label=_("Opened again"),
    ),
    Transition(
        "excuse",
        _("Not expected any more"),
        (Status.DRAFT,),
        Status.EXCUSED,
        reason="required",
        style="danger",
        done_label=_("Excused"),
    ),
    Transition(
        "expect",
        _("Expected after all"),
        (Status.EXCUSED,),
        Status.DRAFT,
        verb="excuse",
        reason="required",
        done_label=_("Expected after all"),
    ),
)

register(
    Workflow(
        Return,
        STEPS,
        waiting=waiting,
        tell=telling.tell_of_return,
        tell_many=telling.tell_of_returns,
        label=pgettext_lazy("school return", "Return"),
        icon="grid",
        related=("school", "collection"),
    )
)
