"""Steps that move only the clocks of a letter, or somebody's feet: its status and its text stay as they are."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.workflow.declare import note
from sections.office.letters import clock_forms, reply_clock, urging
from sections.office.letters.choices import OPEN, Status

ACCEPTED = (Status.ACCEPTED, Status.ASSIGNED, Status.DRAFTING, Status.PROPOSED)

CLOCK_STEPS = (
    note(
        "ask_extension",
        _("Ask for more time"),
        ACCEPTED,
        done_label=_("More time was asked for"),
        form=clock_forms.ExtensionForm,
        condition=reply_clock.why_not_asked,
        then=reply_clock.ask_for_extension,
        reason="required",
    ),
    note(
        "grant_extension",
        _("Agree to more time"),
        ACCEPTED,
        done_label=_("More time was agreed to"),
        condition=reply_clock.why_not_decided,
        then=reply_clock.grant_extension,
        confirm=_("The date moves, and the writer is told the new date and the reason."),
        public=True,
        style="primary",
    ),
    note(
        "refuse_extension",
        _("Refuse more time"),
        ACCEPTED,
        done_label=_("More time was refused"),
        verb="grant_extension",
        condition=reply_clock.why_not_decided,
        then=reply_clock.refuse_extension,
        reason="required",
    ),
    note(
        "pause",
        _("Stop the time to answer"),
        ACCEPTED,
        done_label=_("The time to answer was stopped"),
        form=clock_forms.PauseForm,
        condition=reply_clock.why_not_paused,
        then=reply_clock.pause,
        reason="required",
        public=True,
        public_reason=True,
    ),
    note(
        "resume",
        _("Let the time to answer run again"),
        ACCEPTED,
        done_label=_("The time to answer runs again"),
        verb="pause",
        form=clock_forms.ResumeForm,
        condition=reply_clock.why_not_resumed,
        then=reply_clock.resume,
        reason="required",
        public=True,
        public_reason=True,
    ),
    note(
        "urge",
        _("Urge the section"),
        (Status.ASSIGNED, Status.DRAFTING),
        done_label=_("The section was urged"),
        form=clock_forms.UrgeForm,
        condition=urging.why_not_urged,
        then=urging.tell_urged,
        reason="required",
    ),
    note(
        "urge_by_writer",
        _("Ask for speed"),
        OPEN,
        done_label=_("The writer asked for speed"),
        condition=urging.why_writer_waits,
        then=urging.tell_urged,
        public=True,
    ),
)
