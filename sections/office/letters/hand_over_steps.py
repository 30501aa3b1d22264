"""A letter that reports a person leaves the office: content and writer go to the discipline unit."""

from django.utils.translation import gettext_lazy as _

from bureau.workflow.declare import Transition
from sections.office.letters import handling
from sections.office.letters.choices import Status
from sections.office.letters.clocks import ACCEPTANCE, OBJECTION, REPLY
from sections.office.person_reports.forms import HandOverForm
from sections.office.person_reports.handing_over import hand_over

HAND_OVER_STEPS = (
    Transition(
        "hand_over",
        _("Hand over: it reports a person"),
        done_label=_("Handed to the responsible body"),
        sources=(Status.RECEIVED, Status.REGISTERED, Status.ACCEPTED),
        target=Status.REFERRED,
        verb="register",
        form=HandOverForm,
        effect=hand_over,
        then=handling.free_merged,
        stops=(ACCEPTANCE, OBJECTION, REPLY),
        confirm=_(
            "Text, writer and files go to the discipline inspection unit and can no longer be read here. The number"
            " stays. This cannot be called back."
        ),
        public=True,
    ),
)
