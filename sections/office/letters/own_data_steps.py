"""Two steps about the writer's own data: the writer asks, the office replies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.workflow.declare import Transition, note
from sections.office.letters import own_data
from sections.office.letters.choices import Status
from sections.office.letters.clocks import DATA_REQUEST
from sections.office.letters.models import Letter
from sections.office.letters.own_data_forms import AskAboutDataForm, ReplyAboutDataForm


def as_before(letter: Letter, data: Mapping[str, Any]) -> str:
    return str(letter.status)


OWN_DATA_STEPS = (
    note(
        "ask_about_data",
        _("Ask about the own data"),
        tuple(Status),
        done_label=_("The writer asked about personal data"),
        form=AskAboutDataForm,
        condition=own_data.why_not_asked,
        then=own_data.raise_request,
        starts=(DATA_REQUEST,),
        public=True,
    ),
    Transition(
        "reply_about_data",
        _("Reply about personal data"),
        done_label=_("The Office replied about personal data"),
        sources=tuple(Status),
        target=as_before,
        targets=tuple(Status),
        verb="register",
        form=ReplyAboutDataForm,
        condition=own_data.why_no_reply,
        effect=own_data.do_as_asked,
        then=own_data.write_reply,
        stops=(DATA_REQUEST,),
        public=True,
    ),
)
