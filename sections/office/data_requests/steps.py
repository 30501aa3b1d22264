"""Two steps about the own data: who sent the record asks, the office replies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.workflow.declare import Transition, note
from sections.office.data_requests.clocks import DATA_REQUEST
from sections.office.data_requests.forms import AskAboutDataForm, ReplyAboutDataForm
from sections.office.data_requests.requests import Requests


def as_before(record: Any, data: Mapping[str, Any]) -> str:
    return str(record.status)


def own_data_steps(
    requests: Requests,
    statuses: tuple[str, ...],
    *,
    verb: str,
    form: type[AskAboutDataForm] = AskAboutDataForm,
) -> tuple[Transition, Transition]:
    """In every status: asking needs the verb `ask_about_data`, replying needs `verb`."""
    return (
        note(
            "ask_about_data",
            _("Ask about the own data"),
            statuses,
            done_label=_("The writer asked about personal data"),
            form=form,
            condition=requests.why_not_asked,
            then=requests.keep,
            starts=(DATA_REQUEST,),
            public=True,
        ),
        Transition(
            "reply_about_data",
            _("Reply about personal data"),
            done_label=_("The Office replied about personal data"),
            sources=statuses,
            target=as_before,
            targets=statuses,
            verb=verb,
            form=ReplyAboutDataForm,
            condition=requests.why_no_reply,
            effect=requests.do_as_asked,
            then=requests.write_reply,
            stops=(DATA_REQUEST,),
            public=True,
        ),
    )
