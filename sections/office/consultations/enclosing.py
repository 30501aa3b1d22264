"""Files with an opinion: under its number, because what a file is called may say who sent it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bureau.accounts import sender
from bureau.accounts.limits import Toll, spend_all
from bureau.accounts.principals import Principal
from bureau.files.kinds import AttachmentKind, declare
from bureau.public.enclosing import TYPES, Enclosures, while_waiting
from sections.office.consultations.models import Opinion, OpinionDraft
from sections.office.letters import privacy

KIND = "opinion_file"
HOUR = timedelta(hours=1)

# Nobody in the house adds to what somebody else said.
ON_OPINION = AttachmentKind(
    KIND,
    _("Sent along"),
    types=TYPES,
    add="enclose",
    personal=True,
    renamed=lambda opinion, place: f"{opinion.number}-{place}",
)

declare(OpinionDraft, (while_waiting(KIND, _("Sent along")),))


def pay_for_file(request: HttpRequest) -> timedelta:
    """As for letters: per network, and all senders together."""
    return spend_all(
        Toll("opinions.file", sender.network(request), settings.LETTERS_FILES_PER_SENDER, HOUR),
        Toll("opinions.file_all", "", settings.LETTERS_FILES_PER_SENDER * 40, HOUR),
    )


ENCLOSURES = Enclosures(OpinionDraft, KIND, pay_for_file)


def arrive(opinion: Opinion, by: Principal, data: Mapping[str, Any]) -> None:
    """The opinion was just created: its files move to it, and what its sender agreed to is kept. One transaction."""
    ENCLOSURES.hand_over(str(data.get("token", "")), opinion, by)
    privacy.agree(opinion)
