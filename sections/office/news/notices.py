"""Whoever wrote a text hears what others did with it: articles, policy documents, consultations."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.charter.capabilities import SECTION_STAFF
from bureau.notices.kinds import NoticeKind, register
from bureau.notices.services import tell, tell_unit
from bureau.workflow.declare import Transition

register(NoticeKind("publishing.sent_back", title=_("Sent back to be changed: %(title)s")))
register(NoticeKind("publishing.held_back", title=_("Held back, a check stopped it: %(title)s")))
register(NoticeKind("publishing.published", title=_("Published: %(title)s")))
register(NoticeKind("publishing.withdrawn", title=_("Withdrawn from the public: %(title)s")))

TOLD = {
    "return_first": "publishing.sent_back",
    "return_second": "publishing.sent_back",
    "return_final": "publishing.sent_back",
    "return_approved": "publishing.sent_back",
    "send_back": "publishing.sent_back",
    "hold_back": "publishing.held_back",
    "publish": "publishing.published",
    "go_live": "publishing.published",
    "withdraw": "publishing.withdrawn",
}


def tell_writer(text: Any, transition: Transition, by: Principal) -> None:
    """`text` has `written_by`, `owner` and a title in both languages. Without the writer, the section hears it."""
    kind = TOLD.get(transition.name)
    if kind is None or text.written_by == by:
        return
    params = {"title": {"zh": text.title_zh, "en": text.title or text.title_zh}}
    if text.written_by is not None and text.written_by.is_active:
        tell(kind, to=[text.written_by], params=params, record=text)
    else:
        tell_unit(kind, unit=text.owner, roles=SECTION_STAFF, params=params, record=text)
